"""Leaving by a letter: the subscription ends, what still waits for that reader is cancelled, and the issue is noted."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import UNDER_WAY, WAITING
from newsletter.errors import NotFound
from subscribers import leaving
from subscribers.models import Subscription


class NoMessage(NotFound):
    """This link belongs to a letter that we do not know any more."""


@dataclass(frozen=True, slots=True)
class Left:
    """Who left what; `changed` is False if they had left before."""

    subscription_id: int
    publication_id: int
    address: str
    changed: bool


def read_leaver(session: Session, message_id: int) -> Left:
    """Return whom a message's leave link speaks of, changing nothing. Raises NoMessage."""
    found = session.exec(
        select(Message, Subscription)
        .join(Delivery, col(Delivery.id) == col(Message.delivery_id))
        .join(
            Subscription,
            (col(Subscription.subscriber_id) == col(Message.subscriber_id))
            & (col(Subscription.publication_id) == col(Delivery.publication_id)),
        )
        .where(col(Message.id) == message_id)
    ).one_or_none()
    if found is None:
        raise NoMessage
    message, subscription = found
    return Left(subscription.id or 0, subscription.publication_id, message.address, changed=False)


def leave_by_message(session: Session, message_id: int, *, by: str, now: datetime) -> Left:
    """End the subscription that a message was sent for, attribute it to the issue, and cancel what still waits."""
    left = read_leaver(session, message_id)
    message = session.get_one(Message, message_id)
    changed = leaving.leave(session, left.subscription_id, by=by, issue_id=message.issue_id, now=now)
    going = select(Delivery.issue_id).where(col(Delivery.publication_id) == left.publication_id, col(Delivery.status).in_(UNDER_WAY))
    waiting = update(Message).where(
        col(Message.subscriber_id) == message.subscriber_id,
        col(Message.issue_id).in_(going),
        col(Message.status).in_(WAITING),
    )
    session.exec(waiting.values(status="cancelled", settled_at=now))
    return Left(left.subscription_id, left.publication_id, left.address, changed)
