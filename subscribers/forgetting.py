"""Forgetting a person in this room.

Their rows go, a keyed hash of the address stays, and leaves are still counted without the person.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, select, update
from sqlmodel.sql.expression import SelectOfScalar

from subscribers import changes
from subscribers.conditions import Condition, has_status, of_publication
from subscribers.models import (
    AddressChange,
    ConsentRecord,
    Leave,
    Merger,
    Subscriber,
    Subscription,
    SubscriptionMerger,
)
from subscribers.preferences import subscriptions_of
from subscribers.status import LEAVE
from subscribers.suppressing import forget_address, hash_of

ASKED_FOR = timedelta(days=7)  # a change of address that its owner does not confirm
SILENT_FOR = timedelta(days=14)  # one to which the present mailbox says nothing: then it counts
CHANGED_FOR = timedelta(days=30)  # one that the former address may take back
NETWORK_FOR = timedelta(days=30)  # from where somebody left


def erase_subscriber(
    session: Session,
    subscriber_id: int,
    now: datetime,
) -> Sequence[str]:
    """Erase a subscriber; twice is harmless.

    Returns the addresses that were theirs, for the rooms that know a person by their address.
    """
    # Locked: who adds a subscription to it at this moment waits, and then adds a new subscriber.
    subscriber = session.get(Subscriber, subscriber_id, with_for_update=True)
    if subscriber is None:
        return []
    subscriptions = subscriptions_of(session, subscriber_id)
    changes.note(session, subscriptions, "erased", now)
    _forget_leaves(session, subscriptions)
    _count_last_leaves(session, subscriptions, now)
    addresses = _addresses_of(session, subscriber)
    _keep_ways_back(session, subscriptions)
    _delete_rows(session, subscriber_id, subscriptions)
    for address in addresses:
        forget_address(session, address, now)
    return addresses


def leavers(
    session: Session,
    publication_id: int,
    before: datetime,
    limit: int,
) -> Sequence[int]:
    """Return the ids of subscribers who left a publication before a time and are on no list."""
    query = select(Subscription.subscriber_id).where(
        of_publication(publication_id),
        has_status("unsubscribed"),
        col(Subscription.left_at) < before,
        ~_has_other_since(before),
    )
    return session.exec(query.order_by(col(Subscription.subscriber_id)).limit(limit)).all()


def forget_traces(session: Session, now: datetime) -> int:
    """Forget old changes of address, and from where people left; returns how many rows."""
    gone = session.exec(delete(AddressChange).where(_is_stale(now))).rowcount
    gone += _forget_final(session, now)
    return int(gone + session.exec(_forgetting_networks(now)).rowcount)


def was_silent(change: AddressChange) -> bool:
    """True for a change that counts by the silence of the mailbox before, which said no yes."""
    if change.changed_at is None or change.confirmed_at is None or change.ended_at is not None:
        return False
    return change.changed_at - change.confirmed_at > SILENT_FOR


def _forget_final(session: Session, now: datetime) -> int:
    """Forget changes that are over; returns how many.

    Of a silent one its addresses go. It stays that there was one: it opens no data, at any time.
    """
    is_known = (col(AddressChange.former) != "") | (col(AddressChange.former_hash) != "")
    final = session.exec(select(AddressChange).where(_is_final(now), is_known)).all()
    for change in final:
        if was_silent(change) and not change.former_hash:
            change.former = ""
            change.address = ""
        else:
            session.delete(change)
    session.flush()
    return len(final)


def delete_evidence(session: Session, subscription_ids: Collection[int]) -> None:
    """Delete the consent records of subscriptions that go next."""
    of_them = col(ConsentRecord.subscription_id).in_(subscription_ids)
    session.exec(delete(ConsentRecord).where(of_them))


def _has_other_since(before: datetime) -> Condition:
    """True for who reads another publication: still a subscriber of ours, with one address."""
    other = aliased(Subscription)
    stays = (col(other.status) != "unsubscribed") | (col(other.left_at) >= before)
    is_same = col(other.subscriber_id) == col(Subscription.subscriber_id)
    return exists().where(is_same, stays)


def _is_stale(now: datetime) -> Condition:
    """True for a change of address that was not confirmed in its time."""
    is_unconfirmed = col(AddressChange.confirmed_at).is_(None)
    return (
        is_unconfirmed
        & col(AddressChange.changed_at).is_(None)
        & (col(AddressChange.asked_at) < now - ASKED_FOR)
    )


def _is_final(now: datetime) -> Condition:
    """True for a change of address that ended, or that cannot be taken back any more."""
    is_over = col(AddressChange.ended_at) < now - CHANGED_FOR
    return is_over | (col(AddressChange.changed_at) < now - CHANGED_FOR)


def _forgetting_networks(now: datetime) -> Update:
    """Write that it is not known from where people left long ago."""
    return (
        update(Leave)
        .where(
            col(Leave.at) < now - NETWORK_FOR,
            col(Leave.network) != "",
        )
        .values(network="")
    )


def _forget_leaves(session: Session, subscriptions: Iterable[Subscription]) -> None:
    """Take the person out of their leaves, which are still counted."""
    for leave in session.exec(_leaves_of(subscriptions)).all():
        _take_person_out(leave)


def _leaves_of(subscriptions: Iterable[Subscription]) -> SelectOfScalar[Leave]:
    keys = [subscription.id for subscription in subscriptions]
    return select(Leave).where(col(Leave.subscription_id).in_(keys))


def _take_person_out(leave: Leave) -> None:
    if leave.status == "doubtful":
        leave.status = LEAVE.to(leave.status, "obeyed")
    leave.subscription_id = None
    leave.words = ""
    leave.network = ""


def _count_last_leaves(
    session: Session,
    subscriptions: Iterable[Subscription],
    now: datetime,
) -> None:
    """An active subscriber who is forgotten leaves by that: it is counted as a way to leave."""
    for subscription in subscriptions:
        if subscription.status == "active":
            session.add(_last_leave(subscription, now))
    session.flush()


def _last_leave(subscription: Subscription, now: datetime) -> Leave:
    return Leave(
        publication_id=subscription.publication_id,
        by="forgotten",
        at=now,
        status="obeyed",
    )


def _addresses_of(session: Session, subscriber: Subscriber) -> list[str]:
    """The address of a subscriber, and those that they had before."""
    # Deliveries and letters may know the person by an address that they had before.
    query = select(AddressChange).filter_by(subscriber_id=subscriber.id)
    former = {change.former for change in session.exec(query).all() if change.former}
    return [subscriber.address, *former - {subscriber.address}]


def _keep_ways_back(session: Session, subscriptions: Sequence[Subscription]) -> None:
    """Take the person out of the changes that may still be taken back, and leave these.

    Who moved a stranger's letters to their own mailbox may have them erased. The owner of the
    former address comes back by their link, and proves the address by typing it.
    """
    people = {subscription.subscriber_id for subscription in subscriptions}
    theirs = select(AddressChange).where(
        col(AddressChange.subscriber_id).in_(people),
        col(AddressChange.changed_at).is_not(None),
        col(AddressChange.ended_at).is_(None),
        col(AddressChange.former) != "",
    )
    for change in session.exec(theirs).all():
        change.publications = [
            subscription.publication_id
            for subscription in subscriptions
            if _came_until(subscription, change)
        ]
        change.former_hash = hash_of(session, change.former)
        change.former = ""
        change.address = ""
    session.flush()


def _came_until(subscription: Subscription, change: AddressChange) -> bool:
    """True if a publication came to the former address until the change."""
    if subscription.left_at is None or change.changed_at is None:
        return subscription.status == "active"
    return subscription.left_at >= change.changed_at


def _delete_rows(
    session: Session,
    subscriber_id: int,
    subscriptions: Iterable[Subscription],
) -> None:
    # What points at a row goes before the row.
    session.exec(delete(AddressChange).filter_by(subscriber_id=subscriber_id, former_hash=""))
    session.exec(delete(Merger).filter_by(subscriber_id=subscriber_id))
    keys = [subscription.key for subscription in subscriptions]
    of_them = col(SubscriptionMerger.subscription_id).in_(keys)
    session.exec(delete(SubscriptionMerger).where(of_them))
    delete_evidence(session, keys)
    session.exec(delete(Subscription).filter_by(subscriber_id=subscriber_id))
    session.exec(delete(Subscriber).filter_by(id=subscriber_id))
