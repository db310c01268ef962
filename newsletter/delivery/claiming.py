"""Claiming: take waiting messages for one sender, by one conditional UPDATE.

A claim is committed before its letter is made. So two senders never make a letter of the same
message, and a sender that dies leaves its name on what it had taken (dead_senders.py).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CTE, BindParameter, ColumnElement, and_, bindparam, case, inspect, or_
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, col, exists, func, null, select, update

from newsletter.database import seek_by_keys
from newsletter.delivery.models import Delivery, Message, messages_in
from newsletter.delivery.status import WAITING
from subscribers.conditions import is_awake
from subscribers.models import Subscriber, Subscription, Suppression


class Recipient(NamedTuple):
    """A claimed message: what a letter needs to know of its reader."""

    id: int
    address: str
    name: str
    confirmed_at: datetime | None
    subscriber_id: int
    agreed_by: str = "confirm"
    import_id: int | None = None


# the columns of a Recipient, in the order of its fields
COLUMNS = (
    col(Message.id),
    col(Message.address),
    col(Message.name),
    col(Message.confirmed_at),
    col(Message.subscriber_id),
    col(Message.agreed_by),
    col(Message.import_id),
)


Claiming = ReturningUpdate[int | None, str, str, datetime | None, int, str, int | None, str]


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
    be mailed are cancelled in the same statement. Empty only if nothing waits any more.
    """
    seek_by_keys(session)
    values = {"delivery": delivery_id, "most": limit, "by": by, "now": now}
    while limit > 0 and _is_sending(session, delivery_id):
        looked_at = session.connection().execute(_claiming(), values).all()
        claimed = [Recipient._make(row[:-1]) for row in looked_at if row[-1] == "claimed"]
        if claimed or not looked_at:
            return claimed
    return []


def _is_sending(session: Session, delivery_id: int) -> bool:
    query = select(Delivery.status).filter_by(id=delivery_id)
    return session.exec(query).one_or_none() == "sending"


@cache
def _claiming() -> Claiming:
    """Return the UPDATE that claims or cancels the first messages that wait and are due.

    It is paid for each letter. So it is one for both, which looks each reader up once, and it is
    built once.
    """
    now: BindParameter[datetime] = bindparam("now", type_=inspect(Message).columns["due_at"].type)
    due = _due(now)
    wanted = due.c.is_wanted
    # the status is asked for again: between the look and the UPDATE another one may have taken it
    waiting = update(Message).where(col(Message.id) == due.c.id, col(Message.status).in_(WAITING))
    taken = waiting.values(
        status=case((wanted, "claimed"), else_="cancelled"),
        claimed_by=case((wanted, bindparam("by")), else_=col(Message.claimed_by)),
        claimed_at=case((wanted, now), else_=col(Message.claimed_at)),
        settled_at=case((wanted, col(Message.settled_at)), else_=now),
        address=func.coalesce(due.c.address, col(Message.address)),
        **_ground_now(due.c.address),
    )
    return taken.returning(*COLUMNS, col(Message.status))


def _ground_now(address: ColumnElement[str]) -> Mapping[str, ColumnElement[Any]]:
    """Why a reader gets the letter at the address of now: what was planned is of the one before."""
    has_moved = address != col(Message.address)
    return {
        "agreed_by": case((has_moved, "move"), else_=col(Message.agreed_by)),
        "confirmed_at": case((has_moved, null()), else_=col(Message.confirmed_at)),
    }


def _due(now: BindParameter[datetime]) -> CTE:
    """Return the first messages that wait and are due, and what is known of their readers now.

    PostgreSQL reads them once: it may evaluate a subquery of an UPDATE row by row, each time with
    other rows skipped, and take more than the limit.
    """
    delivery_id: BindParameter[int] = bindparam("delivery")
    known = select(
        col(Message.id),
        is_still_wanted(delivery_id, now).label("is_wanted"),
        _address_now().label("address"),
    )
    waiting = known.where(is_due(delivery_id, now)).limit(bindparam("most"))
    # rows that another process is claiming at this moment are passed over, not waited for
    due = waiting.with_for_update(of=Message, skip_locked=True).cte("due")
    return due.prefix_with("MATERIALIZED", dialect="postgresql")


def is_due(
    delivery_id: int | BindParameter[int], now: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """Return the condition of a delivery's messages that may be claimed now."""
    return and_(messages_in(delivery_id, *WAITING), col(Message.due_at) <= now)


# Each message asks for its own reader by scalar subqueries. EXISTS would say the same, but
# PostgreSQL may then read all readers once for each claim, as if all messages were to be claimed.


def is_still_wanted(
    delivery_id: int | BindParameter[int], now: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """Return a condition on the Messages of a delivery: their readers may be written to now.

    They have not left or gone to rest, and may be mailed.
    """
    return and_(_is_subscribed(delivery_id, now), _mailable_address().is_not(None))


def is_out_of_date(delivery_id: int, now: datetime) -> ColumnElement[bool]:
    """Return a condition on a delivery's claimed Messages: their letters must not go as made."""
    has_moved = _mailable_address().is_distinct_from(col(Message.address))
    return or_(~_is_subscribed(delivery_id, now), has_moved)


def _is_subscribed(
    delivery_id: int | BindParameter[int], now: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    publication = select(Delivery.publication_id).where(col(Delivery.id) == delivery_id)
    subscription = select(Subscription.id).where(
        col(Subscription.subscriber_id) == Message.subscriber_id,
        col(Subscription.publication_id) == publication.scalar_subquery(),
        col(Subscription.status) == "active",
        is_awake(now),
    )
    return subscription.correlate(Message).scalar_subquery().is_not(None)


def _mailable_address() -> ColumnElement[str | None]:
    """The address of a message's reader; null if nobody may write there, or they are gone."""
    is_suppressed = exists().where(col(Suppression.mailbox) == Subscriber.mailbox)
    return _address_now(~is_suppressed)


def _address_now(*conditions: ColumnElement[bool]) -> ColumnElement[str | None]:
    """The address that a message's reader has at this moment, if these conditions hold."""
    of_reader = select(Subscriber.address).where(
        col(Subscriber.id) == Message.subscriber_id, *conditions
    )
    return of_reader.correlate(Message).scalar_subquery()
