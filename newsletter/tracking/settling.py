"""Settling: events get their verdict when their neighbours are known, and are added up.

Events that belong to nobody are then deleted. Verdicts are written in short transactions that take
only those events which have none yet: two schedulers at once count nothing twice.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from newsletter.database import Database
from newsletter.delivery.ledger import Ledger, read_ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.reading import subscribers_of_messages
from newsletter.statements import insert_new
from newsletter.tracking.judging import SPAN, Verdicts, judge_due
from newsletter.tracking.models import Event, EventCount
from subscribers.audiences.activity import note_seen

MOST_A_TURN = 20_000  # events
SURPLUS = "surplus"  # the verdict on what is more than people can have done

Tally = Counter[tuple[int, str]]  # events by link and verdict
LastSeen = Mapping[int, datetime]  # by message or by reader


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
    settled = _settle_due(database, now)
    # Twice the span: until then it may be the neighbour of an event that is still to be judged.
    database.write(_delete_nobodys, now - 2 * SPAN)
    return settled


def is_judged_before(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """True for events before a time that have their verdict."""
    return col(Event.at) < before, col(Event.verdict).is_not(None)


def _settle_due(database: Database, now: datetime) -> int:
    """Judge and keep group after group; return how many events."""
    settled = 0
    while settled < MOST_A_TURN and (judged := database.read(judge_due, now)):
        edition_id, verdicts = judged
        database.write(_keep, edition_id, verdicts)
        settled += len(verdicts)
    return settled


def _keep(
    session: Session,
    edition_id: int,
    verdicts: Verdicts,
) -> None:
    """Give events their verdicts, and add them up."""
    taken = _take(session, verdicts)
    counts = cap_people(
        _tally(taken),
        read_counts(session, edition_id),
        _count_gone_of(session, edition_id),
    )
    _add_counts(session, edition_id, counts)
    _note_seen(session, edition_id, _last_seen(taken))


def _take(session: Session, verdicts: Verdicts) -> list[_Taken]:
    """Write the verdicts of those events that have none yet; return these events."""
    taken: list[_Taken] = []
    for verdict, ids in _ids_by_verdict(verdicts).items():
        taken += _write_verdict(session, verdict, ids)
    return taken


def _ids_by_verdict(verdicts: Verdicts) -> dict[str, list[int]]:
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


def _tally(taken: Sequence[_Taken]) -> Tally:
    return Counter((event.link, event.verdict) for event in taken)


def cap_people(
    new: Tally,
    settled: Tally,
    letters: int,
) -> Tally:
    """Return new counts so that no link has more people than got the letter.

    The rest is a surplus: of people who got it from a friend, or of a robot that nothing gave away.
    """
    capped: Tally = Counter()
    for (link, verdict), count in new.items():
        room = count if verdict else max(0, letters - settled[link, verdict])
        capped[link, verdict] += min(count, room)
        capped[link, SURPLUS] += count - min(count, room)
    return +capped


def read_counts(session: Session, edition_id: int) -> Tally:
    """Return what was added up of an edition."""
    rows = session.exec(select(EventCount).filter_by(edition_id=edition_id))
    return Counter({(row.link, row.verdict): row.count for row in rows})


def _count_gone_of(session: Session, edition_id: int) -> int:
    """Count the letters of an edition that may have arrived."""
    delivery = session.exec(select(Delivery).filter_by(edition_id=edition_id)).one()
    return count_gone(read_ledger(session, delivery.key))


def count_gone(ledger: Ledger) -> int:
    """Return how many people may have got a letter; of an uncertain one it is not known."""
    accepted = ledger.messages.get("accepted", 0)
    uncertain = ledger.messages.get("uncertain", 0)
    return accepted + uncertain


def _last_seen(taken: Sequence[_Taken]) -> LastSeen:
    """When a person did something last, by message."""
    seen: dict[int, datetime] = {}
    for event in taken:
        if event.message_id and not event.verdict:
            seen[event.message_id] = max(event.at, seen.get(event.message_id, event.at))
    return seen


def _add_counts(
    session: Session,
    edition_id: int,
    counts: Tally,
) -> None:
    """Add to the counts by link and verdict."""
    if not counts:
        return
    insert_new(session, EventCount, _zero_counts(edition_id, counts))
    # Sorted: two schedulers lock the same rows in one order, so they cannot deadlock.
    for (link, verdict), more in sorted(counts.items()):
        _add_count(session, edition_id, link, verdict, more)


def _zero_counts(edition_id: int, counts: Tally) -> Sequence[dict[str, object]]:
    """The rows that the counts are added to, where they are missing."""
    return [
        {"edition_id": edition_id, "link": link, "verdict": verdict, "count": 0}
        for link, verdict in counts
    ]


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
    seen: LastSeen,
) -> None:
    """Note when readers were seen last, by their messages.

    An edition's letters go to a reader once, so a message is as good as its reader.
    """
    if seen:
        publication_id = _publication_id(session, edition_id)
        note_seen(session, publication_id, _by_reader(session, seen))


def _publication_id(session: Session, edition_id: int) -> int:
    query = select(Delivery.publication_id).filter_by(edition_id=edition_id)
    return session.exec(query).one()


def _by_reader(session: Session, seen: LastSeen) -> LastSeen:
    readers = subscribers_of_messages(session, seen)
    return {reader: seen[message_id] for message_id, reader in readers.items()}


def _delete_nobodys(session: Session, before: datetime) -> None:
    """Delete what belongs to nobody's message: it is counted, and no event's neighbour any more."""
    nobodys = delete(Event).filter_by(message_id=0)
    session.exec(nobodys.where(*is_judged_before(before)))
