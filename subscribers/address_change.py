"""Moving: letters go to another address once its owner confirms; who had the former one can take it back for a month."""

from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from newsletter.errors import Conflict, NotFound
from subscribers import changes
from subscribers.addresses import normalise
from subscribers.joining.signup import ConsentEvidence, record_act
from subscribers.models import AddressChange, ConsentRecord, Leave, Subscriber, Subscription
from subscribers.preferences import subscriptions_of
from subscribers.status import SUBSCRIPTION


class NoChange(NotFound):
    """This change of address is not known any more. Ask for it again on your preferences page."""


class Taken(Conflict):
    """Somebody else reads at that address now, so the change cannot be taken back. Sign up with this address instead."""


def ask_change(session: Session, subscriber_id: int, address: str, now: datetime) -> AddressChange:
    """Note the wish; nothing changes yet. Raises BadAddress."""
    change = AddressChange(subscriber_id=subscriber_id, address=normalise(address), asked_at=now)
    session.add(change)
    session.flush()
    return change


def read_change(session: Session, change_id: int) -> AddressChange:
    """Return a change of address; raises NoChange."""
    change = session.get(AddressChange, change_id)
    if change is None:
        raise NoChange
    return change


def confirm_change(session: Session, change_id: int, *, network: str = "", now: datetime) -> bool:
    """The owner of the new address confirms. True if it changed: twice is harmless. Raises NoChange.

    If the new address reads here already, both become one subscriber: what only one of them has goes on.
    """
    change = read_change(session, change_id)
    subscriber = session.get(Subscriber, change.subscriber_id, with_for_update=True)
    if subscriber is None:
        raise NoChange
    if change.changed_at is not None:
        return False
    change.former, change.changed_at = subscriber.address, now
    other = session.exec(
        select(Subscriber).where(col(Subscriber.address) == change.address).with_for_update()
    ).one_or_none()
    if other is not None and other.id != subscriber.id:
        _merge(session, subscriber, other, now)
    subscriber.address = change.address
    session.flush()
    for one in subscriptions_of(session, subscriber.key):
        record_act(
            session,
            one,
            "address",
            ConsentEvidence(words="a new address, confirmed by its owner", network=network),
            now=now,
        )
    return True


def take_back(session: Session, change_id: int, now: datetime) -> bool:
    """The owner of the former address says no. True if it changed. Raises NoChange or Taken."""
    change = read_change(session, change_id)
    subscriber = session.get(Subscriber, change.subscriber_id)
    if subscriber is None or change.changed_at is None:
        raise NoChange
    if subscriber.address != change.address:
        return False
    if (
        session.exec(
            select(Subscriber).where(col(Subscriber.address) == change.former)
        ).one_or_none()
        is not None
    ):
        raise Taken
    subscriber.address = change.former
    session.flush()
    for one in subscriptions_of(session, subscriber.key):
        record_act(
            session,
            one,
            "address",
            ConsentEvidence(words="the change of address was taken back"),
            now=now,
        )
    return True


def _merge(session: Session, into: Subscriber, other: Subscriber, now: datetime) -> None:
    """Give all subscriptions of `other` to `into`, who keeps the better of two; `other` goes."""
    changes.note(session, subscriptions_of(session, other.key), "erased", now)
    have = {one.publication_id: one for one in subscriptions_of(session, into.key)}
    for one in subscriptions_of(session, other.key):
        kept = have.get(one.publication_id)
        if kept is None:
            one.subscriber_id = into.key
            continue
        if one.status == "active" and kept.status != "active":
            kept.status = SUBSCRIPTION.to(kept.status, "active")
            kept.confirmed_at, kept.left_at, kept.left_by, kept.left_issue_id = (
                one.confirmed_at,
                None,
                "",
                None,
            )
            record_act(
                session,
                kept,
                "confirm",
                ConsentEvidence(words="the other address of the same reader had it"),
                now=now,
            )
        _drop(session, one, kept)
    session.flush()
    session.exec(delete(AddressChange).where(col(AddressChange.subscriber_id) == other.id))
    session.delete(other)
    session.flush()


def _drop(session: Session, one: Subscription, kept: Subscription) -> None:
    """A subscription goes; its evidence and its leaves are those of the one that is kept."""
    session.exec(
        update(ConsentRecord)
        .where(col(ConsentRecord.subscription_id) == one.id)
        .values(subscription_id=kept.id)
    )
    session.exec(
        update(Leave).where(col(Leave.subscription_id) == one.id).values(subscription_id=kept.id)
    )
    session.delete(one)
