"""Forgetting a person here: rows go, a keyed hash stays, and the counts of leaves stay without the person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, select, update

from subscribers import changes
from subscribers.models import AddressChange, ConsentRecord, Leave, Subscriber, Subscription
from subscribers.preferences import subscriptions_of
from subscribers.status import LEAVE
from subscribers.suppressing import forget_address

ASKED_FOR, CHANGED_FOR, NETWORK_FOR = timedelta(days=7), timedelta(days=30), timedelta(days=30)


def erase_subscriber(session: Session, subscriber_id: int, now: datetime) -> Sequence[str]:
    """Erase a subscriber; returns the addresses that were theirs, for the rooms that know them by these. Twice is harmless."""
    subscriber = session.get(
        Subscriber, subscriber_id, with_for_update=True
    )  # whoever adds a subscription to it now is waited for
    if subscriber is None:
        return []
    standing = subscriptions_of(session, subscriber_id)
    keys = [one.id for one in standing]
    changes.note(session, standing, "erased", now)
    _forget_leaves(session, standing, now)
    former = session.exec(
        select(AddressChange).where(col(AddressChange.subscriber_id) == subscriber_id)
    ).all()
    addresses = [
        subscriber.address,
        *{one.former for one in former if one.former} - {subscriber.address},
    ]
    session.exec(delete(AddressChange).where(col(AddressChange.subscriber_id) == subscriber_id))
    session.exec(delete(ConsentRecord).where(col(ConsentRecord.subscription_id).in_(keys)))
    session.exec(delete(Subscription).where(col(Subscription.subscriber_id) == subscriber_id))
    session.exec(delete(Subscriber).where(col(Subscriber.id) == subscriber_id))
    for address in addresses:
        forget_address(session, address, now)
    return addresses


def leavers(session: Session, publication_id: int, before: datetime, limit: int) -> Sequence[int]:
    """Return who left a publication before a time and stands on no other list: their subscriber ids."""
    other = aliased(Subscription)
    stays = exists().where(
        col(other.subscriber_id) == col(Subscription.subscriber_id),
        (col(other.status) != "unsubscribed") | (col(other.left_at) >= before),
    )
    query = select(Subscription.subscriber_id).where(
        col(Subscription.publication_id) == publication_id,
        col(Subscription.status) == "unsubscribed",
        col(Subscription.left_at) < before,
        ~stays,
    )
    return session.exec(query.order_by(col(Subscription.subscriber_id)).limit(limit)).all()


def forget_traces(session: Session, now: datetime) -> int:
    """Forget changes of address that nobody confirmed or takes back any more, and from where people left; returns how many rows."""
    late = (
        col(AddressChange.changed_at).is_(None) & (col(AddressChange.asked_at) < now - ASKED_FOR)
    ) | (col(AddressChange.changed_at) < now - CHANGED_FOR)
    gone = session.exec(delete(AddressChange).where(late)).rowcount
    seen = update(Leave).where(col(Leave.at) < now - NETWORK_FOR, col(Leave.network) != "")
    return int(gone + session.exec(seen.values(network="")).rowcount)


def _forget_leaves(session: Session, standing: Sequence[Subscription], now: datetime) -> None:
    keys = [one.id for one in standing]
    for one in session.exec(select(Leave).where(col(Leave.subscription_id).in_(keys))).all():
        if one.status == "doubtful":
            one.status = LEAVE.to(one.status, "obeyed")
        one.subscription_id, one.words, one.network = None, "", ""
    for subscription in standing:
        if subscription.status == "active":
            session.add(
                Leave(
                    publication_id=subscription.publication_id,
                    by="forgotten",
                    at=now,
                    status="obeyed",
                )
            )
    session.flush()
