"""Articles: found items that are kept, once each by their canonical URL."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

from sqlmodel import Session, col, select

from newsletter.formats.canonical import canonical
from newsletter.formats.found import Found
from newsletter.gathering.models import Alias, Article, Sighting
from newsletter.statements import insert_new
from newsletter.text import slug

URL_CHARS = 2000
TITLE_CHARS = 500
DEK_CHARS = 2000
AUTHOR_CHARS = 200
LANGUAGE_CHARS = 12
TOPIC_CHARS = 80
HASH_CHARS = 8  # of an address, at the end of a slug
IN_ONE_QUESTION = 1000  # addresses asked for at once: SQLite bounds the parameters of a statement
FILE_ENDING = re.compile(r"\.\w{2,5}$")
WORD_BREAKS = re.compile(r"[-_+\s]+")


def slug_of(title: str, url: str) -> str:
    """Return the name of an article's own page: words of its title, eight characters of a hash.

    The hash is that of its address, so that no two articles have one name.
    """
    words = slug(title)
    mark = hashlib.sha256(url.encode()).hexdigest()[:HASH_CHARS]
    return f"{words}-{mark}" if words else mark


def store_found(
    session: Session,
    source_id: int,
    found: Sequence[Found],
    now: datetime,
) -> int:
    """Keep what is new and note what this source shows; return how many articles are new.

    An item without a date, or with one in the future, counts as published when it was first seen.
    """
    return store_all_found(session, [(source_id, found)], now)[0]


def store_all_found(
    session: Session, shown: Sequence[tuple[int, Sequence[Found]]], now: datetime
) -> list[int]:
    """Do the same for several sources in few statements.

    `shown` has what each source shows by the source's id. Returns how many articles each source
    was the first to show, in their order.
    """
    items_of = [_by_url(found) for _, found in shown]
    known = ids_by_url(session, set[str]().union(*items_of))
    rows, counts = _new_rows(items_of, known, now)
    if rows:
        insert_new(session, Article, list(rows.values()))
        # Another process may have kept the same article first, so the ids are read back.
        known |= ids_by_url(session, rows)
    sources = [source_id for source_id, _ in shown]
    _note_sightings(
        session,
        sources,
        items_of,
        known,
        now,
    )
    return counts


def ids_by_url(session: Session, urls: Collection[str]) -> dict[str, int]:
    """Return the articles that we know by those canonical addresses, by id.

    An alias leads to the article that it is an address of.
    """
    known: dict[str, int] = {}
    for some in _in_parts(list(urls)):
        articles = select(Article.url, Article.id).where(col(Article.url).in_(some))
        for url, article_id in session.exec(articles):
            if article_id is not None:
                known[url] = article_id
        aliases = select(Alias.url, Alias.article_id).where(col(Alias.url).in_(some))
        known.update(session.exec(aliases).all())
    return known


def storable(text: str, longest: int) -> str:
    """Return text that both databases take, at most so many characters.

    PostgreSQL takes no NUL, and neither database half of a surrogate pair.
    """
    return text.replace("\0", "").encode("utf-8", "ignore").decode()[:longest]


def storable_topics(topics: Sequence[str]) -> list[str]:
    """Return topics that both databases take."""
    return [storable(topic, TOPIC_CHARS) for topic in topics]


def title_from_url(url: str) -> str:
    """Return a title for what has none yet: words of the address's last part, else its host."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1], errors="ignore")
    text = " ".join(WORD_BREAKS.split(FILE_ENDING.sub("", last))).strip()
    title = storable(text[:1].upper() + text[1:], TITLE_CHARS)
    return title or parts.netloc or url[:TITLE_CHARS]


def _by_url(found: Sequence[Found]) -> dict[str, Found]:
    """The items of one source by canonical address. The first wins if two have the same."""
    items = {}
    for item in reversed(found):
        url = canonical(item.url)
        if len(url) <= URL_CHARS:
            items[url] = item
    return items


def _new_rows(
    items_of: Sequence[Mapping[str, Found]], known: Mapping[str, int], now: datetime
) -> tuple[dict[str, dict[str, object]], list[int]]:
    """The rows of unknown articles by address, and how many of them each source shows first."""
    rows: dict[str, dict[str, object]] = {}
    counts = []
    for items in items_of:
        before = len(rows)
        for url, item in items.items():
            if url not in known and url not in rows:
                rows[url] = _row(url, item, now)
        counts.append(len(rows) - before)
    return rows, counts


def _row(url: str, item: Found, now: datetime) -> dict[str, object]:
    title = storable(item.title, TITLE_CHARS) or title_from_url(url)
    is_past = item.published_at is not None and item.published_at <= now
    return {
        "url": url,
        "slug": slug_of(title, url),
        "title": title,
        "dek": storable(item.dek, DEK_CHARS),
        "author": storable(item.author, AUTHOR_CHARS),
        "image_url": storable(item.image_url, URL_CHARS),
        "language": storable(item.language, LANGUAGE_CHARS),
        "topics": storable_topics(item.topics),
        # Feeds announce, and clocks are wrong: a date to come would keep an article on top.
        "published_at": item.published_at if is_past else now,
        "first_seen_at": now,
    }


def _note_sightings(
    session: Session,
    sources: Sequence[int],
    items_of: Sequence[Mapping[str, Found]],
    known: Mapping[str, int],
    now: datetime,
) -> None:
    sighted: set[tuple[int, int]] = set()
    for source_id, items in zip(sources, items_of, strict=True):
        # An article can be missing: insert_new leaves out a row whose slug another article has.
        sighted.update((known[url], source_id) for url in items if url in known)
    if sighted:
        rows = [
            {"article_id": article_id, "source_id": source_id, "seen_at": now}
            for article_id, source_id in sorted(sighted)
        ]
        insert_new(session, Sighting, rows)


def _in_parts(urls: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(urls), IN_ONE_QUESTION):
        yield urls[start : start + IN_ONE_QUESTION]
