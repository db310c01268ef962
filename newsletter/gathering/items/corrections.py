"""Corrections: a source that says something else of an article corrects it.

Its words are taken from the source that showed it first, of those that are still read, and from no
other: two sources with two titles would change them for ever. What an editor wrote, or an approved
issue carries, stays.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.formats.found import Found
from newsletter.gathering.articles import (
    AUTHOR_CHARS,
    DEK_CHARS,
    IN_ONE_QUESTION,
    TITLE_CHARS,
    URL_CHARS,
    StoredItems,
    storable,
)
from newsletter.gathering.items.dating import published_at
from newsletter.gathering.items.telling_apart import digest
from newsletter.gathering.models import Article, Sighting, Source

Carried = Callable[[Session, Collection[int]], Collection[int]]


def carries_nothing(_session: Session, _article_ids: Collection[int]) -> Collection[int]:
    """No issue carries an article: for gatherings that know no issues."""
    return ()


def correct(
    session: Session,
    source_id: int,
    items: StoredItems,
    carried: Carried,
    now: datetime,
) -> int:
    """Take what a source says differently from the last time; return how many articles changed.

    `carried` finds those of some articles that an approved issue carries.
    """
    changed = _changed(session, source_id, items)
    if not changed:
        return 0
    # Those are corrected later, if the approval is withdrawn: what they say is not noted yet.
    held = set(carried(session, changed))
    free = {key: item for key, item in changed.items() if key not in held}
    mine = _shown_first(session, source_id, free)
    for article in session.exec(select(Article).where(col(Article.id).in_(mine))):
        _apply(article, free[article.key], now)
    _note(session, source_id, free)
    return len(mine)


def _changed(
    session: Session,
    source_id: int,
    items: StoredItems,
) -> dict[int, Found]:
    """Return the items that say something else than they said the last time."""
    known: dict[int, str] = {}
    keys = sorted(items)
    for start in range(0, len(keys), IN_ONE_QUESTION):
        part = keys[start : start + IN_ONE_QUESTION]
        query = select(Sighting.article_id, Sighting.digest).where(
            col(Sighting.source_id) == source_id, col(Sighting.article_id).in_(part)
        )
        known.update(session.exec(query).all())
    return {key: items[key] for key, noted in known.items() if noted != digest(items[key])}


def _shown_first(
    session: Session,
    source_id: int,
    article_ids: Iterable[int],
) -> list[int]:
    """Return the articles that this source showed first, and no editor pasted or wrote.

    One that was retired says nothing more: a feed that moved has its articles at the new address.
    """
    query = (
        select(Sighting.article_id, Sighting.source_id, Source.kind, Source.status)
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(Sighting.article_id).in_(list(article_ids)))
        .order_by(col(Sighting.seen_at), col(Sighting.source_id))
    )
    first: dict[int, int] = {}
    by_hand = set()
    for article_id, shown_by, kind, status in session.exec(query):
        if status == "active":
            first.setdefault(article_id, shown_by)
        if kind == "hand":
            by_hand.add(article_id)
    return [key for key, shown_by in first.items() if shown_by == source_id and key not in by_hand]


def _apply(
    article: Article,
    item: Found,
    now: datetime,
) -> None:
    """Write what an item says over what an article said; what it does not say stays."""
    article.title = storable(item.title, TITLE_CHARS) or article.title
    article.dek = storable(item.dek, DEK_CHARS) or article.dek
    article.author = storable(item.author, AUTHOR_CHARS) or article.author
    image_url = storable(item.image_url, URL_CHARS)
    if image_url and image_url != article.image_url:
        article.image_url = image_url
        article.image_width = article.image_height = 0
        article.read_at = None  # so that the new picture is loaded and measured
    _correct_date(article, item, now)


def _correct_date(
    article: Article,
    item: Found,
    now: datetime,
) -> None:
    """Take a date where there was none, or one to come; a date that is there stays."""
    if item.published_at and _has_no_date(article, now):
        article.published_at = published_at(item, now)


def _has_no_date(article: Article, now: datetime) -> bool:
    """Whether nobody gave the date of an article, or one to come."""
    return article.published_at == article.first_seen_at or article.published_at > now


def _note(
    session: Session,
    source_id: int,
    items: Mapping[int, Found],
) -> None:
    """Note what the source says now."""
    for article_id, item in items.items():
        sighting = update(Sighting).where(
            col(Sighting.article_id) == article_id, col(Sighting.source_id) == source_id
        )
        session.exec(sighting.values(digest=digest(item)))
