"""Forgetting who opened and clicked: after the publication's days, or when a person asks.

The counts stay.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from newsletter.database import Database
from newsletter.delivery.forgetting import is_message_of
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.reading import subscribers_of_messages
from newsletter.publications.models import Publication
from newsletter.tracking.models import Event
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
    messages = select(Message.id).where(is_message_of(subscriber_id))
    events = session.exec(select(Event).where(col(Event.message_id).in_(messages)))
    for event in events.all():
        event.message_id = 0
        # Another visitor each: together they would still show one person's ways.
        event.visitor = event.key
    session.flush()


def _forget_group(
    session: Session,
    publication_id: int,
    now: datetime,
) -> int:
    """Delete some old events; return how many."""
    publication = session.get_one(Publication, publication_id)
    before = now - timedelta(days=publication.tracking_days)
    gone = _old_events(session, publication_id, before)
    # The subscription knows when its reader was seen last, which is forgotten with the events.
    subscribers = subscribers_of_messages(session, set(gone.values()))
    forget_seen(
        session,
        publication_id,
        set(subscribers.values()),
        before,
    )
    return session.exec(delete(Event).where(col(Event.id).in_(gone))).rowcount


def _old_events(
    session: Session,
    publication_id: int,
    before: datetime,
) -> dict[int | None, int]:
    """Some old events of a publication: the message of each by its id."""
    query = (
        select(Event.id, Event.message_id)
        .join(
            Delivery,
            col(Delivery.edition_id) == col(Event.edition_id),
        )
        .where(
            col(Delivery.publication_id) == publication_id,
            col(Event.at) < before,
            col(Event.verdict).is_not(None),
        )
        .limit(GROUP)
    )
    return dict(session.exec(query).all())
