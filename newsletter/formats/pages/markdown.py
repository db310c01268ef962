"""Pure. An own article as its author wrote it. The only home of markdown-it-py.

A file is a line ---, lines of `key: value` (`title: A title`, `date: 2026-05-12 09:00`, `source: [A lab](https://lab.example)`), a line
---, and the text in Markdown.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from markdown_it import MarkdownIt

from newsletter.errors import Refused
from newsletter.formats.markup import clean, cut, plain

FENCE = "---"
MOST_CHARS = {
    "title": 300,
    "dek": 1000,
    "author": 200,
    "source": 500,
    "source_date": 80,
    "image_alt": 300,
    "body": 200_000,
}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_CHARS = 80
MARKDOWN = MarkdownIt("js-default")  # tables and strikethrough; HTML is shown as text


class BadFile(Refused):
    """A file in Markdown begins with a line ---, then lines like `title: …`, then a line ---, then its text."""


class BadField(Refused):
    """One field of an article cannot stay as it is. `key` names it, `reason` says what to do, the message also where it is."""

    def __init__(self, key: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"line {line}, {key}: {reason}" if line else f"{key}: {reason}")
        self.key, self.reason = key, reason


@dataclass(frozen=True, slots=True)
class Typed:
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


KEYS = tuple(key for key in Typed.__dataclass_fields__ if key not in ("body", "lines"))


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says in its head, by key, its text, and the lines in which each stands."""

    values: Mapping[str, str]
    body: str
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Written:
    """An article fit to be kept: plain text, `markdown` as its author wrote it, `html` sanitised, `text` all its words."""

    title: str
    dek: str
    author: str
    published_at: datetime
    source_line: str
    source_date: str
    image_url: str
    image_alt: str
    topics: tuple[str, ...]
    slug: str
    version: int | None
    markdown: str
    html: str
    text: str


def render(markdown: str) -> str:
    """Return sanitised HTML. Its headings begin at h2, below the title of the page, and skip no level."""
    tokens = MARKDOWN.parse(markdown)
    levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
    below = {tag: f"h{min(2 + place, 4)}" for place, tag in enumerate(levels)}
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = below[token.tag]
    return clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def render_line(markdown: str) -> str:
    """Return one line as sanitised HTML: links and emphasis, no paragraph."""
    return clean(MARKDOWN.renderInline(markdown))


def read_file(text: str) -> Typed:
    """Return what an article's file says. Raises BadFile or BadField, naming the line."""
    head = read_head(text, KEYS)
    return Typed(**head.values, body=head.body, lines=head.lines)


