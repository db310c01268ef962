"""Pure. The rules that an own article keeps; what breaks one says how to mend it."""

import re
from collections.abc import Mapping
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
MOST_TOPICS = 10
TOPIC_CHARS = 80
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_CHARS = 80
# Mail clients warn of pictures that come by http, or do not show them.
IMAGE = re.compile(r"https://[^\s/]+/\S*")
IMAGE_CHARS = 2000
VERSION = re.compile(r"[0-9]{1,9}")
DAY_CHARS = len("2026-05-12")


@dataclass(frozen=True, slots=True)
class WrittenArticle:
    """An article fit to be kept: plain text, save where the fields say otherwise."""

    title: str
    dek: str
    author: str
    published_at: datetime  # aware UTC
    source_line: str  # Markdown of one line
    source_date: str
    image_url: str
    image_alt: str
    topics: tuple[str, ...]
    slug: str
    version: int | None
    markdown: str  # as its author wrote it
    html: str  # sanitised
    text: str  # all its words


def judge_article(
    form: ArticleForm,
    zone: ZoneInfo,
    now: datetime,
    kept_at: datetime | None = None,
) -> WrittenArticle:
    """Return the article if it may be kept, else raise BadField.

    `zone` is that of the publication, `kept_at` the date that the article has already. No date is
    that one, or now. A date without an hour keeps the hour that the article has on that day; for a
    new one it is the beginning of that day, and today it is now.
    """
    values = _tidy_values(form)
    _check_lengths(form, values)
    if not values["title"]:
        raise _bad(form, "title", "An article needs a title.")
    html = render(values["body"])
    text = plain_text(html)
    if not text:
        raise _bad(form, "body", "An article needs a text. Write it in Markdown below the head.")
    return WrittenArticle(
        title=values["title"],
        dek=values["dek"] or cut(text),
        author=values["author"],
        published_at=_date(form, values["date"], zone, now=now, kept_at=kept_at),
        source_line=values["source"],
        source_date=values["source_date"],
        image_url=_image(form, values["image"]),
        image_alt=values["image_alt"],
        topics=_topics(form, values["topics"]),
        slug=_slug(form, values["slug"]),
        version=_version(form, values["version"]),
        markdown=values["body"],
        html=html,
        text=text,
    )


def _tidy_values(form: ArticleForm) -> Mapping[str, str]:
    # PostgreSQL keeps no zero character, in no text.
    typed = {key: str(value).replace("\x00", "") for key, value in asdict(form).items()}
    values = {key: " ".join(typed[key].split()) for key in KEYS}
    values["body"] = typed["body"].replace("\r\n", "\n").strip("\n")
    return values


def _check_lengths(form: ArticleForm, values: Mapping[str, str]) -> None:
    for key, most in MOST_CHARS.items():
        length = len(values[key])
        if length > most:
            raise _bad(form, key, f"{length:,} characters are too many. Cut it to {most:,}.")


def _date(
    form: ArticleForm,
    value: str,
    zone: ZoneInfo,
    *,
    now: datetime,
    kept_at: datetime | None,
) -> datetime:
    # A form gives back the minute that it was shown: the seconds that were kept are to stay.
    if not value or (kept_at and value == stamp(kept_at, zone)):
        return kept_at or now
    at = _parsed_date(form, value, zone, now)
    if len(value) > DAY_CHARS:
        return at
    day = at.astimezone(zone).date()
    for known in (kept_at, now):
        if known and known.astimezone(zone).date() == day:
            return known
    return at


def _parsed_date(form: ArticleForm, value: str, zone: ZoneInfo, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(value)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        # The year 1 may be a date in UTC and none in the publication's zone.
        at.astimezone(zone)
        return at.astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        problem = f"{value[:40]!r} is no date. Write it like 2026-05-12 or 2026-05-12 09:00."
        raise _bad(form, "date", problem) from None


def _image(form: ArticleForm, value: str) -> str:
    if not value or (len(value) <= IMAGE_CHARS and IMAGE.fullmatch(value)):
        return value
    problem = (
        "An image is an https address, like https://example.org/picture.jpg,"
        " of 2,000 characters at most."
    )
    raise _bad(form, "image", problem)


def _topics(form: ArticleForm, value: str) -> tuple[str, ...]:
    # Many authors write topics as hashtags.
    names = (topic.strip().lstrip("#").strip() for topic in value.split(","))
    topics = tuple(dict.fromkeys(filter(None, names)))
    if len(topics) > MOST_TOPICS or any(len(topic) > TOPIC_CHARS for topic in topics):
        problem = "At most ten topics of at most 80 characters, with commas between them."
        raise _bad(form, "topics", problem)
    return topics


def _slug(form: ArticleForm, value: str) -> str:
    if not value or (len(value) <= SLUG_CHARS and SLUG.fullmatch(value)):
        return value
    problem = (
        f"A slug is a-z, 0-9 and single hyphens, at most {SLUG_CHARS}, like tidal-data-center."
    )
    raise _bad(form, "slug", problem)


def _version(form: ArticleForm, value: str) -> int | None:
    if not value:
        return None
    if not VERSION.fullmatch(value):
        problem = "A version is the number that came with the text. Leave it as it was."
        raise _bad(form, "version", problem)
    return int(value)


def _bad(form: ArticleForm, key: str, reason: str) -> BadField:
    # A field that a file does not have is missed in its first line; a form has no lines at all.
    first = 1 if form.lines else None
    return BadField(key, reason, form.lines.get(key, first))
