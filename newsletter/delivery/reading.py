"""Reading deliveries and their messages."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.models import Delivery, Message, messages_in
from newsletter.delivery.status import UNDER_WAY
from newsletter.statements import locked
from subscribers.models import Merger

T = TypeVar("T")
LOOKED_UP = 5_000  # ids in one statement: SQLite takes 32,766 values


def read_delivery(session: Session, delivery_id: int) -> Delivery:
    """Return a delivery. Raises NoDelivery."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NoDelivery
    return delivery


def read_delivery_to_change(session: Session, delivery_id: int) -> Delivery:
    """Return a delivery as it is now, and lock its row until the transaction ends.

    Raises NoDelivery.
    """
    delivery = session.exec(locked(select(Delivery).filter_by(id=delivery_id))).one_or_none()
    if delivery is None:
        raise NoDelivery
    return delivery


def delivery_of_issue(session: Session, issue_id: int) -> Delivery | None:
    """Return the delivery of an issue, if it was planned."""
    query = select(Delivery).filter_by(issue_id=issue_id)
    return session.exec(query).one_or_none()


def deliveries_of_issues(session: Session, issue_ids: Collection[int]) -> Mapping[int, Delivery]:
    """Return the deliveries of issues, by issue; an issue that was not planned has none."""
    found: dict[int, Delivery] = {}
    for group in in_groups(sorted(issue_ids), LOOKED_UP):
        query = select(Delivery).where(col(Delivery.issue_id).in_(group))
        found |= {delivery.issue_id: delivery for delivery in session.exec(query)}
    return found


def sending_deliveries(session: Session) -> Sequence[Delivery]:
    """Return the deliveries that are sending, oldest first."""
    query = select(Delivery).filter_by(status="sending").order_by(col(Delivery.id))
    return session.exec(query).all()


def deliveries_under_way(session: Session) -> Sequence[Delivery]:
    """Return the deliveries of all publications that are sending or paused, oldest first."""
    under_way = select(Delivery).where(col(Delivery.status).in_(UNDER_WAY))
    return session.exec(under_way.order_by(col(Delivery.id))).all()


def unfinished_deliveries(session: Session, publication_id: int) -> Sequence[Delivery]:
    """Return the deliveries of a publication that are sending or paused, oldest first."""
    under_way = _deliveries_of(publication_id).where(col(Delivery.status).in_(UNDER_WAY))
    return session.exec(under_way.order_by(col(Delivery.id))).all()


def latest_delivery(session: Session, publication_id: int) -> Delivery | None:
    """Return the delivery that was planned last."""
    return session.exec(
        _deliveries_of(publication_id).order_by(col(Delivery.id).desc()).limit(1)
    ).one_or_none()


def _deliveries_of(publication_id: int) -> SelectOfScalar[Delivery]:
    """Return the query of all deliveries of a publication."""
    return select(Delivery).filter_by(publication_id=publication_id)


def has_message(session: Session, condition: ColumnElement[bool]) -> bool:
    """True if any message fulfils the condition."""
    query = select(Message.id).where(condition).limit(1)
    return session.exec(query).first() is not None


def has_claims(session: Session, delivery_id: int) -> bool:
    """True if a sender has letters of this delivery in hand."""
    return has_message(session, messages_in(delivery_id, "claimed"))


def uncertain_messages(
    session: Session,
    delivery_id: int,
    limit: int,
) -> Sequence[Message]:
    """Return the first messages whose reply was not seen."""
    query = select(Message).where(messages_in(delivery_id, "uncertain"))
    return session.exec(query.order_by(col(Message.id)).limit(limit)).all()


def acceptance_times(session: Session, message_ids: Collection[int]) -> dict[int, datetime]:
    """Return when the relay took these messages; those that it did not take are left out."""
    times: dict[int, datetime] = {}
    # sorted: neighbours in the index are read together
    for ids in in_groups(sorted(message_ids), LOOKED_UP):
        rows = session.exec(_acceptances(ids))
        times.update({key: at for key, at in rows if key and at})
    return times


def _acceptances(message_ids: Sequence[int]) -> Select[int | None, datetime | None]:
    """Return the query of which of these messages were accepted, and when."""
    accepted = select(Message.id, Message.settled_at).filter_by(status="accepted")
    return accepted.where(col(Message.id).in_(message_ids))


def in_groups(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Give ids or rows in groups of at most `size`, in their order."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def subscribers_of_messages(session: Session, message_ids: Collection[int]) -> dict[int, int]:
    """Return the subscriber ids of these messages, by message: who they are by now."""
    # Of two spellings of one mailbox that became one reader, one has its messages still.
    by_now = func.coalesce(
        Merger.subscriber_id,
        Message.subscriber_id,
    )
    query = (
        select(Message.id, by_now)
        .outerjoin(
            Merger,
            col(Merger.gone_id) == Message.subscriber_id,
        )
        .where(col(Message.id).in_(message_ids))
    )
    return {key: subscriber_id for key, subscriber_id in session.exec(query) if key}


def messages_of_subscriber(
    session: Session, subscriber_id: int, issue_ids: Sequence[int]
) -> Mapping[int, Message]:
    """Return what one subscriber was sent of these issues, by issue."""
    # both conditions together are the unique key
    theirs = select(Message).filter_by(subscriber_id=subscriber_id)
    query = theirs.where(col(Message.issue_id).in_(issue_ids))
    return {message.issue_id: message for message in session.exec(query)}
