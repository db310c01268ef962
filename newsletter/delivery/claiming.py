"""Claiming and settling: the conditional moves of messages. A claim is committed before its letter is offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, exists, select, update

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import OPEN, WAITING, message_moved, moved
from newsletter.mail.outcomes import Outcome
from newsletter.mail.retries import next_attempt_at
from subscribers.models import Subscription, Suppression


@dataclass(frozen=True, slots=True)
class Released:
    """A claimed message whose letter was not offered."""

    why: str


def claim(session: Session, delivery_id: int, limit: int, *, by: str, now: datetime) -> Sequence[Message]:
    """Take up to `limit` waiting messages of a delivery that is sending; who left or must not be mailed is cancelled."""
    if limit < 1 or not _is_sending(session, delivery_id):
        return []
    due = (
        select(Message)
        .where(col(Message.delivery_id) == delivery_id, col(Message.status).in_(WAITING), col(Message.due_at) <= now)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    waiting = session.exec(due).all()
    wanted = set(session.exec(_still_wanted(delivery_id, [m.id for m in waiting])).all())
    for message in waiting:
        message.status = message_moved(message.status, "claimed" if message.id in wanted else "cancelled")
        message.claimed_by = by
        message.settled_at = None if message.id in wanted else now
    session.flush()
    return [message for message in waiting if message.id in wanted]


def settle(session: Session, outcomes: Mapping[int, Outcome | Released], now: datetime) -> None:
    """Record what became of claimed messages; a message that is not claimed any more is left as it is."""
    if not outcomes:
        return
    query = select(Message).where(col(Message.id).in_(list(outcomes)), col(Message.status) == "claimed")
    for message in session.exec(query):
        outcome = outcomes[message.id or 0]
        if isinstance(outcome, Released):
            message.status = message_moved(message.status, "planned" if message.attempts == 0 else "deferred")
            continue
        message.attempts += 1
        message.code, message.enhanced, message.reply = outcome.code, outcome.enhanced, outcome.text
        to: str = outcome.kind
        if to == "deferred":
            again_at = next_attempt_at(message.attempts, now)
            to, message.due_at = ("deferred", again_at) if again_at else ("expired", message.due_at)
        message.status = message_moved(message.status, to)
        if message.status != "deferred":
            message.settled_at = now
    session.flush()


def give_up_claims(session: Session) -> int:
    """At a sender's start, with the sender's lock held: what a dead sender had claimed is uncertain. Returns how many."""
    claimed = update(Message).where(col(Message.status) == "claimed")
    reply = "The sender ended before the relay's reply was recorded."
    return int(session.exec(claimed.values(status="uncertain", reply=reply)).rowcount)


def finish_if_done(session: Session, delivery_id: int, now: datetime) -> bool:
    """Finish the delivery when no message is open any more; its ledger is checked first. True if it is finished."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.status != "sending":
        return delivery is None or delivery.status in ("finished", "stopped")
    open_ = select(Message.id).where(col(Message.delivery_id) == delivery_id, col(Message.status).in_(OPEN)).limit(1)
    if session.exec(open_).first() is not None:
        return False
    read_ledger(session, delivery_id)
    delivery.status, delivery.finished_at, delivery.trouble = moved(delivery.status, "finished"), now, ""
    session.flush()
    return True


def say_trouble(session: Session, delivery_id: int, trouble: str) -> None:
    """Write on the delivery why it does not move; an empty text clears it."""
    changed = update(Delivery).where(col(Delivery.id) == delivery_id, col(Delivery.trouble) != trouble)
    session.exec(changed.values(trouble=trouble[:500]))


def _is_sending(session: Session, delivery_id: int) -> bool:
    status = session.exec(select(Delivery.status).where(col(Delivery.id) == delivery_id)).one_or_none()
    return status == "sending"


def _still_wanted(delivery_id: int, ids: Sequence[int | None]):  # type: ignore[no-untyped-def]  # a select of ids
    subscribed = exists().where(
        col(Subscription.subscriber_id) == col(Message.subscriber_id),
        col(Subscription.publication_id) == col(Delivery.publication_id),
        col(Subscription.status) == "active",
    )
    suppressed = exists().where(col(Suppression.address) == col(Message.address))
    return (
        select(Message.id)
        .join(Delivery, col(Delivery.id) == col(Message.delivery_id))
        .where(col(Message.delivery_id) == delivery_id, col(Message.id).in_(ids), subscribed, ~suppressed)
    )
