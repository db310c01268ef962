"""Re-confirmation of a doubtful list: its people are asked whether they want to stay; who says yes stays, and silence leaves.

Until then they get what every reader gets. Whose time has run out leaves in the daily routine.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.database import Database
from subscribers.joining.signup import ConsentEvidence, read_subscription, record_act
from subscribers.leaving.unsubscribing import end_subscription
from subscribers.models import Subscriber, Subscription, Suppression

GROUP = 200  # people in one transaction


def note_asked(
    session: Session, import_id: int, until: datetime, after: int
) -> Sequence[tuple[int, str]]:
    """Note of the next people of an import that they are asked until then; returns their subscriptions above `after`, and addresses.

    Who was asked before, is not active any more or must not be mailed is passed over.
    """
    held = (
        select(Suppression.id).where(col(Suppression.address) == col(Subscriber.address)).exists()
    )
    query = (
        select(Subscription, Subscriber.address)
        .join(Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id))
        .where(
            col(Subscription.import_id) == import_id,
            col(Subscription.status) == "active",
            col(Subscription.id) > after,
        )
        .where(col(Subscription.reconfirm_by).is_(None), ~held)
    )
    asked = session.exec(query.order_by(col(Subscription.id)).limit(GROUP)).all()
    for subscription, _ in asked:
        subscription.reconfirm_by = until
    session.flush()
    return [(subscription.key, address) for subscription, address in asked]


def confirm_stay(
    session: Session, subscription_id: int, *, network: str = "", now: datetime
) -> bool:
    """A reader says that they want to stay; saying it twice is harmless. True if they stay: who has left since does not."""
    subscription = read_subscription(session, subscription_id)
    if subscription.reconfirm_by is not None:
        subscription.reconfirm_by = None
        record_act(session, subscription, "reconfirm", ConsentEvidence(network=network), now=now)
    return subscription.status == "active"


def count_unanswered(session: Session, import_id: int) -> int:
    """Return how many people of an import have been asked and have not answered yet."""
    asked = col(Subscription.reconfirm_by).is_not(None)
    return session.exec(
        select(func.count()).where(asked, col(Subscription.import_id) == import_id)
    ).one()


def let_silent_leave(database: Database, publication_id: int, now: datetime) -> int:
    """End the subscriptions of who was asked and did not answer in time; returns how many."""
    left = 0
    while gone := database.write(_let_some_leave, publication_id, now):
        left += gone
    return left


def _let_some_leave(session: Session, publication_id: int, now: datetime) -> int:
    query = select(Subscription.id).where(
        col(Subscription.publication_id) == publication_id,
        col(Subscription.reconfirm_by) <= now,
        col(Subscription.status) == "active",
    )
    silent = session.exec(query.limit(GROUP)).all()
    return sum(end_subscription(session, key or 0, by="silence", now=now) for key in silent)
