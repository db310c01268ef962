"""Expiring: a sign-up that nobody confirmed is forgotten, with the address if nothing else is known of it."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from subscribers import changes
from subscribers.joining.signup import ConsentEvidence, record_act
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.status import SUBSCRIPTION

UNCONFIRMED_FOR = timedelta(days=14)  # the link of the confirm letter works for seven
GROUP = 500


def expire_unconfirmed(session: Session, publication_id: int, now: datetime) -> int:
    """Let up to GROUP sign-ups go that nobody confirmed in two weeks; returns how many.

    Who had left before and signed up again has left as before. What came by an import is not a sign-up, and stays. Whoever signs one of
    these people up again at this moment is waited for.
    """
    old = select(Subscription).where(
        col(Subscription.publication_id) == publication_id,
        col(Subscription.status) == "unconfirmed",
    )
    old = old.where(
        col(Subscription.joined_at) < now - UNCONFIRMED_FOR, col(Subscription.import_id).is_(None)
    )
    found = session.exec(old.order_by(col(Subscription.id)).limit(GROUP)).all()
    for one in (one for one in found if one.left_at):
        one.status = SUBSCRIPTION.to(one.status, "unsubscribed")
        record_act(session, one, "expire", ConsentEvidence(), now=now)
    never = [one for one in found if not one.left_at]
    changes.note(session, never, "erased", now)
    keys, people = [one.id for one in never], [one.subscriber_id for one in never]
    session.exec(
        select(Subscriber.id)
        .where(col(Subscriber.id).in_(people))
        .order_by(col(Subscriber.id))
        .with_for_update()
    )
    session.exec(delete(ConsentRecord).where(col(ConsentRecord.subscription_id).in_(keys)))
    session.exec(delete(Subscription).where(col(Subscription.id).in_(keys)))
    elsewhere = select(Subscription.subscriber_id).where(
        col(Subscription.subscriber_id).in_(people)
    )
    session.exec(
        delete(Subscriber).where(
            col(Subscriber.id).in_(people), col(Subscriber.id).not_in(elsewhere)
        )
    )
    return len(found)
