"""Control: pause, resume, stop, and a person's decision about uncertain messages.

A sender that is at work sees each of them within a quarter of a second; letters that the relay has
in hand are answered still.
"""

import logging
from datetime import datetime

from sqlmodel import Session, col, update

from newsletter.clock import AT_ONCE
from newsletter.database import after_commit
from newsletter.delivery.dead_senders import give_up_claims, journals_with_claims
from newsletter.delivery.models import Delivery, Message, cancelling, messages_in
from newsletter.delivery.reading import read_delivery_to_change
from newsletter.delivery.status import DELIVERY
from newsletter.jobs import remind_delivery

log = logging.getLogger(__name__)


def pause(session: Session, delivery_id: int) -> Delivery:
    """Offer nothing more until resumed."""
    return _move(session, delivery_id, "paused")


def resume(session: Session, delivery_id: int, now: datetime) -> Delivery:
    """Go on sending. What was deferred by a refusal that blames us is due at once: it is mended."""
    delivery = _go_on(session, delivery_id, now)
    deferred = update(Message).where(messages_in(delivery_id, "deferred"))
    session.exec(deferred.where(col(Message.code) >= 500).values(due_at=AT_ONCE))
    remind_delivery(session, delivery_id)
    return delivery


def stop(session: Session, delivery_id: int, now: datetime) -> Delivery:
    """End the delivery: what was not offered is cancelled.

    What a sender has claimed at this moment is settled by it, and cancelled if it was not offered.
    """
    delivery = _move(session, delivery_id, "stopped")
    delivery.finished_at = now
    session.exec(cancelling(now).filter_by(delivery_id=delivery_id))
    return delivery


def resend_uncertain(session: Session, delivery_id: int, now: datetime) -> int:
    """Plan the uncertain messages again, by a person's decision. Returns how many.

    Some of them may arrive twice. A finished delivery goes on; one that is paused stays so, and
    sends them when it is resumed.
    """
    delivery = read_delivery_to_change(session, delivery_id)
    count = _plan_uncertain(session, delivery_id)
    if count and delivery.status != "paused":
        # raises WrongMove for a stopped one, and with it goes the update before
        _go_on(session, delivery_id, now)
    remind_delivery(session, delivery_id)
    return count


def _plan_uncertain(session: Session, delivery_id: int) -> int:
    uncertain = update(Message).where(messages_in(delivery_id, "uncertain"))
    return session.exec(uncertain.values(status="planned", due_at=AT_ONCE)).rowcount


def _go_on(session: Session, delivery_id: int, now: datetime) -> Delivery:
    """Let a delivery send. From now on its letters are waited for."""
    delivery = _move(session, delivery_id, "sending")
    delivery.resumed_at = now
    return delivery


def declare_lost(session: Session, worker: str) -> int:
    """Declare a host lost, and its journals with it. Returns how many messages are now uncertain.

    `worker` is the name that a claim is signed with, or its first part, which all workers of one
    journal folder share. Only a person can know that a host will not come back: no timer does this.
    """
    names = {
        name
        for name in journals_with_claims(session, "")
        if name == worker or name.startswith(f"{worker}.")
    }
    return give_up_claims(session, names)


def _move(session: Session, delivery_id: int, to: str) -> Delivery:
    delivery = read_delivery_to_change(session, delivery_id)
    if delivery.status != to:  # pressing a button twice is harmless
        delivery.status = DELIVERY.to(delivery.status, to)
        delivery.account = None  # of a finished one that goes on
        after_commit(session, _log_move, delivery_id, to)
    return delivery


def _log_move(delivery_id: int, to: str) -> None:
    log.info("The delivery is now %s", to, extra={"delivery": delivery_id})
