"""Pure. An article as typed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.errors import Refused
from newsletter.formats.pages.front_matter import FENCE, quoted, read_head


class BadField(Refused):
    """One field of an article cannot stay as it is. `key` names it, `reason` says what to do, the message also where it is."""

    def __init__(self, key: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"line {line}, {key}: {reason}" if line else f"{key}: {reason}")
        self.key, self.reason = key, reason


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
    lines: Mapping[str, int] = field(
        default_factory=dict, compare=False
    )  # where each field stands in its file


KEYS = tuple(key for key in ArticleForm.__dataclass_fields__ if key not in ("body", "lines"))


def read_article_file(text: str) -> ArticleForm:
    """Return what an article's file says. Raises BadFile or BadField, naming the line."""
    head = read_head(text, KEYS)
    return ArticleForm(**head.values, body=head.body, lines=head.lines)


def write_article_file(typed: ArticleForm) -> str:
    """Return the file that `read_file` reads back the same."""
    head = [
        f"{key}: {quoted(str(value))}"
        for key, value in asdict(typed).items()
        if key in KEYS and value
    ]
    return "\n".join([FENCE, *head, FENCE, "", typed.body, ""])


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Return a time as an author types it: 2026-05-12 09:00."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(" ", "minutes")
