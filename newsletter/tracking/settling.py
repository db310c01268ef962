"""Settling: events get their verdict when their neighbours are known, and are added up.

Events that belong to nobody are then deleted. Events are read and judged without a lock, and
written in short transactions that take only those which have no verdict yet: two schedulers at
once count nothing twice.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select
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
OLDEST_FIRST = (col(Event.at), col(Event.id))
NEWEST_FIRST = (col(Event.at).desc(), col(Event.id).desc())

# id, at, link, visitor, message_id and sign of an event. Rows of columns, not Events: there are
# many, and the session need not know them.
Seen = Row[*tuple[Any, ...]]


class _Taken(NamedTuple):
    """An event that was given its verdict just now."""

    verdict: str
    link: int
    message_id: int
    at: datetime


def settle_events(database: Database, now: datetime) -> int:
    """Judge the events whose neighbours are all known, oldest first; return how many.

    It judges as many as one turn allows.
    """
    settled = 0
    while settled < MOST_A_TURN and (judged := database.read(_judge_due, now)):
        edition_id, verdicts = judged
        database.write(_keep, edition_id, verdicts)
        settled += len(verdicts)
    # Twice the span: until then it may be the neighbour of an event that is still to be judged.
    database.write(_delete_nobodys, now - 2 * SPAN)
    return settled


def judge_events(
    session: Session,
    edition_id: int,
    events: Sequence[Seen],
) -> list[str]:
    """Return a verdict for each of these events of an edition, in their order."""
    accepted = _acceptance_times(session, events)
    # Built here and not by a function: a storm has many thousand events.
    visits = [
        Visit(
            event.at.timestamp(),
            event.link,
            event.visitor,
            event.message_id,
            event.sign,
            accepted.get(event.message_id),
        )
        for event in events
    ]
    links = session.exec(select(Edition.links).where(Edition.id == edition_id)).one()
    return judge_visits(visits, len(links))


def events_to_judge(
    session: Session,
    edition_id: int,
    limit: int,
) -> list[Seen]:
    """Return the newest events of an edition that have no verdict."""
    query = _seen().where(col(Event.verdict).is_(None), col(Event.edition_id) == edition_id)
    return _rows(session, query.order_by(col(Event.at).desc()).limit(limit))


def _seen() -> Select[*tuple[Any, ...]]:
    """Select what judging needs of events."""
    query = select(
        Event.id,
        Event.at,
        Event.link,
        Event.visitor,
    )
    return query.add_columns(col(Event.message_id), col(Event.sign))


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[Seen]:
    """Return the rows of a query, past the unit of work."""
    return list(session.connection().execute(query))


def _acceptance_times(session: Session, events: Sequence[Seen]) -> dict[int, float]:
    """When the relay took the letters of these events, in seconds since the epoch."""
    messages = {event.message_id for event in events if event.message_id}
    times = acceptance_times(session, messages)
    return {message_id: at.timestamp() for message_id, at in times.items()}


def _judge_due(session: Session, now: datetime) -> tuple[int, Mapping[int, str]] | None:
    """Return an edition and the verdicts of its oldest events that are due, by id.

    None if none is due. An event is due when all that can happen near it has happened.
    """
    oldest = _oldest_due(session, now)
    if oldest is None:
        return None
    edition_id = oldest.edition_id
    group = _due_group(session, edition_id, now)
    events = _with_neighbours(session, edition_id, group)
    verdicts = judge_events(session, edition_id, list(events.values()))
    verdict_of = dict(zip(events, verdicts, strict=True))
    return edition_id, {event.id: verdict_of[event.id] for event in group}


def _is_due(now: datetime) -> ColumnElement[bool]:
    """True for an event without a verdict whose neighbours can all be known."""
    return col(Event.verdict).is_(None) & (col(Event.at) < now - SPAN)


def _oldest_due(session: Session, now: datetime) -> Event | None:
    """Return the event that waits longest."""
    query = select(Event).where(_is_due(now)).order_by(col(Event.at)).limit(1)
    return session.exec(query).first()


def _due_group(
    session: Session,
    edition_id: int,
    now: datetime,
) -> list[Seen]:
    """Return the oldest due events of an edition."""
    # Of one edition: what happened to other letters is no neighbour.
    query = _seen().where(_is_due(now), col(Event.edition_id) == edition_id)
    return _rows(session, query.order_by(*OLDEST_FIRST).limit(GROUP))


def _with_neighbours(
    session: Session,
    edition_id: int,
    group: Sequence[Seen],
) -> dict[int, Seen]:
    """The events of a group and those near them, by id: what judges one event is around it."""
    near = _near(edition_id, group)
    start = group[0].at
    before = near.where(col(Event.at) <= start).order_by(*NEWEST_FIRST).limit(AROUND)
    after = near.where(col(Event.at) > start).order_by(*OLDEST_FIRST).limit(GROUP + AROUND)
    # The group itself is added last: in a storm the limits may have left some of it out.
    events = [*_rows(session, before), *_rows(session, after), *group]
    return {event.id: event for event in events}


def _near(edition_id: int, group: Sequence[Seen]) -> Select[*tuple[Any, ...]]:
    """Select the events of an edition from one span before a group to one after it."""
    return _seen().where(
        col(Event.edition_id) == edition_id,
        col(Event.at) >= group[0].at - SPAN,
        col(Event.at) <= group[-1].at + SPAN,
    )


def _keep(
    session: Session,
    edition_id: int,
    verdicts: Mapping[int, str],
) -> None:
    """Give events their verdicts, and add them up."""
    taken = _take(session, verdicts)
    _add_counts(session, edition_id, Counter((event.link, event.verdict) for event in taken))
    _note_seen(session, edition_id, _last_seen(taken))


def _take(session: Session, verdicts: Mapping[int, str]) -> list[_Taken]:
    """Write the verdicts of those events that have none yet; return these events."""
    taken: list[_Taken] = []
    for verdict, ids in _ids_by_verdict(verdicts).items():
        taken += _write_verdict(session, verdict, ids)
    return taken


def _ids_by_verdict(verdicts: Mapping[int, str]) -> dict[str, list[int]]:
    """Group events by verdict: each verdict is then one statement."""
    ids: dict[str, list[int]] = defaultdict(list)
    for event_id, verdict in verdicts.items():
        ids[verdict].append(event_id)
    return ids


def _write_verdict(
    session: Session,
    verdict: str,
    ids: Sequence[int],
) -> list[_Taken]:
    """Give events one verdict; return those that got it."""
    # Only those without a verdict: another scheduler may have been here since they were read.
    writing = (
        update(Event)
        .where(
            col(Event.id).in_(ids),
            col(Event.verdict).is_(None),
        )
        .values(verdict=verdict)
        .returning(
            col(Event.link),
            col(Event.message_id),
            col(Event.at),
        )
    )
    rows = session.connection().execute(writing)
    return [_Taken(verdict, link, message_id, at) for link, message_id, at in rows]


def _last_seen(taken: Sequence[_Taken]) -> dict[int, datetime]:
    """When a person did something last, by message."""
    seen: dict[int, datetime] = {}
    for event in taken:
        if event.message_id and not event.verdict:
            seen[event.message_id] = max(event.at, seen.get(event.message_id, event.at))
    return seen


def _add_counts(
    session: Session,
    edition_id: int,
    counts: Counter[tuple[int, str]],
) -> None:
    """Add to the counts by link and verdict."""
    if not counts:
        return
    rows = [
        {"edition_id": edition_id, "link": link, "verdict": verdict, "count": 0}
        for link, verdict in counts
    ]
    insert_new(session, EventCount, rows)
    # Sorted: two schedulers lock the same rows in one order, so they cannot deadlock.
    for (link, verdict), more in sorted(counts.items()):
        _add_count(session, edition_id, link, verdict, more)


def _add_count(
    session: Session,
    edition_id: int,
    link: int,
    verdict: str,
    more: int,
) -> None:
    """Add to one count."""
    adding = update(EventCount).filter_by(edition_id=edition_id, link=link, verdict=verdict)
    # The database adds: a count that was read before may be old.
    session.exec(adding.values(count=col(EventCount.count) + more))


def _note_seen(
    session: Session,
    edition_id: int,
    seen: Mapping[int, datetime],
) -> None:
    """Note when readers were seen last, by their messages.

    An edition's letters go to a reader once, so a message is as good as its reader.
    """
    if not seen:
        return
    query = select(Delivery.publication_id).where(Delivery.edition_id == edition_id)
    publication_id = session.exec(query).one()
    readers = subscribers_of_messages(session, seen)
    seen_by_reader = {reader: seen[message_id] for message_id, reader in readers.items()}
    note_seen(session, publication_id, seen_by_reader)


def _delete_nobodys(session: Session, before: datetime) -> None:
    """Delete what belongs to nobody's message: it is counted, and no event's neighbour any more."""
    is_over = (
        col(Event.message_id) == 0,
        col(Event.at) < before,
        col(Event.verdict).is_not(None),
    )
    session.exec(delete(Event).where(*is_over))
