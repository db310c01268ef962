"""Articles: found items that are kept, once each by their canonical URL."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import func
from sqlmodel import Session, col, select

from newsletter.formats.canonical import canonical
from newsletter.formats.found import LONGEST_URL, Found
from newsletter.gathering.models import Alias, Article, Sighting
from newsletter.statements import RowValues, insert_new
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

# Of an article among those that one source shows: the newest has rank 1.
RANK = (
    func.row_number()
    .over(
        partition_by=col(Sighting.source_id),
        order_by=(col(Article.published_at).desc(), col(Article.id)),
    )
    .label("rank")
)

ArticleIds = dict[str, int]  # by canonical address
_Items = Mapping[str, Found]  # of one source, by canonical address
Sighted = tuple[int, int]  # the ids of an article and of a source that shows it


class _ShownItems(NamedTuple):
    """What one source shows: its items by canonical address."""

    source_id: int
    items: _Items


def slug_of(title: str, url: str) -> str:
    """Return the name of an article's own page: words of its title, eight characters of a hash.

    The hash is that of its address, so that no two articles have one name.
    """
    mark = sha256(url.encode()).hexdigest()[:HASH_CHARS]
    # A title without a Latin letter has no words for an address: the hash is all its name.
    return f"{slug(title)}-{mark}".lstrip("-")


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
    session: Session,
    found_by_source: Sequence[tuple[int, Sequence[Found]]],
    now: datetime,
) -> list[int]:
    """Do the same for several sources in few statements.

    Returns how many articles each source was the first to show, in their order.
    """
    shown = [_ShownItems(source_id, _by_url(found)) for source_id, found in found_by_source]
    known = ids_by_url(session, _addresses(source.items for source in shown))
    new = _first_shown(shown, known)
    if any(new):
        known |= _add_articles(session, new, now)
    add_sightings(session, chain.from_iterable(_sighted(source, known) for source in shown), now)
    return [len(items) for items in new]


def ids_by_url(session: Session, urls: Collection[str]) -> ArticleIds:
    """Return the ids of the articles that we know by those canonical addresses.

    An alias leads to the article that it is an address of.
    """
    known: ArticleIds = {}
    for part in _in_parts(list(urls)):
        known |= _ids_of_articles(session, part)
        known |= _ids_of_aliases(session, part)
    return known


def add_sightings(session: Session, sighted: Iterable[Sighted], seen_at: datetime) -> None:
    """Note which source shows which article."""
    # Two addresses of one source may be the same article, by an alias: one sighting.
    rows = [
        {"article_id": article_id, "source_id": source_id, "seen_at": seen_at}
        for article_id, source_id in sorted(set(sighted))
    ]
    if rows:
        insert_new(session, Sighting, rows)


def add_alias(session: Session, url: str, article_id: int) -> None:
    """Let another address lead to an article, for ever."""
    insert_new(session, Alias, [{"url": url, "article_id": article_id}])


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
    title = storable(_capitalised(_last_words(parts.path)), TITLE_CHARS)
    return title or parts.netloc or url[:TITLE_CHARS]


def _capitalised(text: str) -> str:
    """Return a text with a capital in front; unlike `str.capitalize` it leaves "NASA" alone."""
    return text[:1].upper() + text[1:]


def _last_words(path: str) -> str:
    """The words of a path's last part: "ties that bind" of /2026/ties-that-bind.html."""
    last = unquote(path.rstrip("/").rpartition("/")[2][:LONGEST_URL], errors="ignore")
    return WORD_BREAKS.sub(" ", FILE_ENDING.sub("", last)).strip()


def _by_url(found: Sequence[Found]) -> _Items:
    """The items of one source by canonical address."""
    items = {}
    # From the last to the first: of two with one address the first stays, mostly the newest.
    for item in reversed(found):
        url = canonical(item.url)
        # A longer address cannot be kept. Cut short it would be another address.
        if len(url) <= URL_CHARS:
            items[url] = item
    return items


def _addresses(items_of: Iterable[_Items]) -> set[str]:
    """Return all addresses of several sources."""
    return set(chain.from_iterable(items_of))


def _ids_of_articles(session: Session, urls: Collection[str]) -> ArticleIds:
    """Return articles by their own addresses."""
    query = select(Article.url, Article.id).where(col(Article.url).in_(urls))
    return {url: key for url, key in session.exec(query) if key is not None}


def _ids_of_aliases(session: Session, urls: Collection[str]) -> ArticleIds:
    """Return articles by their other addresses."""
    query = select(Alias.url, Alias.article_id).where(col(Alias.url).in_(urls))
    return dict(session.exec(query).all())


def _in_parts(urls: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give addresses in parts that fit one statement."""
    for start in range(0, len(urls), IN_ONE_QUESTION):
        yield urls[start : start + IN_ONE_QUESTION]


def _first_shown(shown: Iterable[_ShownItems], known: Collection[str]) -> list[_Items]:
    """The items of each source that are neither known nor shown by a source before it."""
    seen = set(known)
    new = []
    for source in shown:
        items = _unseen(source.items, seen)
        seen.update(items)
        new.append(items)
    return new


def _unseen(items: _Items, seen: Collection[str]) -> _Items:
    """Return the items whose address was not seen yet."""
    return {url: item for url, item in items.items() if url not in seen}


def _add_articles(session: Session, new: Collection[_Items], now: datetime) -> ArticleIds:
    """Store new articles; return the ids of all that are known by their addresses."""
    insert_new(session, Article, _rows(new, now))
    # Another process may have kept the same article first, so the ids are read back.
    return ids_by_url(session, _addresses(new))


def _rows(new: Iterable[_Items], now: datetime) -> list[RowValues]:
    """Return the rows of new articles, in the order in which they were shown."""
    # Rows, not Articles: insert_new writes them in one statement.
    rows: list[RowValues] = []
    for items in new:
        rows += [_row(url, item, now) for url, item in items.items()]
    return rows


def _row(url: str, item: Found, now: datetime) -> RowValues:
    """Return the row of a new article; what is too long is cut to its column."""
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


def _sighted(source: _ShownItems, known: ArticleIds) -> Iterator[Sighted]:
    """The articles that a source shows."""
    for url in source.items:
        # An article can be missing: insert_new leaves out a row whose slug another article has.
        if url in known:
            yield known[url], source.source_id
