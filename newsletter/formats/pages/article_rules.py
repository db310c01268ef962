"""Pure. Rules of own articles."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.formats.markup import cut, plain_text
from newsletter.formats.pages.article_form import KEYS, ArticleForm, BadField, stamp
from newsletter.formats.pages.markdown import render

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


@dataclass(frozen=True, slots=True)
class WrittenArticle:
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


def judge_article(
    typed: ArticleForm, zone: ZoneInfo, now: datetime, kept_at: datetime | None = None
) -> WrittenArticle:
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
    text = plain_text(html)
    if not text:
        raise _bad(typed, "body", "An article needs a text. Write it in Markdown below the head.")
    return WrittenArticle(
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


def _date(
    typed: ArticleForm, value: str, zone: ZoneInfo, now: datetime, kept_at: datetime | None
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


def _image(typed: ArticleForm, value: str) -> str:
    if value and not re.fullmatch(r"https://[^\s/]+/\S*", value[:2001]):
        raise _bad(
            typed,
            "image",
            "An image is an https address, like https://example.org/picture.jpg, of 2,000 characters at most.",
        )
    return value


def _topics(typed: ArticleForm, value: str) -> tuple[str, ...]:
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


def _slug(typed: ArticleForm, value: str) -> str:
    if value and (len(value) > SLUG_CHARS or not SLUG.fullmatch(value)):
        raise _bad(
            typed,
            "slug",
            f"A slug is a-z, 0-9 and single hyphens, at most {SLUG_CHARS}, like tidal-data-center.",
        )
    return value


def _version(typed: ArticleForm, value: str) -> int | None:
    if value and not re.fullmatch(r"[0-9]{1,9}", value):
        raise _bad(
            typed,
            "version",
            "A version is the number that came with the text. Leave it as it was.",
        )
    return int(value) if value else None


def _bad(typed: ArticleForm, key: str, reason: str) -> BadField:
    return BadField(key, reason, typed.lines.get(key, 1 if typed.lines else None))


def _tidy(value: str) -> str:
    return " ".join(value.replace("\x00", "").split())
