"""Forgetting who opened and clicked: after the publication's days, or when a person asks.

The counts stay.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.database import Database
from newsletter.delivery.forgetting import is_message_of
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.reading import subscribers_of_messages
from newsletter.publications.models import Publication
from newsletter.tracking.models import Event
from newsletter.tracking.settling import is_judged_before
from subscribers.audiences.activity import forget_seen

GROUP = 5_000  # events of one transaction


def forget_old_events(
    database: Database,
    publication_id: int,
    now: datetime,
) -> int:
    """Delete the events that are older than their publication keeps them; return how many.

    It takes short transactions. An event without a verdict waits for it, so that the figures stay
    whole.
    """
    forgotten = 0
    while gone := database.write(_forget_group, publication_id, now):
        forgotten += gone
    return forgotten


def forget_subscriber(session: Session, subscriber_id: int) -> None:
    """Take a person's name off their events: the events count, but belong to nobody any more."""
    for event in session.exec(_events_of(subscriber_id)).all():
        event.message_id = 0
        # Another visitor each: together they would still show one person's ways.
        event.visitor = event.key
        event.network = 0
    session.flush()


def _events_of(subscriber_id: int) -> SelectOfScalar[Event]:
    messages = select(Message.id).where(is_message_of(subscriber_id))
    return select(Event).where(col(Event.message_id).in_(messages))


def _forget_group(
    session: Session,
    publication_id: int,
    now: datetime,
) -> int:
    """Delete some old events; return how many."""
    publication = session.get_one(Publication, publication_id)
    before = now - timedelta(days=publication.tracking_days)
    message_of = dict(session.exec(_old_events(publication_id, before)).all())
    _forget_last_seen(session, publication_id, set(message_of.values()), before)
    return session.exec(delete(Event).where(col(Event.id).in_(message_of))).rowcount


def _old_events(publication_id: int, before: datetime) -> Select[int | None, int]:
    """Some old events of a publication: the id of each, and its message."""
    is_same_edition = col(Delivery.edition_id) == col(Event.edition_id)
    query = select(Event.id, Event.message_id).join(Delivery, is_same_edition)
    is_of_publication = col(Delivery.publication_id) == publication_id
    return query.where(is_of_publication, *is_judged_before(before)).limit(GROUP)


def _forget_last_seen(
    session: Session,
    publication_id: int,
    messages: Collection[int],
    before: datetime,
) -> None:
    """The subscription knows when its reader was seen last, which goes with the events."""
    readers = subscribers_of_messages(session, messages)
    forget_seen(session, publication_id, set(readers.values()), before)
