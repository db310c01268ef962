"""Claiming: take waiting messages for one sender, by one conditional UPDATE.

A claim is committed before its letter is made. So two senders never make a letter of the same
message, and a sender that dies leaves its name on what it had taken (dead_senders.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, SelectBase, Update, and_, or_
from sqlmodel import Session, col, exists, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.delivery.models import Delivery, Message, messages_in
from newsletter.delivery.status import WAITING
from subscribers.conditions import is_awake
from subscribers.models import Subscriber, Subscription, Suppression


@dataclass(frozen=True, slots=True)
class Recipient:
    """A claimed message: what a letter needs to know of its reader."""

    id: int
    address: str
    name: str
    confirmed_at: datetime | None
    subscriber_id: int


# the columns of a Recipient, in the order of its fields
COLUMNS = (
    col(Message.id),
    col(Message.address),
    col(Message.name),
    col(Message.confirmed_at),
    col(Message.subscriber_id),
)


def claim(
    session: Session,
    delivery_id: int,
    limit: int,
    *,
    by: str,
    now: datetime,
) -> Sequence[Recipient]:
    """Take up to `limit` waiting messages of a delivery that is sending; `by` signs the claim.

    Each goes to the address that its reader has now. Messages of people who left, rest, or must not
    be mailed are cancelled in the same transaction.
    """
    if limit < 1 or not _is_sending(session, delivery_id):
        return []
    due = _due(delivery_id, limit, now)
    _cancel_unwanted(session, due, now)
    return _take_wanted(session, due, by, now)


def _is_sending(session: Session, delivery_id: int) -> bool:
    query = select(Delivery.status).filter_by(id=delivery_id)
    return session.exec(query).one_or_none() == "sending"


def _due(delivery_id: int, limit: int, now: datetime) -> SelectOfScalar[int]:
    """Return the query of the first messages that wait and are due."""
    waiting = select(Message.id).where(is_due(delivery_id, now)).limit(limit)
    # rows that another process is claiming at this moment are passed over, not waited for
    return _read_once(waiting.with_for_update(skip_locked=True))


def _read_once(rows: SelectBase) -> SelectOfScalar[int]:
    """Return the query of the same rows, which PostgreSQL then reads once.

    It may evaluate a subquery of an UPDATE row by row, each time with other rows skipped, and take
    more than the limit.
    """
    due = rows.cte("due").prefix_with("MATERIALIZED", dialect="postgresql")
    return select(due.c.id)


def is_due(delivery_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition of a delivery's messages that may be claimed now."""
    return and_(messages_in(delivery_id, *WAITING), col(Message.due_at) <= now)


def _cancel_unwanted(
    session: Session,
    due: SelectOfScalar[int],
    now: datetime,
) -> None:
    unwanted = _waiting(due).where(~is_still_wanted(now))
    session.execute(unwanted.values(status="cancelled", settled_at=now))


def _take_wanted(
    session: Session,
    due: SelectOfScalar[int],
    by: str,
    now: datetime,
) -> Sequence[Recipient]:
    wanted = _waiting(due).where(is_still_wanted(now))
    claimed = wanted.values(
        status="claimed",
        claimed_by=by,
        claimed_at=now,
        address=func.coalesce(_address_now(), col(Message.address)),
    )
    return [Recipient(*row) for row in session.execute(claimed.returning(*COLUMNS))]


def _waiting(due: SelectOfScalar[int]) -> Update:
    # the status is asked for again: between the look and the UPDATE another one may have taken it
    return update(Message).where(col(Message.id).in_(due), col(Message.status).in_(WAITING))


def is_still_wanted(now: datetime) -> ColumnElement[bool]:
    """Return a condition on Message: its reader has not left or gone to rest, and may be mailed."""
    return and_(_is_subscribed(now), ~_is_suppressed())


def is_out_of_date(now: datetime) -> ColumnElement[bool]:
    """Return a condition on a claimed Message: its letter must not go as it was made."""
    return or_(~is_still_wanted(now), _address_now() != col(Message.address))


def _is_subscribed(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        col(Subscription.subscriber_id) == Message.subscriber_id,
        col(Subscription.publication_id) == Delivery.publication_id,
        col(Delivery.id) == Message.delivery_id,
        col(Subscription.status) == "active",
        is_awake(now),
    )


def _is_suppressed() -> ColumnElement[bool]:
    return exists().where(
        col(Suppression.address) == Subscriber.address,
        col(Subscriber.id) == Message.subscriber_id,
    )


def _address_now() -> ColumnElement[str]:
    """The address that a message's reader has at this moment."""
    of_reader = select(Subscriber.address).where(col(Subscriber.id) == Message.subscriber_id)
    return of_reader.correlate(Message).scalar_subquery()
