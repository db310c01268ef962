"""Articles: found items that are kept, once each by their canonical URL."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from sqlalchemy import func
from sqlmodel import Session, col, select

from newsletter.formats.found import LONGEST_URL, Found
from newsletter.gathering.items.dating import believed, published_at
from newsletter.gathering.items.telling_apart import (
    Known,
    Shown,
    digest,
    keep_by_address,
    read_document,
)
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
StoredItems = Mapping[int, Found]  # by the id of the article that each is kept as
_Items = Mapping[str, Found]  # of one source, by canonical address
_Read = tuple[int, Sequence[Shown]]  # the id of a source, and what it shows
T = TypeVar("T")
Sighted = tuple[int, int]  # the ids of an article and of a source that shows it


class _ShownItems(NamedTuple):
    """What one source shows: its items by the address that each is kept by."""

    source_id: int
    items: _Items


class StoredFound(NamedTuple):
    """What became of the items of one source: how many were new, and all by their articles."""

    added: int
    items: StoredItems


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

    An item without a date counts as published when it was first seen.
    """
    return store_all_found(session, [(source_id, found)], now)[0].added


def store_all_found(
    session: Session,
    found_by_source: Sequence[tuple[int, Sequence[Found]]],
    now: datetime,
) -> list[StoredFound]:
    """Do the same for several sources in few statements.

    Of what several show, the first of them was the one to add it.
    """
    read = [(source_id, read_document(believed(found))) for source_id, found in found_by_source]
    known = ids_by_url(session, set(chain.from_iterable(_all_addresses(read))))
    shown = _kept(session, read, known)
    new = _first_shown(shown, known)
    if any(new):
        known |= _add_articles(session, new, now)
    rows = chain.from_iterable(_sighting_rows(source, known, now) for source in shown)
    insert_rows(session, rows)
    return [
        StoredFound(len(added), _by_article(source, known))
        for source, added in zip(shown, new, strict=True)
    ]


def _all_addresses(read: Iterable[_Read]) -> Iterator[Sequence[str]]:
    """The addresses by which items may be known already: a shared one, and one of its own."""
    for _, items in read:
        for item in items:
            yield _addresses_of(item)


def _addresses_of(item: Shown) -> Sequence[str]:
    return (item.shared, item.own) if item.own else (item.shared,)


def _kept(session: Session, read: Sequence[_Read], known: ArticleIds) -> list[_ShownItems]:
    """Decide by which address each item is kept, and let further addresses lead there."""
    words = _known_words(session, read, known)
    shown = []
    for source_id, items in read:
        addresses = keep_by_address(items, known, words)
        for url, kept in addresses.aliases.items():
            add_alias(session, url, known[kept])
            known[url] = known[kept]
        # A longer address cannot be kept. Cut short it would be another address.
        fitting = {url: item for url, item in addresses.items.items() if len(url) <= URL_CHARS}
        shown.append(_ShownItems(source_id, fitting))
    return shown


def _known_words(
    session: Session,
    read: Iterable[_Read],
    known: ArticleIds,
) -> Mapping[int, Known]:
    """Return what is stored of the articles whose address other items may share."""
    asked = {item.shared for _, items in read for item in items if item.own}
    ids = [known[url] for url in asked if url in known]
    words: dict[int, Known] = {}
    for part in _in_parts(ids):
        query = select(Article).where(col(Article.id).in_(part))
        words.update((article.key, _words_of(article)) for article in session.exec(query))
    return words


def _words_of(article: Article) -> Known:
    """Return what tells an article from others at its address."""
    is_dated = article.published_at != article.first_seen_at
    return Known(article.title, article.published_at, is_dated)


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
    insert_rows(session, (_sighting(*each, "", seen_at) for each in sorted(set(sighted))))


def insert_rows(session: Session, rows: Iterable[RowValues]) -> None:
    """Insert rows of sightings; those that are there stay as they are."""
    if listed := list(rows):
        insert_new(session, Sighting, listed)


def _sighting(article_id: int, source_id: int, noted: str, seen_at: datetime) -> RowValues:
    return {
        "article_id": article_id,
        "source_id": source_id,
        "seen_at": seen_at,
        "digest": noted,
    }


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


def _in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give addresses or ids in parts that fit one statement."""
    for start in range(0, len(values), IN_ONE_QUESTION):
        yield values[start : start + IN_ONE_QUESTION]


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
        "published_at": published_at(item, now),
        "first_seen_at": now,
    }


def _by_article(source: _ShownItems, known: ArticleIds) -> StoredItems:
    """Return the items of a source by the articles that they are kept as."""
    # An article can be missing: insert_new leaves out a row whose slug another article has.
    items: dict[int, Found] = {}
    for url, item in source.items.items():
        if url in known:
            # Two addresses of one source may be the same article, by an alias: the first counts.
            items.setdefault(known[url], item)
    return items


def _sighting_rows(source: _ShownItems, known: ArticleIds, now: datetime) -> Iterator[RowValues]:
    """The rows that say which articles a source shows, and what it says of each."""
    for article_id, item in sorted(_by_article(source, known).items(), key=_first):
        yield _sighting(article_id, source.source_id, digest(item), now)


def _first(pair: tuple[int, Found]) -> int:
    return pair[0]
