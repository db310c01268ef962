"""Judging: which events are due for their verdict, and what is read to give it.

Events are read and judged without a lock. Writing their verdicts down is settling's work.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.delivery.reading import acceptance_times
from newsletter.editions.models import Edition
from newsletter.tracking.models import Event
from newsletter.tracking.robots import SPAN_S, Visit, judge_visits

SPAN = timedelta(seconds=SPAN_S)
GROUP = 2_000  # events that get their verdict in one transaction
AROUND = 5_000  # in a storm, so many neighbours before and after a group are looked at
OLDEST_FIRST = (col(Event.at), col(Event.id))
NEWEST_FIRST = (col(Event.at).desc(), col(Event.id).desc())

# id, at, link, visitor, message_id, sign and network of an event. Rows of columns, not Events:
# there are many, and the session need not know them.
Seen = Row[*tuple[Any, ...]]
Query = Select[*tuple[Any, ...]]
Verdicts = Mapping[int, str]  # by the id of an event


def judge_due(session: Session, now: datetime) -> tuple[int, Verdicts] | None:
    """Return an edition and the verdicts of its oldest events that are due.

    None if none is due. An event is due when all that can happen near it has happened.
    """
    oldest = session.exec(_oldest_due(now)).first()
    if oldest is None:
        return None
    return oldest.edition_id, _judge_group(session, oldest.edition_id, now)


def judge_events(
    session: Session,
    edition_id: int,
    events: Sequence[Seen],
) -> list[str]:
    """Return a verdict for each of these events of an edition, in their order."""
    return judge_visits(_visits(session, events), _count_links(session, edition_id))


def events_to_judge(
    session: Session,
    edition_id: int,
    limit: int,
) -> list[Seen]:
    """Return the newest events of an edition that have no verdict."""
    query = _seen().filter_by(verdict=None, edition_id=edition_id)
    return _rows(session, query.order_by(col(Event.at).desc()).limit(limit))


def _oldest_due(now: datetime) -> SelectOfScalar[Event]:
    """Select the event that waits longest."""
    return select(Event).where(_is_due(now)).order_by(col(Event.at)).limit(1)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """True for an event without a verdict whose neighbours can all be known."""
    return col(Event.verdict).is_(None) & (col(Event.at) < now - SPAN)


def _judge_group(
    session: Session,
    edition_id: int,
    now: datetime,
) -> Verdicts:
    """The verdicts of the oldest due events of an edition."""
    group = _rows(session, _due_group(edition_id, now))
    events = _with_neighbours(session, edition_id, group)
    verdicts = _judge_by_id(session, edition_id, events)
    return {event.id: verdicts[event.id] for event in group}


def _due_group(edition_id: int, now: datetime) -> Query:
    """Select the oldest due events of an edition."""
    # Of one edition: what happened to other letters is no neighbour.
    query = _seen().where(_is_due(now)).filter_by(edition_id=edition_id)
    return query.order_by(*OLDEST_FIRST).limit(GROUP)


def _with_neighbours(
    session: Session,
    edition_id: int,
    group: Sequence[Seen],
) -> dict[int, Seen]:
    """The events of a group and those near them, by id: what judges one event is around it."""
    near = _near(edition_id, group)
    before = _rows(session, _latest_until(near, group[0].at))
    after = _rows(session, _first_after(near, group[0].at))
    # The group itself is added last: in a storm the limits may have left some of it out.
    return {event.id: event for event in (*before, *after, *group)}


def _near(edition_id: int, group: Sequence[Seen]) -> Query:
    """Select the events of an edition from one span before a group to one after it."""
    return _seen().where(
        col(Event.edition_id) == edition_id,
        col(Event.at) >= group[0].at - SPAN,
        col(Event.at) <= group[-1].at + SPAN,
    )


def _latest_until(near: Query, at: datetime) -> Query:
    return near.where(col(Event.at) <= at).order_by(*NEWEST_FIRST).limit(AROUND)


def _first_after(near: Query, at: datetime) -> Query:
    return near.where(col(Event.at) > at).order_by(*OLDEST_FIRST).limit(GROUP + AROUND)


def _judge_by_id(
    session: Session,
    edition_id: int,
    events: Mapping[int, Seen],
) -> Verdicts:
    return dict(zip(events, judge_events(session, edition_id, list(events.values())), strict=True))


def _visits(session: Session, events: Sequence[Seen]) -> list[Visit]:
    """The events as they are judged."""
    accepted = _acceptance_times(session, events)
    # Built here and not by a function for each: a storm has many thousand events.
    return [
        Visit(
            event.at.timestamp(),
            event.link,
            event.visitor,
            event.message_id,
            event.sign,
            accepted.get(event.message_id),
            event.network,
        )
        for event in events
    ]


def _acceptance_times(session: Session, events: Sequence[Seen]) -> dict[int, float]:
    """When the relay took the letters of these events, in seconds since the epoch."""
    messages = {event.message_id for event in events if event.message_id}
    times = acceptance_times(session, messages)
    return {message_id: at.timestamp() for message_id, at in times.items()}


def _count_links(session: Session, edition_id: int) -> int:
    query = select(Edition.links).filter_by(id=edition_id)
    return len(session.exec(query).one())


def _seen() -> Query:
    """Select what judging needs of events."""
    query = select(
        Event.id,
        Event.at,
        Event.link,
        Event.visitor,
    )
    return query.add_columns(col(Event.message_id), col(Event.sign), col(Event.network))


def _rows(session: Session, query: Query) -> list[Seen]:
    """Return the rows of a query, past the unit of work."""
    return list(session.connection().execute(query))
