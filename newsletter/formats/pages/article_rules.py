"""Pure. The rules that an own article keeps; what breaks one says how to mend it."""

import re
from dataclasses import dataclass
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
SLUG = re.compile(r"[a-z0-9]++(?:-[a-z0-9]++)*+")
SLUG_CHARS = 80
# Mail clients warn of pictures that come by http, or do not show them.
IMAGE = re.compile(r"https://[^\s/]+/\S*")
IMAGE_CHARS = 2000
VERSION = re.compile(r"[0-9]{1,9}")
BAD_VERSION = "A version is the number that came with the text. Leave it as it was."
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
    form = _tidied(form)
    _check_lengths(form)
    html = render(form.body)
    text = plain_text(html)
    _check_words(form, text)
    return WrittenArticle(
        title=form.title,
        dek=form.dek or cut(text),
        author=form.author,
        published_at=_date(form, zone, now=now, kept_at=kept_at),
        source_line=form.source,
        source_date=form.source_date,
        image_url=_image(form),
        image_alt=form.image_alt,
        topics=_topics(form),
        slug=_slug(form),
        version=_version(form),
        markdown=form.body,
        html=html,
        text=text,
    )


def _tidied(form: ArticleForm) -> ArticleForm:
    """Return the form with each field on one line, and the text with plain line ends."""
    fields = {key: " ".join(_storable(getattr(form, key)).split()) for key in KEYS}
    body = _storable(form.body).replace("\r\n", "\n").strip("\n")
    return ArticleForm(
        **fields,
        body=body,
        lines=form.lines,
    )


def _storable(text: str) -> str:
    # PostgreSQL keeps no zero character, in no text.
    return text.replace("\x00", "")


def _check_lengths(form: ArticleForm) -> None:
    for key, most in MOST_CHARS.items():
        length = len(getattr(form, key))
        if length > most:
            raise _bad(form, key, f"{length:,} characters are too many. Cut it to {most:,}.")


def _check_words(form: ArticleForm, text: str) -> None:
    if not form.title:
        raise _bad(form, "title", "An article needs a title.")
    # The words of the page, and not what was typed: `# ` alone is no text.
    if not text:
        raise _bad(form, "body", "An article needs a text. Write it in Markdown below the head.")


def _date(
    form: ArticleForm,
    zone: ZoneInfo,
    *,
    now: datetime,
    kept_at: datetime | None,
) -> datetime:
    # A form gives back the minute that it was shown: the seconds that were kept are to stay.
    if not form.date or (kept_at and form.date == stamp(kept_at, zone)):
        return kept_at or now
    at = _parsed_date(form, zone, now)
    if len(form.date) > DAY_CHARS:
        return at
    for known in (kept_at, now):
        if known and _is_same_day(known, at, zone):
            return known
    return at


def _is_same_day(
    first: datetime,
    second: datetime,
    zone: ZoneInfo,
) -> bool:
    return first.astimezone(zone).date() == second.astimezone(zone).date()


def _parsed_date(
    form: ArticleForm,
    zone: ZoneInfo,
    now: datetime,
) -> datetime:
    try:
        at = datetime.fromisoformat(form.date)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        # The year 1 may be a date in UTC and none in the publication's zone.
        at.astimezone(zone)
        return at.astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        problem = f"{form.date[:40]!r} is no date. Write it like 2026-05-12 or 2026-05-12 09:00."
        raise _bad(form, "date", problem) from None


def _image(form: ArticleForm) -> str:
    if _is_empty_or(IMAGE, IMAGE_CHARS, form.image):
        return form.image
    problem = (
        "An image is an https address, like https://example.org/picture.jpg,"
        " of 2,000 characters at most."
    )
    raise _bad(form, "image", problem)


def _topics(form: ArticleForm) -> tuple[str, ...]:
    topics = _split_topics(form.topics)
    longest = max(map(len, topics), default=0)
    if len(topics) > MOST_TOPICS or longest > TOPIC_CHARS:
        problem = "At most ten topics of at most 80 characters, with commas between them."
        raise _bad(form, "topics", problem)
    return topics


def _split_topics(text: str) -> tuple[str, ...]:
    """Return topics that are written with commas between them, each once."""
    # Many authors write topics as hashtags.
    names = (topic.strip().lstrip("#").strip() for topic in text.split(","))
    return tuple(dict.fromkeys(filter(None, names)))


def _slug(form: ArticleForm) -> str:
    if _is_empty_or(SLUG, SLUG_CHARS, form.slug):
        return form.slug
    problem = (
        f"A slug is a-z, 0-9 and single hyphens, at most {SLUG_CHARS}, like tidal-data-center."
    )
    raise _bad(form, "slug", problem)


def _version(form: ArticleForm) -> int | None:
    if not form.version:
        return None
    if not VERSION.fullmatch(form.version):
        raise _bad(form, "version", BAD_VERSION)
    return int(form.version)


def _is_empty_or(
    pattern: re.Pattern[str],
    most_chars: int,
    text: str,
) -> bool:
    """True for no text, and for one that has the form of the pattern and is not too long."""
    return not text or (len(text) <= most_chars and pattern.fullmatch(text) is not None)


def _bad(
    form: ArticleForm,
    key: str,
    reason: str,
) -> BadField:
    # A field that a file does not have is missed in its first line; a form has no lines at all.
    first = 1 if form.lines else None
    return BadField(key, reason, form.lines.get(key, first))
