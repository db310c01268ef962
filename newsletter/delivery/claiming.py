"""Claiming and settling: the conditional moves of messages. A claim is committed before its letter is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Update, and_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, exists, select, update

from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import WAITING
from subscribers.models import Subscription, Suppression


@dataclass(frozen=True, slots=True)
class Recipient:
    """A claimed message: what a letter needs to know of its reader."""

    id: int
    address: str
    name: str
    confirmed_at: datetime | None
    subscriber_id: int


def claim(
    session: Session, delivery_id: int, limit: int, *, by: str, now: datetime
) -> Sequence[Recipient]:
    """Take up to `limit` waiting messages of a delivery that is sending; who left or must not be mailed is cancelled."""
    if limit < 1 or not _is_sending(session, delivery_id):
        return []
    due = _due(delivery_id, limit, now)
    session.execute(
        _waiting(due).where(~is_still_wanted()).values(status="cancelled", settled_at=now)
    )
    wanted = (
        _waiting(due)
        .where(is_still_wanted())
        .values(status="claimed", claimed_by=by, claimed_at=now)
    )
    told = (
        col(Message.id),
        col(Message.address),
        col(Message.name),
        col(Message.confirmed_at),
        col(Message.subscriber_id),
    )
    return [
        Recipient(key, address, name, at, reader)
        for key, address, name, at, reader in session.execute(wanted.returning(*told))
    ]


def _due(delivery_id: int, limit: int, now: datetime) -> Select[int]:
    """The first messages that wait and are due; those that another process has in hand are passed over."""
    waiting = select(Message.id).where(
        col(Message.delivery_id) == delivery_id,
        col(Message.status).in_(WAITING),
        col(Message.due_at) <= now,
    )
    rows = waiting.limit(limit).with_for_update(skip_locked=True)
    return sa_select(
        rows.cte("due").prefix_with("MATERIALIZED", dialect="postgresql").c.id
    )  # read once: never over the limit


def _waiting(due: Select[int]) -> Update:
    return update(Message).where(col(Message.id).in_(due), col(Message.status).in_(WAITING))


def _is_sending(session: Session, delivery_id: int) -> bool:
    status = session.exec(
        select(Delivery.status).where(col(Delivery.id) == delivery_id)
    ).one_or_none()
    return status == "sending"


def is_still_wanted() -> ColumnElement[bool]:
    """A condition on Message: its reader has not left, and may be written to."""
    subscribed = exists().where(
        col(Subscription.subscriber_id) == col(Message.subscriber_id),
        col(Subscription.publication_id) == col(Delivery.publication_id),
        col(Delivery.id) == col(Message.delivery_id),
        col(Subscription.status) == "active",
    )
    suppressed = exists().where(col(Suppression.address) == col(Message.address))
    return and_(subscribed, ~suppressed)
