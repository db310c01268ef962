"""A change of address: letters go to another one once both mailboxes agree.

The link that asks for it is in every letter, and letters are forwarded. So the owner of the new
address confirms, and then the present mailbox is asked (newsletter/privacy/agreeing.py). The owner
of the former address can take the change back for a month.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, delete, exists, select, update
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.errors import Conflict, NotFound, Refused
from subscribers import changes
from subscribers.addresses import normalise
from subscribers.conditions import Condition, has_mailbox, has_status
from subscribers.forgetting import CHANGED_FOR
from subscribers.joining.signup import ConsentEvidence, record_act
from subscribers.leaving.unsubscribing import clear_way_out
from subscribers.mailboxes import mailbox_of
from subscribers.merging import note_merger, note_subscription_merger
from subscribers.models import (
    AddressChange,
    ConsentRecord,
    Leave,
    Subscriber,
    Subscription,
)
from subscribers.preferences import subscriptions_of
from subscribers.status import SUBSCRIPTION
from subscribers.suppressing import note_move

CONFIRMED = "a new address, confirmed by its owner"
TAKEN_BACK = "the change of address was taken back"
MERGED = "the other address of the same reader had it"


class NoChange(NotFound):
    """This change of address is not known any more. Ask for it again on your preferences page."""


class ChangeOver(Conflict):
    """This change of address has ended: the present mailbox said no, or another one counts.
    Nothing was changed by it. You may ask again on your preferences page."""


class MovedLately(Refused):
    """One of the two addresses was changed less than a month ago, and may be changed back. Ask
    again after that, and both become one."""


def ask_change(
    session: Session,
    subscriber_id: int,
    address: str,
    now: datetime,
) -> AddressChange:
    """Note the wish; nothing changes yet. Raises BadAddress or NoChange.

    Another address ends the wishes before it, the same one goes on. A wish that its new mailbox
    confirmed stays beside others until it is decided: else who has an old letter ends the owner's.
    """
    wanted = normalise(address)
    subscriber = _lock_subscriber(session, subscriber_id)
    for change in session.exec(_open_changes(subscriber_id)).all():
        if (change.address, change.former) == (wanted, subscriber.address):
            change.asked_at = now
            return change
        if change.confirmed_at is None:
            change.ended_at = now
    change = AddressChange(
        subscriber_id=subscriber_id,
        address=wanted,
        former=subscriber.address,
        asked_at=now,
    )
    session.add(change)
    session.flush()
    return change


def read_change(session: Session, change_id: int) -> AddressChange:
    """Return a change of address; raises NoChange."""
    change = session.get(AddressChange, change_id)
    # Of a silent change that is final no address is known any more (subscribers/forgetting.py).
    if change is None or not (change.former or change.former_hash):
        raise NoChange
    return change


def is_reading(session: Session, subscriber_id: int) -> bool:
    """True if somebody gets a publication. Who left is moved by no letter's link."""
    subscriptions = subscriptions_of(session, subscriber_id)
    return any(each.status == "active" for each in subscriptions)


def require_open(session: Session, change: AddressChange) -> Subscriber:
    """Return the subscriber of a change that may still come to count, locked.

    Raises NoChange, or ChangeOver if it ended or another change came first.
    """
    subscriber = _lock_subscriber(session, change.subscriber_id)
    if not change.is_open or subscriber.mailbox != mailbox_of(change.former):
        raise ChangeOver
    return subscriber


def has_reader(session: Session, change: AddressChange) -> bool:
    """True if somebody else reads, or once read, at the new address.

    A sign-up that nobody confirmed is none: anybody may have typed the address.
    """
    query = select(Subscriber.id).where(
        has_mailbox(change.address),
        col(Subscriber.id) != change.subscriber_id,
        _has_read(),
    )
    return session.exec(query).first() is not None


def carry_out_change(
    session: Session,
    change_id: int,
    *,
    network: str = "",
    now: datetime,
) -> bool:
    """Make a change count, to which both mailboxes agreed.

    True if it changed: twice is harmless. If the new address has a reader already, both become
    one, with the subscriptions of both, and that is final. Raises NoChange, ChangeOver or
    MovedLately.
    """
    change = read_change(session, change_id)
    if change.changed_at is not None:
        return False
    subscriber = require_open(session, change)
    _refuse_moved(session, lock_owner(session, change.address, subscriber.key), now)
    if has_reader(session, change):
        _refuse_moved(session, subscriber.key, now)
        change.ended_at = now
    change.changed_at = now
    _merge_owner(session, change.address, subscriber, now)
    evidence = ConsentEvidence(CONFIRMED, network=network)
    _set_address(session, subscriber, change.address, evidence, now=now)
    return True


