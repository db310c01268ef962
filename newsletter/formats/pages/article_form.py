"""Pure. An own article as its author types it, in a form or in a file (front_matter.py).

The head of a file has lines like `title: A title`, `date: 2026-05-12 09:00` and
`source: [A lab](https://lab.example)`; its text is Markdown.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.errors import Refused
from newsletter.formats.pages.front_matter import read_head, write_head


class BadField(Refused):
    """One field of an article cannot stay as it is.

    `key` names the field, `reason` says what to do, the message also where it is.
    """

    def __init__(
        self,
        key: str,
        reason: str,
        line: int | None = None,
    ) -> None:
        where = f"line {line}, {key}" if line else key
        super().__init__(f"{where}: {reason}")
        self.key = key
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ArticleForm:
    """An article as it was typed, in a file or in a form: text throughout, nothing judged yet."""

    title: str = ""
    dek: str = ""
    date: str = ""
    author: str = ""
    source: str = ""
    source_date: str = ""
    image: str = ""
    image_alt: str = ""
    topics: str = ""
    slug: str = ""
    version: str = ""
    body: str = ""
    # The line in which each field stands, if it comes from a file. It is no part of the article:
    # a file with an empty line more is the same article.
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


KEYS = tuple(key for key in ArticleForm.__dataclass_fields__ if key not in ("body", "lines"))


def read_article_file(text: str) -> ArticleForm:
    """Return an article as its file has it. Raises BadFile, naming the line."""
    head = read_head(text, KEYS)
    return ArticleForm(
        **head.values,
        body=head.body,
        lines=head.lines,
    )


def write_article_file(form: ArticleForm) -> str:
    """Return the file that `read_article_file` reads back the same."""
    values = asdict(form)
    head = write_head({key: values[key] for key in KEYS})
    return f"{head}\n\n{form.body}\n"


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Return a time as an author types it: 2026-05-12 09:00."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(" ", "minutes")
