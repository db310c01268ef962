"""Expiring: a sign-up that nobody confirmed is forgotten.

Its address is forgotten too if nothing else is known of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from subscribers import changes
from subscribers.conditions import has_status, of_publication
from subscribers.forgetting import delete_evidence
from subscribers.joining.signup import ConsentEvidence, record_act
from subscribers.models import Subscriber, Subscription
from subscribers.status import SUBSCRIPTION

UNCONFIRMED_FOR = timedelta(days=14)  # the link of the confirm letter works for seven
GROUP = 500  # sign-ups in one transaction


def expire_unconfirmed(
    session: Session,
    publication_id: int,
    now: datetime,
) -> int:
    """Let up to GROUP sign-ups go that nobody confirmed in two weeks; returns how many.

    A subscriber who left before and signed up again is unsubscribed as before.
    """
    expired = session.exec(_expired(publication_id, now)).all()
    never_here = []
    for subscription in expired:
        if subscription.left_at:
            _end_again(session, subscription, now)
        else:
            never_here.append(subscription)
    changes.note(session, never_here, "erased", now)
    _delete(session, never_here)
    return len(expired)


def _expired(publication_id: int, now: datetime) -> SelectOfScalar[Subscription]:
    """Select sign-ups whose time is over, the oldest first."""
    query = select(Subscription).where(
        of_publication(publication_id),
        has_status("unconfirmed"),
        col(Subscription.joined_at) < now - UNCONFIRMED_FOR,
        # Who came by an import did not sign up, and stays.
        col(Subscription.import_id).is_(None),
    )
    return query.order_by(col(Subscription.id)).limit(GROUP)


def _end_again(
    session: Session,
    subscription: Subscription,
    now: datetime,
) -> None:
    """End the subscription of somebody who left before and signed up again."""
    subscription.status = SUBSCRIPTION.to(subscription.status, "unsubscribed")
    record_act(session, subscription, "expire", ConsentEvidence(), now=now)


def _delete(session: Session, subscriptions: Sequence[Subscription]) -> None:
    """Delete subscriptions with their evidence, and subscribers who have no other."""
    keys = [subscription.key for subscription in subscriptions]
    people = [subscription.subscriber_id for subscription in subscriptions]
    _lock_subscribers(session, people)
    # What points at a row goes before the row.
    delete_evidence(session, keys)
    session.exec(delete(Subscription).where(col(Subscription.id).in_(keys)))
    _delete_subscribers(session, people)


def _delete_subscribers(session: Session, people: Sequence[int]) -> None:
    """Delete those of these people who have no subscription any more."""
    key = col(Subscriber.id)
    has_none = key.not_in(_who_have_another(people))
    session.exec(delete(Subscriber).where(key.in_(people), has_none))


def _who_have_another(people: Sequence[int]) -> SelectOfScalar[int]:
    """Those of these people who have a subscription."""
    subscriber_id = col(Subscription.subscriber_id)
    return select(Subscription.subscriber_id).where(subscriber_id.in_(people))


def _lock_subscribers(session: Session, people: Sequence[int]) -> None:
    """Wait for a sign-up of one of these people that goes on now: it adds a subscription to a row
    that we would delete. The order of ids keeps two of us from a deadlock."""
    query = select(Subscriber.id).where(col(Subscriber.id).in_(people))
    session.exec(query.order_by(col(Subscriber.id)).with_for_update())
