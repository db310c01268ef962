"""Sources: adding, listing, changing and retiring them, one by one or as a file of many, and which of them are to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.fetching.hosts import host_of
from newsletter.formats.opml import Outline
from newsletter.gathering.models import Article, Sighting, Source
from newsletter.gathering.source_health import WEEKS, Health, judge_health
from newsletter.gathering.status import SOURCE

LATEST = 20  # articles of a source, whose dates are its rhythm
TITLE_CHARS, CATEGORY_CHARS, MOST_WEIGHT = 200, 80, 2.0
PASTED = "hand:links"  # the address of the source of pasted links: nothing is ever fetched from it


class NotAnAddress(Refused):
    """A source is an http or https address, like https://example.org/feed.xml."""


class KnownSource(Conflict):
    """That source is there already."""

    hint = "`newsletter source list` shows it."


class NoSource(NotFound):
    """There is no such source."""

    hint = "`newsletter source list` shows those there are."


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be added: its `url` is read, its `home_url` is the page that people read."""

    url: str
    title: str = ""
    kind: str = "feed"
    home_url: str = ""
    category: str = ""
    weight: float = 1.0
    is_own: bool = False


def check_new(session: Session, publication_id: int, url: str) -> None:
    """Raise NotAnAddress or KnownSource unless `url` can be added."""
    if not url.startswith(("http://", "https://")) or len(url) > 2000:
        raise NotAnAddress
    known = select(Source.id).where(
        col(Source.publication_id) == publication_id, col(Source.url) == url
    )
    if session.exec(known).first() is not None:
        raise KnownSource


def add(
    session: Session, publication_id: int, new: NewSource, now: datetime | None = None
) -> Source:
    """Add a source. Raises NotAnAddress or KnownSource."""
    check_new(session, publication_id, new.url)
    source = Source(
        publication_id=publication_id,
        kind=new.kind,
        url=new.url,
        home_url=new.home_url,
        title=new.title[:TITLE_CHARS],
        category=new.category[:CATEGORY_CHARS],
        weight=_bounded(new.weight),
        is_own=new.is_own,
        added_at=now,
    )
    session.add(source)
    session.flush()
    return source


def _bounded(weight: float) -> float:
    return min(MOST_WEIGHT, max(0.0, weight))


def add_outlines(
    session: Session, publication_id: int, outlines: Sequence[Outline], now: datetime
) -> int:
    """Add the feeds of a list, those that are there already left as they are; returns how many are new."""
    added = 0
    for one in outlines:
        try:
            add(session, publication_id, _source_of(one), now)
            added += 1
        except KnownSource:
            continue
    return added


def _source_of(outline: Outline) -> NewSource:
    return NewSource(
        outline.xml_url, outline.title, home_url=outline.home_url, category=outline.category
    )


def feed_outlines(session: Session, publication_id: int) -> tuple[list[Outline], int]:
    """Return the active feeds as a list, and how many active sources are no feeds, which a list cannot say."""
    active = fetchable_sources(session, publication_id)
    feeds = [
        Outline(one.title or one.url, one.url, one.home_url, one.category)
        for one in active
        if one.kind == "feed"
    ]
    return feeds, len(active) - len(feeds)


def all_sources(session: Session, publication_id: int) -> Sequence[Source]:
    """Return the sources of a publication, in the order in which they were added."""
    return session.exec(
        select(Source).where(col(Source.publication_id) == publication_id).order_by(col(Source.id))
    ).all()


def fetchable_sources(session: Session, publication_id: int) -> list[Source]:
    """Return the sources that have something to fetch: the active ones, save an editor's own hand."""
    return [
        source
        for source in all_sources(session, publication_id)
        if source.status == "active" and source.kind != "hand"
    ]


def due_sources(session: Session, publication_id: int, now: datetime) -> list[Source]:
    """Return the sources whose time has come."""
    return [
        source
        for source in fetchable_sources(session, publication_id)
        if source.due_at is None or source.due_at <= now
    ]


def resting_hosts(session: Session, now: datetime) -> dict[str, datetime]:
    """Return the hosts that asked to be left alone, of whichever publication, and until when."""
    asked = session.exec(
        select(Source.url, Source.rests_until).where(col(Source.rests_until) > now)
    ).all()
    return {host_of(url): until for url, until in asked if until is not None}


