"""Forgetting who opened and clicked: after the publication's days, or when a person asks. The counts stay."""

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


def forget_old_events(database: Database, publication_id: int, now: datetime) -> int:
    """Delete the events of a publication that are older than it keeps them, in short transactions. Returns how many.

    One that has no verdict yet waits for it, so that the figures stay whole.
    """
    forgotten = 0
    while gone := database.write(_forget_group, publication_id, now):
        forgotten += gone
    return forgotten


def forget_subscriber(session: Session, subscriber_id: int) -> None:
    """Make a person's events nobody's: they count, and it is not known any more whose they were."""
    of_theirs = select(Message.id).where(is_message_of(subscriber_id))
    for event in session.exec(select(Event).where(col(Event.message_id).in_(of_theirs))).all():
        event.message_id, event.visitor = 0, event.key
    session.flush()


def _forget_group(session: Session, publication_id: int, now: datetime) -> int:
    before = now - timedelta(days=session.get_one(Publication, publication_id).tracking_days)
    old = (
        select(Event.id, Event.message_id)
        .join(Delivery, col(Delivery.edition_id) == col(Event.edition_id))
        .where(
            col(Delivery.publication_id) == publication_id,
            col(Event.at) < before,
            col(Event.verdict).is_not(None),
        )
        .limit(GROUP)
    )
    gone = dict(session.exec(old).all())
    forget_seen(
        session,
        publication_id,
        set(subscribers_of_messages(session, set(gone.values())).values()),
        before,
    )
    return session.exec(delete(Event).where(col(Event.id).in_(gone))).rowcount