def lock_owner(session: Session, address: str, subscriber_id: int) -> int | None:
    """Return the id of another subscriber who has an address already, their row locked."""
    owner = _find_locked(session, address)
    return None if owner is None or owner.id == subscriber_id else owner.key


def take_back(
    session: Session,
    change_id: int,
    now: datetime,
) -> bool:
    """Undo a change: the owner of the former address says no. True if it changed.

    Changes that came after it are undone with it, and who signed up at the former address since
    becomes one with the reader who comes back. Raises NoChange or MovedLately.
    """
    change = read_change(session, change_id)
    subscriber = _lock_subscriber(session, change.subscriber_id)
    if change.changed_at is None:
        raise NoChange
    if change.ended_at is not None:
        return False
    _refuse_moved(session, lock_owner(session, change.former, subscriber.key), now)
    _end_from(session, change, now)
    _merge_owner(session, change.former, subscriber, now)
    evidence = ConsentEvidence(TAKEN_BACK)
    _set_address(session, subscriber, change.former, evidence, now=now)
    return True


def _lock_subscriber(session: Session, subscriber_id: int) -> Subscriber:
    """Raises NoChange if the subscriber was erased."""
    # Locked, as is the other one: nobody must add a subscription to a row that goes.
    subscriber = session.get(Subscriber, subscriber_id, with_for_update=True)
    if subscriber is None:
        raise NoChange
    return subscriber


def _open_changes(subscriber_id: int) -> SelectOfScalar[AddressChange]:
    return select(AddressChange).where(
        col(AddressChange.subscriber_id) == subscriber_id,
        col(AddressChange.changed_at).is_(None),
        col(AddressChange.ended_at).is_(None),
    )


def _refuse_moved(session: Session, subscriber_id: int | None, now: datetime) -> None:
    """Raise MovedLately for a subscriber whose address may still be changed back.

    Who becomes one with another cannot be told apart again, so a way back would be lost, and a
    stolen subscription the thief's for good.
    """
    query = select(AddressChange.id).where(
        col(AddressChange.subscriber_id) == subscriber_id,
        col(AddressChange.changed_at) > now - CHANGED_FOR,
        col(AddressChange.ended_at).is_(None),
    )
    if session.exec(query).first() is not None:
        raise MovedLately


def _has_read() -> Condition:
    """True for a subscriber who reads a publication, or did: they left, or signed up once more."""
    is_theirs = col(Subscription.subscriber_id) == col(Subscriber.id)
    has_confirmed = col(Subscription.confirmed_at).is_not(None)
    return exists().where(is_theirs, has_confirmed | ~has_status("unconfirmed"))


def _end_from(session: Session, change: AddressChange, now: datetime) -> None:
    """End a change and those that came after it: none of them can be taken back any more.

    Else who moved the letters could move them once more, and the first change were out of reach.
    """
    later = select(AddressChange).where(
        col(AddressChange.subscriber_id) == change.subscriber_id,
        col(AddressChange.id) >= change.key,
        col(AddressChange.ended_at).is_(None),
    )
    for each in session.exec(later).all():
        each.ended_at = now


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
    query = select(Subscriber).where(has_mailbox(address))
    return session.exec(query.with_for_update()).one_or_none()


def _set_address(
    session: Session,
    subscriber: Subscriber,
    address: str,
    evidence: ConsentEvidence,
    *,
    now: datetime,
) -> None:
    former = subscriber.address
    subscriber.set_address(address)
    subscriber.moved_at = now
    session.flush()
    note_move(session, former, address, now)
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
    note_merger(session, other.key, into.key)
    _move_silent_marks(session, other.key, into.key)
    _delete_subscriber(session, other)


def _move_silent_marks(session: Session, gone: int, into: int) -> None:
    """What a silent change keeps closed stays closed, under whatever reader it is now."""
    marks = update(AddressChange).filter_by(subscriber_id=gone, former="", former_hash="")
    session.exec(marks.values(subscriber_id=into))


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
    kept.name = kept.name or other.name
    kept.attributes = {**other.attributes, **kept.attributes}
    _move_evidence(session, other, kept)
    note_subscription_merger(session, other.key, kept.key)
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