def all_with_health(
    session: Session, publication_id: int, now: datetime
) -> list[tuple[Source, Health]]:
    """Return every source with its health, in the order in which they were added."""
    published, mine = col(Article.published_at), col(Source.publication_id) == publication_id
    shown = select(Sighting.source_id, published).join(
        Article, col(Article.id) == col(Sighting.article_id)
    )
    shown = shown.join(Source, col(Source.id) == col(Sighting.source_id)).where(
        mine, published <= now
    )
    turn = func.row_number().over(partition_by=col(Sighting.source_id), order_by=published.desc())
    latest = shown.add_columns(turn.label("turn")).subquery()
    dates: dict[int, list[datetime]] = {}
    for key, at in session.connection().execute(
        select(latest.c.source_id, latest.c.published_at)
        .where(latest.c.turn <= LATEST)
        .order_by(latest.c.turn)
    ):
        dates.setdefault(key, []).append(at)
    counts = select(Sighting.source_id, func.count()).join(
        Article, col(Article.id) == col(Sighting.article_id)
    )
    counts = counts.where(published > now - timedelta(weeks=WEEKS), published <= now).group_by(
        col(Sighting.source_id)
    )
    items = dict(session.exec(counts).all())
    return [
        (source, judge_health(source, dates.get(source.key, ()), items.get(source.key, 0), now))
        for source in all_sources(session, publication_id)
    ]


def new_troubles(
    session: Session, publication_id: int, now: datetime
) -> list[tuple[Source, Health]]:
    """Return the sources whose trouble nobody was told of yet, and note that it is told: once, until they recover and fall anew."""
    found = []
    for source, standing in all_with_health(session, publication_id, now):
        if standing.trouble and standing.trouble != source.reported_trouble:
            found.append((source, standing))
        source.reported_trouble = standing.trouble
    session.flush()
    return found


def may_move(session: Session, source: Source, url: str) -> bool:
    """True if a permanent redirect may be remembered: not to plain http from https, and to no other source of ours."""
    if len(url) > 2000 or (source.url.startswith("https:") and not url.startswith("https:")):
        return False
    known = select(Source.id).where(
        col(Source.publication_id) == source.publication_id, col(Source.url) == url
    )
    return session.exec(known).first() is None


def find_source(session: Session, publication_id: int, name: str) -> Source:
    """Return the source of that number or address. Raises NoSource."""
    source = next(
        (one for one in all_sources(session, publication_id) if name in (str(one.id), one.url)),
        None,
    )
    if source is None:
        raise NoSource
    return source


def retire(session: Session, publication_id: int, name: str) -> Source:
    """Read the source of that number or address no more; its articles stay. Raises NoSource."""
    source = find_source(session, publication_id, name)
    mark_retired(source)
    source.error = ""  # a person's own decision is no trouble to tell of
    session.flush()
    return source


def restore(session: Session, publication_id: int, name: str) -> Source:
    """Read a retired source again, as if nothing had been wrong with it. Raises NoSource, WrongMove."""
    source = find_source(session, publication_id, name)
    source.status = SOURCE.to(source.status, "active")
    source.failures, source.error, source.reported_trouble, source.due_at = 0, "", "", None
    session.flush()
    return source


def change(
    session: Session,
    publication_id: int,
    name: str,
    *,
    title: str,
    category: str,
    weight: float,
    is_own: bool,
) -> Source:
    """Call a source otherwise, keep it in another folder, weigh it anew (0..2), mark it as the publication's own. Raises NoSource."""
    source = find_source(session, publication_id, name)
    source.title, source.category, source.is_own = (
        " ".join(title.split())[:200],
        " ".join(category.split())[:80],
        is_own,
    )
    source.weight = min(2.0, max(0.0, weight))
    session.flush()
    return source


def mark_retired(source: Source) -> None:
    """Make a source a retired one: by a person, or because its host says that it is gone. Harmless twice."""
    if source.status != "retired":
        source.status = SOURCE.to(source.status, "retired")
    source.due_at = source.rests_until = None
