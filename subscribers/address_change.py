"""A change of address: letters go to another one once its owner confirms.

The owner of the former address can take the change back for a month.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, delete, select, update

from newsletter.errors import Conflict, NotFound
from subscribers import changes
from subscribers.addresses import normalise
from subscribers.joining.signup import ConsentEvidence, record_act
from subscribers.leaving.unsubscribing import clear_way_out
from subscribers.models import (
    AddressChange,
    ConsentRecord,
    Leave,
    Merger,
    Subscriber,
    Subscription,
)
from subscribers.preferences import subscriptions_of
from subscribers.status import SUBSCRIPTION

CONFIRMED = "a new address, confirmed by its owner"
TAKEN_BACK = "the change of address was taken back"
MERGED = "the other address of the same reader had it"


class NoChange(NotFound):
    """This change of address is not known any more. Ask for it again on your preferences page."""


class Taken(Conflict):
    """Somebody else reads at that address now, so the change cannot be taken back. Sign up with
    this address instead."""


def ask_change(
    session: Session,
    subscriber_id: int,
    address: str,
    now: datetime,
) -> AddressChange:
    """Note the wish; nothing changes yet. Raises BadAddress."""
    change = AddressChange(
        subscriber_id=subscriber_id,
        address=normalise(address),
        asked_at=now,
    )
    session.add(change)
    session.flush()
    return change


def read_change(session: Session, change_id: int) -> AddressChange:
    """Return a change of address; raises NoChange."""
    change = session.get(AddressChange, change_id)
    if change is None:
        raise NoChange
    return change


def confirm_change(
    session: Session,
    change_id: int,
    *,
    network: str = "",
    now: datetime,
) -> bool:
    """Make the change count: the owner of the new address confirms.

    True if it changed: twice is harmless. If the new address has a subscriber already, both become
    one, with the subscriptions of both. Raises NoChange.
    """
    change = read_change(session, change_id)
    subscriber = _lock_subscriber(session, change)
    if change.changed_at is not None:
        return False
    change.former = subscriber.address
    change.changed_at = now
    _merge_owner(session, change.address, subscriber, now)
    evidence = ConsentEvidence(CONFIRMED, network=network)
    _set_address(session, subscriber, change.address, evidence, now=now)
    return True


def lock_owner(session: Session, change: AddressChange) -> int | None:
    """Return the id of the subscriber who has the new address already, their row locked."""
    owner = _find_locked(session, change.address)
    return None if owner is None or owner.id == change.subscriber_id else owner.key


def remaining_subscriber(session: Session, subscriber_id: int) -> int:
    """Return the id of who a subscriber is by now: their own, unless they became one with another.

    Letters that left before have the former id in their links.
    """
    query = select(Merger.subscriber_id).filter_by(gone_id=subscriber_id)
    return session.exec(query).one_or_none() or subscriber_id


def take_back(
    session: Session,
    change_id: int,
    now: datetime,
) -> bool:
    """Undo a change: the owner of the former address says no. True if it changed.

    Raises NoChange or Taken.
    """
    change = read_change(session, change_id)
    subscriber = session.get(Subscriber, change.subscriber_id)
    if subscriber is None or change.changed_at is None:
        raise NoChange
    if subscriber.address != change.address:
        return False
    _refuse_taken(session, change.former)
    evidence = ConsentEvidence(TAKEN_BACK)
    _set_address(session, subscriber, change.former, evidence, now=now)
    return True


def _lock_subscriber(session: Session, change: AddressChange) -> Subscriber:
    """Raises NoChange if the subscriber was erased."""
    # Locked, as is the other one: nobody must add a subscription to a row that goes.
    subscriber = session.get(Subscriber, change.subscriber_id, with_for_update=True)
    if subscriber is None:
        raise NoChange
    return subscriber


def _merge_owner(
    session: Session,
    address: str,
    into: Subscriber,
    now: datetime,
) -> None:
    """Merge the subscriber who has the address already, if there is another."""
    other = _find_locked(session, address)
    if other is not None and other.id != into.id:
        _merge(session, into, other, now)


def _find_locked(session: Session, address: str) -> Subscriber | None:
    query = select(Subscriber).filter_by(address=address)
    return session.exec(query.with_for_update()).one_or_none()


def _refuse_taken(session: Session, address: str) -> None:
    """Raises Taken."""
    query = select(Subscriber).filter_by(address=address)
    if session.exec(query).one_or_none() is not None:
        raise Taken


def _set_address(
    session: Session,
    subscriber: Subscriber,
    address: str,
    evidence: ConsentEvidence,
    *,
    now: datetime,
) -> None:
    subscriber.address = address
    session.flush()
    for subscription in subscriptions_of(session, subscriber.key):
        record_act(session, subscription, "address", evidence, now=now)


def _merge(
    session: Session,
    into: Subscriber,
    other: Subscriber,
    now: datetime,
) -> None:
    """Give the subscriptions of `other` to `into`, and delete `other`."""
    subscriptions = subscriptions_of(session, other.key)
    changes.note(session, subscriptions, "erased", now)
    _move_subscriptions(session, subscriptions, into, now)
    session.flush()
    _note_merger(session, other.key, into.key)
    _delete_subscriber(session, other)


def _note_merger(session: Session, gone: int, into: int) -> None:
    """Let the letters of a subscriber who goes lead to the one who remains, with those before."""
    before = update(Merger).filter_by(subscriber_id=gone)
    session.exec(before.values(subscriber_id=into))
    session.add(Merger(gone_id=gone, subscriber_id=into))


def _move_subscriptions(
    session: Session,
    subscriptions: Iterable[Subscription],
    into: Subscriber,
    now: datetime,
) -> None:
    """Give subscriptions to a subscriber, who may have some of them already."""
    have = {kept.publication_id: kept for kept in subscriptions_of(session, into.key)}
    for subscription in subscriptions:
        kept = have.get(subscription.publication_id)
        if kept is None:
            subscription.subscriber_id = into.key
        else:
            _merge_subscription(session, kept, subscription, now)


def _merge_subscription(
    session: Session,
    kept: Subscription,
    other: Subscription,
    now: datetime,
) -> None:
    """Of two subscriptions to one publication keep one, which is active if either was."""
    if other.status == "active" and kept.status != "active":
        _activate_as(session, kept, other, now)
    _move_evidence(session, other, kept)
    session.delete(other)


def _activate_as(
    session: Session,
    kept: Subscription,
    other: Subscription,
    now: datetime,
) -> None:
    kept.status = SUBSCRIPTION.to(kept.status, "active")
    kept.confirmed_at = other.confirmed_at
    kept.agreed_by = other.agreed_by
    kept.import_id = other.import_id
    clear_way_out(kept)
    record_act(session, kept, "confirm", ConsentEvidence(MERGED), now=now)


def _move_evidence(
    session: Session,
    other: Subscription,
    kept: Subscription,
) -> None:
    """Give the evidence and the leaves of a subscription that goes to the one that is kept."""
    for table in (ConsentRecord, Leave):
        moving = update(table).filter_by(subscription_id=other.id)
        session.exec(moving.values(subscription_id=kept.id))


def _delete_subscriber(session: Session, subscriber: Subscriber) -> None:
    session.exec(delete(AddressChange).filter_by(subscriber_id=subscriber.id))
    session.delete(subscriber)
    session.flush()
