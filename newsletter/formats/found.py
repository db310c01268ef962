"""Pure. One entry exactly as a source gave it, before we judge it, and how it is made from what a source says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urljoin

from newsletter.formats.canonical import KEPT
from newsletter.formats.dates import read_date
from newsletter.formats.markup import cut, first_image, plain_text, replace_surrogates

MOST_ITEMS = 500  # of one document; the newest are kept
LONGEST_MARKUP = (
    20_000  # characters looked at for a dek: an article's whole body may be a feed's summary
)
TITLE_CHARS = 80  # of a title made from the dek
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?\b", re.IGNORECASE)
GLUED = re.compile(
    r"(?P<section>[A-Z][A-Za-z ]{2,40}?(?<! ))?(?P<date>[A-Z][a-z]{2,8} \d{1,2}, \d{4})(?=[A-Z])"
)
JOINT = re.compile(r"(?<=[a-z]{3})(?=[A-Z](?:[a-z’']+)?\s)")
MAILBOX = re.compile(
    r"\S+@\S+\s*(?:\(([^()]*)\))?\s*$|[a-z]{1,10} \(([^()]*)$"
)  # feedparser leaves the end of a long domain
BOILERPLATE = re.compile(
    r"\s*(The post .{1,300} (appeared first|first appeared) on .{1,200}"
    r"|(Continue reading|Keep reading|Read more|Read the full \w+)\b.{0,120}|\[?(…|\.\.\.)\]"
    r"|\[link\] \[comments\]|submitted by /u/\S+|Comments)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Plain text throughout; `published_at` is aware UTC, or None where the source did not say.

    The title is "" only where a source has none at all (a sitemap): the article's page tells it.
    """

    url: str
    title: str
    dek: str = ""
    author: str = ""
    published_at: datetime | None = None
    image_url: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class SourceItem:
    """What a source says of one item, as written there: markup, relative addresses, dates in any form."""

    links: Sequence[str]  # the best first
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    dates: Sequence[str] = ()  # the best first
    images: Sequence[str] = ()
    topics: Sequence[str] = ()
    language: str = ""


def make_found(said: SourceItem, base: str) -> Found | None:
    """Make one item plain, bounded and absolute. None without a link, or with neither title nor words to make one from."""
    url = _first(said.links, base)
    if not url:
        return None
    at = next(filter(None, map(read_date, filter(None, said.dates))), None)
    title, dek = plain_text(said.title)[:500], _dek(said.summary) or _dek(said.content)
    title, dek = _unglued(title, "" if title.startswith(dek.rstrip("…")) else dek, at)
    title = title or cut(dek, TITLE_CHARS)
    if not title:
        return None
    images = (*said.images, first_image(said.summary), first_image(said.content))
    return Found(
        url=url,
        title=title,
        dek="" if title.startswith(dek.rstrip("…")) else dek,
        author=_name(plain_text(said.author)),
        published_at=at,
        image_url=_first(images, url),
        topics=tuple(
            dict.fromkeys(
                topic[:80]
                for topic in map(plain_text, said.topics[:20])
                if topic and not read_date(topic)
            )
        )[:10],
        language=language_tag(said.language),
    )


def newest(items: Iterable[Found | None]) -> tuple[Found, ...]:
    """What is there, in its order; of too many the newest."""
    there = [item for item in items if item is not None]
    if len(there) > MOST_ITEMS:
        there.sort(key=recency, reverse=True)
    return tuple(there[:MOST_ITEMS])


def recency(item: Found) -> float:
    """What to sort by: seconds since 1970, so the newest is the greatest; an item without a date is the oldest."""
    return item.published_at.timestamp() if item.published_at else 0.0


def absolute(link: str, base: str) -> str:
    """Return the http(s) address that a link means, or "" if it is none, empty, or too long to keep."""
    if not link.strip():
        return ""
    try:
        url = urljoin(
            base, replace_surrogates("".join(link.split()) if "\n" in link else link.strip())
        )
    except ValueError:
        return ""
    return (
        url
        if url.lower().startswith(("http://", "https://")) and len(quote(url, safe=KEPT)) <= 2000
        else ""
    )


def language_tag(tag: str) -> str:
    """Return a language tag (BCP 47) without its finer parts, or "" if it is none."""
    match = LANGUAGE.match(tag.strip().replace("_", "-"))
    return match[0][:12] if match else ""


def _first(links: Iterable[str], base: str) -> str:
    return next(filter(None, (absolute(link, base) for link in links)), "")


def _unglued(title: str, dek: str, at: datetime | None) -> tuple[str, str]:
    """Title and dek where a feed made from a listing page glued everything together, told by the item's own date in the middle.

    `May 5, 2026ScienceHow cells fold` is a section and a title, `ScienceMay 5, 2026How cells foldWe looked.` has the dek as well.
    """
    glued = GLUED.match(title)
    if not (
        glued
        and at
        and read_date(glued["date"]) == at.replace(hour=0, minute=0, second=0, microsecond=0)
    ):
        return title, dek
    first, *rest = JOINT.split(title[glued.end() :], maxsplit=1)
    if not rest or not glued["section"]:
        return ": ".join((first, *rest)), dek
    return first, dek or rest[0]


def _name(author: str) -> str:
    """A name; of `address (name)`, which RSS asks for, the name only: an author's mail address is nobody's business."""
    mailbox = MAILBOX.match(author)
    return (mailbox[1] or mailbox[2] or "" if mailbox else author).strip()[:200]


def _dek(markup: str) -> str:
    text = plain_text(markup[:LONGEST_MARKUP])
    while (bare := BOILERPLATE.sub("", text)) != text:
        text = bare
    return cut(text)
