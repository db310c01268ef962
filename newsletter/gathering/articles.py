"""Articles: found items kept, once by canonical URL."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

from sqlmodel import Session, col, select

from newsletter.formats.canonical import canonical
from newsletter.formats.found import Found
from newsletter.gathering.models import Alias, Article, Sighting
from newsletter.statements import insert_new

URL_CHARS = 2000
IN_ONE_QUESTION = 1000  # addresses asked for at once


def slug_of(title: str, url: str) -> str:
    """Return the name of an article's own page: words of its title and eight signs of its address, so that no two are alike."""
    return "-".join(filter(None, (slug_words(title), hashlib.sha256(url.encode()).hexdigest()[:8])))


def slug_words(title: str) -> str:
    """Return the words of a title as an address may hold them, at most 80 characters; "" if it has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-")


def store_found(session: Session, source_id: int, found: Sequence[Found], now: datetime) -> int:
    """Keep what is new and note what this source shows; returns how many articles are new.

    An item without a date, or with one in the future, counts as published when it was first seen.
    """
    return store_all_found(session, [(source_id, found)], now)[0]


def store_all_found(
    session: Session, shown: Sequence[tuple[int, Sequence[Found]]], now: datetime
) -> list[int]:
    """The same for several sources in few statements; returns how many articles each was the first to show."""
    by_source = [
        {url: item for item in reversed(found) if len(url := canonical(item.url)) <= URL_CHARS}
        for _, found in shown
    ]
    known = ids_by_url(session, {url for items in by_source for url in items})
    rows: dict[str, dict[str, object]] = {}
    counts = []
    for items in by_source:
        before = len(rows)
        rows |= {
            url: _row(url, item, now)
            for url, item in items.items()
            if url not in known and url not in rows
        }
        counts.append(len(rows) - before)
    if rows:
        insert_new(session, Article, list(rows.values()))
        known |= ids_by_url(session, rows)
    sighted = {
        (known[url], source_id)
        for (source_id, _), items in zip(shown, by_source, strict=True)
        for url in items
        if url in known
    }
    if sighted:
        insert_new(
            session,
            Sighting,
            [
                {"article_id": key, "source_id": source_id, "seen_at": now}
                for key, source_id in sorted(sighted)
            ],
        )
    return counts


def ids_by_url(session: Session, urls: Collection[str]) -> dict[str, int]:
    """Return the articles of those canonical addresses that we know, by id; an alias leads to the article that it is."""
    known: dict[str, int] = {}
    for some in _in_parts(list(urls)):
        known |= {
            url: key or 0
            for url, key in session.exec(
                select(Article.url, Article.id).where(col(Article.url).in_(some))
            )
        }
        known |= dict(
            session.exec(select(Alias.url, Alias.article_id).where(col(Alias.url).in_(some))).all()
        )
    return known


def _in_parts(urls: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(urls), IN_ONE_QUESTION):
        yield urls[start : start + IN_ONE_QUESTION]


def _row(url: str, item: Found, now: datetime) -> dict[str, object]:
    title = storable(item.title, 500) or title_from_url(url)
    return {
        "url": url,
        "slug": slug_of(title, url),
        "title": title,
        "dek": storable(item.dek, 2000),
        "author": storable(item.author, 200),
        "image_url": storable(item.image_url, URL_CHARS),
        "language": storable(item.language, 12),
        "topics": [storable(topic, 80) for topic in item.topics],
        "published_at": item.published_at
        if item.published_at and item.published_at <= now
        else now,
        "first_seen_at": now,
    }


def storable(text: str, longest: int) -> str:
    """Return text that both databases take: no NUL, no half of a surrogate pair, and as long as its column."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()[:longest]


def title_from_url(url: str) -> str:
    """Return a title for what has none yet: the words of the address's last part, else its host."""
    parts = urlsplit(url)
    words = re.sub(
        r"\.\w{2,5}$", "", unquote(parts.path.rstrip("/").rsplit("/", 1)[-1], errors="ignore")
    )
    text = " ".join(re.split(r"[-_+\s]+", words)).strip()
    return storable(text[:1].upper() + text[1:], 500) or parts.netloc or url[:500]
