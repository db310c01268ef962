"""Settling: events get their verdict when their neighbours are known, and are added up. Nobody's events are then deleted.

It is read and judged without a lock, and written in short transactions that take only events which have no verdict yet: two
schedulers at once count nothing twice.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, select, update

from newsletter.database import Database
from newsletter.delivery.models import Delivery
from newsletter.delivery.reading import acceptance_times, subscribers_of_messages
from newsletter.editions.models import Edition
from newsletter.statements import insert_new
from newsletter.tracking.models import Event, EventCount
from newsletter.tracking.robots import SPAN_S, Visit, judge_visits
from subscribers.audiences.activity import note_seen

SPAN = timedelta(seconds=SPAN_S)
GROUP = 2_000  # events that get their verdict in one transaction
AROUND = 5_000  # in a storm, so many neighbours before and after a group are looked at
MOST_A_TURN = 20_000
SEEN = ("id", "at", "link", "visitor", "message_id", "sign")
TAKEN = ("link", "message_id", "at")

Seen = Row[*tuple[Any, ...]]


def settle_events(database: Database, now: datetime) -> int:
    """Judge the events whose neighbours are all known, oldest first, as many as one turn allows. Returns how many."""
    settled = 0
    while settled < MOST_A_TURN and (found := database.read(_judged, now)):
        edition_id, verdicts = found
        database.write(_keep, edition_id, verdicts)
        settled += len(verdicts)
    database.write(_delete_nobodys, now - 2 * SPAN)
    return settled


def judge_events(session: Session, edition_id: int, seen: Sequence[Seen]) -> list[str]:
    """Return a verdict for each of these events of an edition."""
    accepted = {
        key: at.timestamp()
        for key, at in acceptance_times(
            session, {one.message_id for one in seen if one.message_id}
        ).items()
    }
    visits = [
        Visit(
            one.at.timestamp(),
            one.link,
            one.visitor,
            one.message_id,
            one.sign,
            accepted.get(one.message_id),
        )
        for one in seen
    ]
    return judge_visits(
        visits, len(session.exec(select(Edition.links).where(col(Edition.id) == edition_id)).one())
    )


def events_to_judge(session: Session, edition_id: int, limit: int) -> list[Seen]:
    """Return the newest events of an edition that have no verdict."""
    query = _seen().where(col(Event.verdict).is_(None), col(Event.edition_id) == edition_id)
    return list(session.connection().execute(query.order_by(col(Event.at).desc()).limit(limit)))


def _seen() -> Select[*tuple[Any, ...]]:
    return columns(*(col(getattr(Event, name)) for name in SEEN))


def _judged(session: Session, now: datetime) -> tuple[int, Mapping[int, str]] | None:
    """Return an edition and the verdicts of its oldest events that are due, by id."""
    due = (col(Event.verdict).is_(None), col(Event.at) < now - SPAN)
    first = session.exec(select(Event).where(*due).order_by(col(Event.at)).limit(1)).first()
    if first is None:
        return None
    here = col(Event.edition_id) == first.edition_id
    order = (col(Event.at), col(Event.id))
    group = list(
        session.connection().execute(_seen().where(*due, here).order_by(*order).limit(GROUP))
    )
    start, end = group[0].at, group[-1].at
    near = here & (col(Event.at) >= start - SPAN) & (col(Event.at) <= end + SPAN)
    ids = {one.id for one in group}
    before = (
        _seen()
        .where(near, col(Event.at) <= start)
        .order_by(col(Event.at).desc(), col(Event.id).desc())
        .limit(AROUND)
    )
    after = _seen().where(near, col(Event.at) > start).order_by(*order).limit(GROUP + AROUND)
    around = {
        one.id: one for query in (before, after) for one in session.connection().execute(query)
    } | {one.id: one for one in group}
    found = zip(around, judge_events(session, first.edition_id, list(around.values())), strict=True)
    return first.edition_id, {key: verdict for key, verdict in found if key in ids}


def _keep(session: Session, edition_id: int, verdicts: Mapping[int, str]) -> None:
    counts: Counter[tuple[int, str]] = Counter()
    seen: dict[int, datetime] = {}  # by message: what a person did last
    by_verdict = defaultdict(list)
    for key, verdict in verdicts.items():
        by_verdict[verdict].append(key)
    for verdict, ids in by_verdict.items():
        taking = (
            update(Event)
            .where(col(Event.id).in_(ids), col(Event.verdict).is_(None))
            .values(verdict=verdict)
        )
        for link, message_id, at in session.connection().execute(
            taking.returning(*(col(getattr(Event, name)) for name in TAKEN))
        ):
            counts[link, verdict] += 1
            if message_id and not verdict:
                seen[message_id] = max(at, seen.get(message_id, at))
    none = [
        {"edition_id": edition_id, "link": link, "verdict": verdict, "count": 0}
        for link, verdict in counts
    ]
    if none:
        insert_new(session, EventCount, none)
    for (link, verdict), more in sorted(counts.items()):
        here = (
            col(EventCount.edition_id) == edition_id,
            col(EventCount.link) == link,
            col(EventCount.verdict) == verdict,
        )
        session.exec(update(EventCount).where(*here).values(count=col(EventCount.count) + more))
    _note_seen(session, edition_id, seen)


def _note_seen(session: Session, edition_id: int, seen: Mapping[int, datetime]) -> None:
    """An edition's letters go to a reader once, so that a message stands for its reader."""
    if seen:
        publication_id = session.exec(
            select(Delivery.publication_id).where(col(Delivery.edition_id) == edition_id)
        ).one()
        note_seen(
            session,
            publication_id,
            {who: seen[key] for key, who in subscribers_of_messages(session, seen).items()},
        )


def _delete_nobodys(session: Session, before: datetime) -> None:
    """What belongs to nobody's message is counted, and no event's neighbour any more."""
    over = (col(Event.message_id) == 0, col(Event.at) < before, col(Event.verdict).is_not(None))
    session.exec(delete(Event).where(*over))
