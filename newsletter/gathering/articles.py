"""Articles: found items that are kept, once each by their canonical URL."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sqlmodel import Session, col, select

from newsletter.formats.canonical import canonical
from newsletter.formats.found import Found
from newsletter.gathering.models import Alias, Article, Sighting
from newsletter.statements import insert_new
from newsletter.text import slug

# As long as their columns: SQLite would take more, PostgreSQL refuses it.
URL_CHARS = 2000
TITLE_CHARS = 500
DEK_CHARS = 2000
AUTHOR_CHARS = 200
LANGUAGE_CHARS = 12
TOPIC_CHARS = 80
HASH_CHARS = 8  # of an address, at the end of a slug
IN_ONE_QUESTION = 1000  # addresses asked for at once: SQLite bounds the parameters of a statement
# Of the last part of an address: "ties-that-bind.html" is "ties that bind".
FILE_ENDING = re.compile(r"\.\w{2,5}$")
WORD_BREAKS = re.compile(r"[-_+\s]+")


class _ShownItems(NamedTuple):
    """What one source shows: its items by canonical address."""

    source_id: int
    items: Mapping[str, Found]


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
    session: Session, found_by_source: Sequence[tuple[int, Sequence[Found]]], now: datetime
) -> list[int]:
    """Do the same for several sources in few statements.

    Returns how many articles each source was the first to show, in their order.
    """
    shown = [_ShownItems(source_id, _by_url(found)) for source_id, found in found_by_source]
    known = ids_by_url(session, _addresses(source.items for source in shown))
    new = _first_shown(shown, known)
    if any(new):
        insert_new(session, Article, _rows(new, now))
        # Another process may have kept the same article first, so the ids are read back.
        known |= ids_by_url(session, _addresses(new))
    _note_sightings(session, shown, known, now)
    return [len(items) for items in new]


def ids_by_url(session: Session, urls: Collection[str]) -> dict[str, int]:
    """Return the articles that we know by those canonical addresses, by id.

    An alias leads to the article that it is an address of.
    """
    known: dict[str, int] = {}
    for some in _in_parts(list(urls)):
        known |= _ids_of_articles(session, some)
        known |= _ids_of_aliases(session, some)
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
    text = _last_words(parts.path)
    title = storable(text[:1].upper() + text[1:], TITLE_CHARS)
    return title or parts.netloc or url[:TITLE_CHARS]


def _last_words(path: str) -> str:
    """The words of a path's last part: "ties that bind" of /2026/ties-that-bind.html."""
    last = unquote(path.rstrip("/").rsplit("/", 1)[-1], errors="ignore")
    return " ".join(WORD_BREAKS.split(FILE_ENDING.sub("", last))).strip()


def _by_url(found: Sequence[Found]) -> dict[str, Found]:
    """The items of one source by canonical address."""
    items = {}
    # From the last to the first: of two with one address the first stays, mostly the newest.
    for item in reversed(found):
        url = canonical(item.url)
        # A longer address cannot be kept. Cut short it would be another address.
        if len(url) <= URL_CHARS:
            items[url] = item
    return items


def _addresses(items_of: Iterable[Mapping[str, Found]]) -> set[str]:
    """Return all addresses of several sources."""
    return set(chain.from_iterable(items_of))


def _ids_of_articles(session: Session, urls: Collection[str]) -> dict[str, int]:
    """Return articles by their own addresses."""
    query = select(Article.url, Article.id).where(col(Article.url).in_(urls))
    return {url: key for url, key in session.exec(query) if key is not None}


def _ids_of_aliases(session: Session, urls: Collection[str]) -> dict[str, int]:
    """Return articles by their other addresses."""
    query = select(Alias.url, Alias.article_id).where(col(Alias.url).in_(urls))
    return dict(session.exec(query).all())


def _in_parts(urls: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give addresses in parts that fit one statement."""
    for start in range(0, len(urls), IN_ONE_QUESTION):
        yield urls[start : start + IN_ONE_QUESTION]


def _first_shown(shown: Iterable[_ShownItems], known: Collection[str]) -> list[dict[str, Found]]:
    """The items of each source that are neither known nor shown by a source before it."""
    seen = set(known)
    new = []
    for source in shown:
        items = {url: item for url, item in source.items.items() if url not in seen}
        seen.update(items)
        new.append(items)
    return new


def _rows(new: Iterable[Mapping[str, Found]], now: datetime) -> list[dict[str, object]]:
    # Rows, not Articles: insert_new writes them in one statement.
    rows = []
    for items in new:
        rows += [_row(url, item, now) for url, item in items.items()]
    return rows


def _row(url: str, item: Found, now: datetime) -> dict[str, object]:
    title = storable(item.title, TITLE_CHARS) or title_from_url(url)
    return {
        "url": url,
        "slug": slug_of(title, url),
        "title": title,
        "dek": storable(item.dek, DEK_CHARS),
        "author": storable(item.author, AUTHOR_CHARS),
        "image_url": storable(item.image_url, URL_CHARS),
        "language": storable(item.language, LANGUAGE_CHARS),
        "topics": storable_topics(item.topics),
        "published_at": _published_at(item, now),
        "first_seen_at": now,
    }


def _published_at(item: Found, now: datetime) -> datetime:
    """Return the date of an item, or now if it has none that can be."""
    # Feeds announce, and clocks are wrong: a date to come would keep an article on top.
    if item.published_at is None or item.published_at > now:
        return now
    return item.published_at


def _note_sightings(
    session: Session,
    shown: Sequence[_ShownItems],
    known: Mapping[str, int],
    now: datetime,
) -> None:
    """Note which source shows which article."""
    # Two addresses of one source may be the same article, by an alias: one sighting.
    sighted = set(chain.from_iterable(_pairs(source, known) for source in shown))
    rows = [
        {"article_id": article_id, "source_id": source_id, "seen_at": now}
        for article_id, source_id in sorted(sighted)
    ]
    if rows:
        insert_new(session, Sighting, rows)


def _pairs(source: _ShownItems, known: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """The ids of each article that a source shows, and of the source."""
    for url in source.items:
        # An article can be missing: insert_new leaves out a row whose slug another article has.
        if url in known:
            yield known[url], source.source_id
