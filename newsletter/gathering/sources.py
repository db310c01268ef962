"""Sources: adding, listing, changing and retiring them, and which of them are to be read."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Subquery, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.fetching.hosts import host_of
from newsletter.formats.opml import Outline
from newsletter.gathering.articles import RANK
from newsletter.gathering.models import Article, Sighting, Source
from newsletter.gathering.own_articles import refuse_own
from newsletter.gathering.source_health import WEEKS, Health, judge_health
from newsletter.gathering.status import SOURCE
from newsletter.text import one_line

LATEST = 20  # articles of a source, whose dates are its rhythm
URL_CHARS = 2000
TITLE_CHARS = 200
CATEGORY_CHARS = 80
MOST_WEIGHT = 2.0
PASTED = "hand:links"  # the address of the source of pasted links: nothing is fetched from it

Dates = dict[int, list[datetime]]  # by source, newest first


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
    """A source to be added: its `url` is read, its `home_url` is the page that people read.

    Its `weight` is from 0 to 2; 1 is that of any other.
    """

    url: str
    title: str = ""
    kind: str = "feed"
    home_url: str = ""
    category: str = ""
    weight: float = 1.0
    is_own: bool = False


def check_new(session: Session, publication_id: int, url: str) -> None:
    """Raise NotAnAddress or KnownSource unless `url` can be added."""
    if not _is_address(url):
        raise NotAnAddress
    if _is_known(session, publication_id, url):
        raise KnownSource


def add(
    session: Session,
    publication_id: int,
    new: NewSource,
    now: datetime | None = None,
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


def add_outlines(
    session: Session,
    publication_id: int,
    outlines: Sequence[Outline],
    now: datetime,
) -> int:
    """Add the feeds of a list; return how many are new. Those that are there already stay."""
    added = 0
    for outline in outlines:
        # A list may name a feed twice, or one that is here: the others are added all the same.
        with suppress(KnownSource):
            add(session, publication_id, _source_of(outline), now)
            added += 1
    return added


def feed_outlines(session: Session, publication_id: int) -> tuple[list[Outline], int]:
    """Return the active feeds as a list, and how many active sources are no feeds.

    A list (OPML) can say feeds only.
    """
    active = fetchable_sources(session, publication_id)
    feeds = [_outline_of(source) for source in active if source.kind == "feed"]
    return feeds, len(active) - len(feeds)


def all_sources(session: Session, publication_id: int) -> Sequence[Source]:
    """Return the sources of a publication, in the order in which they were added."""
    query = select(Source).filter_by(publication_id=publication_id).order_by(col(Source.id))
    return session.exec(query).all()


def fetchable_sources(session: Session, publication_id: int) -> list[Source]:
    """Return the active sources that have something to fetch: the editors themselves have not."""
    return [source for source in all_sources(session, publication_id) if _is_fetchable(source)]


def due_sources(session: Session, publication_id: int, now: datetime) -> list[Source]:
    """Return the sources that the schedule may fetch now."""
    fetchable = fetchable_sources(session, publication_id)
    return [source for source in fetchable if _is_due(source, now)]


def resting_hosts(session: Session, now: datetime) -> dict[str, datetime]:
    """Return the hosts that asked to be left alone, of all publications, and until when."""
    query = select(Source.url, Source.rests_until).where(col(Source.rests_until) > now)
    return {host_of(url): until for url, until in session.exec(query) if until is not None}


def all_with_health(
    session: Session,
    publication_id: int,
    now: datetime,
) -> list[tuple[Source, Health]]:
    """Return every source with its health, in the order in which they were added."""
    dates = _latest_dates(session, publication_id, now)
    items = _item_counts(session, now)
    return [
        (source, judge_health(source, dates.get(source.key, ()), items.get(source.key, 0), now))
        for source in all_sources(session, publication_id)
    ]


def new_troubles(
    session: Session,
    publication_id: int,
    now: datetime,
) -> list[tuple[Source, Health]]:
    """Return the sources with a trouble that no editor heard of, and note that it was reported.

    A trouble is reported once, until its source recovers and fails again.
    """
    troubles = []
    for source, health in all_with_health(session, publication_id, now):
        if _is_unreported(source, health):
            troubles.append((source, health))
        # Also when it is well again: the next trouble is then a new one.
        source.reported_trouble = health.trouble
    session.flush()
    return troubles


def may_move(session: Session, source: Source, url: str) -> bool:
    """True if a permanent redirect may be remembered.

    It may not lead from https to plain http, nor to another source of ours.
    """
    if len(url) > URL_CHARS:
        return False
    # Somebody between us and the host could else take the source over for good.
    if _loses_https(source.url, url):
        return False
    return not _is_known(session, source.publication_id, url)


def find_source(session: Session, publication_id: int, name: str) -> Source:
    """Return the source of that number or address. Raises NoSource."""
    for source in all_sources(session, publication_id):
        if name in (str(source.id), source.url):
            return source
    raise NoSource


def retire(session: Session, publication_id: int, name: str) -> Source:
    """Read the source of that number or address no more; its articles stay. Raises NoSource."""
    source = find_source(session, publication_id, name)
    mark_retired(source)
    source.error = ""  # a person's own decision is no trouble to report
    session.flush()
    return source


def restore(session: Session, publication_id: int, name: str) -> Source:
    """Read a retired source again, as if nothing had been wrong with it.

    Raises NoSource or WrongMove.
    """
    source = find_source(session, publication_id, name)
    source.status = SOURCE.to(source.status, "active")
    _forget_troubles(source)
    # Due at once: an editor who brings it back wants to see that it works.
    source.due_at = None
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
    """Set title, folder, weight (0 to 2) and mark of a source. Raises NoSource or OwnStays.

    `is_own` marks the publication's own site.
    """
    source = find_source(session, publication_id, name)
    refuse_own(source, is_own)
    source.title = one_line(title)[:TITLE_CHARS]
    source.category = one_line(category)[:CATEGORY_CHARS]
    source.weight = _bounded(weight)
    source.is_own = is_own
    session.flush()
    return source


def mark_retired(source: Source) -> None:
    """Make a source a retired one: by a person, or because its host says that it is gone.

    Harmless twice.
    """
    if source.status != "retired":
        source.status = SOURCE.to(source.status, "retired")
    source.due_at = None
    source.rests_until = None


def _is_address(url: str) -> bool:
    """True for a web address that fits its column."""
    return url.startswith(("http://", "https://")) and len(url) <= URL_CHARS


def _is_known(session: Session, publication_id: int, url: str) -> bool:
    """True if a source of the publication has that address."""
    known = select(Source.id).filter_by(publication_id=publication_id, url=url)
    return session.exec(known).first() is not None


def _bounded(weight: float) -> float:
    """Return a weight between 0 and 2."""
    return min(MOST_WEIGHT, max(0.0, weight))


def _source_of(outline: Outline) -> NewSource:
    """Return a feed of a list as a source."""
    return NewSource(
        outline.xml_url,
        outline.title,
        home_url=outline.home_url,
        category=outline.category,
    )


def _outline_of(source: Source) -> Outline:
    """Return a source as a feed of a list."""
    return Outline(source.title or source.url, source.url, source.home_url, source.category)


def _is_fetchable(source: Source) -> bool:
    return source.status == "active" and source.kind != "hand"


def _is_due(source: Source, now: datetime) -> bool:
    return source.due_at is None or source.due_at <= now


def _latest_dates(session: Session, publication_id: int, now: datetime) -> Dates:
    """The dates of the latest articles of each source."""
    dates: Dates = {}
    for source_id, published_at in session.exec(_newest_of_each(publication_id, now)):
        dates.setdefault(source_id, []).append(published_at)
    return dates


def _newest_of_each(publication_id: int, now: datetime) -> Select[int, datetime]:
    """Select the dates of the latest articles of each source, newest first."""
    ranked = _ranked_dates(publication_id, now)
    query = select(ranked.c.source_id, ranked.c.published_at)
    return query.where(ranked.c.rank <= LATEST).order_by(ranked.c.rank)


def _ranked_dates(publication_id: int, now: datetime) -> Subquery:
    """The dates of all that each source showed, the newest of each with rank 1."""
    return (
        select(Sighting.source_id, Article.published_at, RANK)
        .select_from(Sighting)
        .join(Article)
        .join(Source)
        .where(col(Source.publication_id) == publication_id, col(Article.published_at) <= now)
        .subquery()
    )


def _item_counts(session: Session, now: datetime) -> dict[int, int]:
    """How many articles each source showed that were published in the last weeks."""
    published_at = col(Article.published_at)
    query = (
        select(Sighting.source_id, func.count())
        .join(Article)
        .where(published_at > now - timedelta(weeks=WEEKS), published_at <= now)
        .group_by(col(Sighting.source_id))
    )
    return dict(session.exec(query).all())


def _is_unreported(source: Source, health: Health) -> bool:
    """True if a source has a trouble that no editor heard of."""
    return health.trouble not in ("", source.reported_trouble)


def _loses_https(old: str, new: str) -> bool:
    return old.startswith("https:") and not new.startswith("https:")


def _forget_troubles(source: Source) -> None:
    source.failures = 0
    source.error = ""
    source.reported_trouble = ""