def read_head(text: str, keys: Sequence[str]) -> Head:
    """Return the head of a file and its text. Raises BadFile, naming the line."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != FENCE:
        raise BadFile(f"line 1: {BadFile.__doc__}")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        raise BadFile(
            f"line {len(lines)}: the head has no end. Write a line --- between it and the text."
        )
    values: dict[str, str] = {}
    at: dict[str, int] = {"body": end + 2}
    for number, line in enumerate(lines[1:end], 2):
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        key = key.strip().casefold()
        if not colon:
            raise BadFile(
                f"line {number}: no colon in {line.strip()[:40]!r}. Write `key: value`; the keys are {', '.join(keys)}."
            )
        if key not in keys:
            raise BadFile(
                f"line {number}: there is no key {key[:40]!r}. The keys are {', '.join(keys)}."
            )
        if key in values:
            raise BadFile(
                f"line {number}: {key} stands in line {at[key]} already. Keep one of them."
            )
        values[key], at[key] = _unquoted(value.strip()), number
    return Head(values, "\n".join(lines[end + 1 :]).strip("\n"), at)


def file_of(typed: Typed) -> str:
    """Return the file that `read_file` reads back the same."""
    head = [
        f"{key}: {_quoted(str(value))}"
        for key, value in asdict(typed).items()
        if key in KEYS and value
    ]
    return "\n".join([FENCE, *head, FENCE, "", typed.body, ""])


def judge(typed: Typed, zone: ZoneInfo, now: datetime, kept_at: datetime | None = None) -> Written:
    """Return the article if it may be kept, else raise BadField.

    No date is now, or the date that the article was kept with. A date without an hour keeps the hour that the article has
    on that day; for a new one it is the beginning of that day, and today it is now.
    """
    values = {key: _tidy(value) for key, value in asdict(typed).items() if key in KEYS}
    values["body"] = typed.body.replace("\x00", "").replace("\r\n", "\n").strip("\n")
    for key, most in MOST_CHARS.items():
        if len(values[key]) > most:
            raise _bad(
                typed, key, f"{len(values[key]):,} characters are too many. Cut it to {most:,}."
            )
    if not values["title"]:
        raise _bad(typed, "title", "An article needs a title.")
    html = render(values["body"])
    text = plain(html)
    if not text:
        raise _bad(typed, "body", "An article needs a text. Write it in Markdown below the head.")
    return Written(
        title=values["title"],
        dek=values["dek"] or cut(text),
        author=values["author"],
        published_at=_date(typed, values["date"], zone, now, kept_at),
        source_line=values["source"],
        source_date=values["source_date"],
        image_url=_image(typed, values["image"]),
        image_alt=values["image_alt"],
        topics=_topics(typed, values["topics"]),
        slug=_slug(typed, values["slug"]),
        version=_version(typed, values["version"]),
        markdown=values["body"],
        html=html,
        text=text,
    )


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Return a time as an author types it: 2026-05-12 09:00."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(" ", "minutes")


def _date(
    typed: Typed, value: str, zone: ZoneInfo, now: datetime, kept_at: datetime | None
) -> datetime:
    if not value or (kept_at and value == stamp(kept_at, zone)):
        return kept_at or now
    try:
        at = datetime.fromisoformat(value)
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(now.tzinfo)
        at.astimezone(zone)
    except (ValueError, OverflowError):
        raise _bad(
            typed,
            "date",
            f"{value[:40]!r} is no date. Write it like 2026-05-12 or 2026-05-12 09:00.",
        ) from None
    if len(value) > len("2026-05-12"):
        return at
    for known in (kept_at, now):
        if known and known.astimezone(zone).date() == at.astimezone(zone).date():
            return known
    return at


def _image(typed: Typed, value: str) -> str:
    if value and not re.fullmatch(r"https://[^\s/]+/\S*", value[:2001]):
        raise _bad(
            typed,
            "image",
            "An image is an https address, like https://example.org/picture.jpg, of 2,000 characters at most.",
        )
    return value


def _topics(typed: Typed, value: str) -> tuple[str, ...]:
    topics = tuple(
        dict.fromkeys(
            filter(None, (topic.strip().lstrip("#").strip() for topic in value.split(",")))
        )
    )
    if len(topics) > 10 or any(len(topic) > 80 for topic in topics):
        raise _bad(
            typed,
            "topics",
            "At most ten topics of at most 80 characters, with commas between them.",
        )
    return topics


def _slug(typed: Typed, value: str) -> str:
    if value and (len(value) > SLUG_CHARS or not SLUG.fullmatch(value)):
        raise _bad(
            typed,
            "slug",
            f"A slug is a-z, 0-9 and single hyphens, at most {SLUG_CHARS}, like tidal-data-center.",
        )
    return value


def _version(typed: Typed, value: str) -> int | None:
    if value and not re.fullmatch(r"[0-9]{1,9}", value):
        raise _bad(
            typed,
            "version",
            "A version is the number that `newsletter article show` printed. Leave it as it was.",
        )
    return int(value) if value else None


def _bad(typed: Typed, key: str, reason: str) -> BadField:
    return BadField(key, reason, typed.lines.get(key, 1 if typed.lines else None))


def _tidy(value: str) -> str:
    return " ".join(value.replace("\x00", "").split())


def _unquoted(value: str) -> str:
    """Take off one pair of quotes around the whole value, as YAML writes them; quotes that are the value's own stay."""
    inner = value[1:-1]
    wrapped = len(value) > 1 and value[0] == value[-1] == '"'
    own = '"' in inner and not (len(inner) > 1 and inner[0] == inner[-1] == '"')
    return inner if wrapped and not own else value


def _quoted(value: str) -> str:
    return value if _unquoted(value) == value else f'"{value}"'
