"""Reading deliveries and their messages."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.models import Delivery, Message, messages_in
from newsletter.delivery.status import UNDER_WAY

LOOKED_UP = 5_000  # ids in one statement: SQLite takes 32,766 values


def read_delivery(session: Session, delivery_id: int) -> Delivery:
    """Return a delivery. Raises NoDelivery."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NoDelivery
    return delivery


def delivery_of_issue(session: Session, issue_id: int) -> Delivery | None:
    """Return the delivery of an issue, if it was planned."""
    query = select(Delivery).filter_by(issue_id=issue_id)
    return session.exec(query).one_or_none()


def sending_deliveries(session: Session) -> Sequence[Delivery]:
    """Return the deliveries that are sending, oldest first."""
    query = select(Delivery).filter_by(status="sending").order_by(col(Delivery.id))
    return session.exec(query).all()


def unfinished_deliveries(session: Session, publication_id: int) -> Sequence[Delivery]:
    """Return the deliveries of a publication that are sending or paused, oldest first."""
    query = (
        select(Delivery)
        .filter_by(publication_id=publication_id)
        .where(col(Delivery.status).in_(UNDER_WAY))
        .order_by(col(Delivery.id))
    )
    return session.exec(query).all()


def latest_delivery(session: Session, publication_id: int) -> Delivery | None:
    """Return the delivery that was planned last."""
    query = (
        select(Delivery)
        .filter_by(publication_id=publication_id)
        .order_by(col(Delivery.id).desc())
        .limit(1)
    )
    return session.exec(query).one_or_none()


def uncertain_messages(session: Session, delivery_id: int, limit: int) -> Sequence[Message]:
    """Return the first messages whose reply was not seen."""
    query = (
        select(Message)
        .where(messages_in(delivery_id, "uncertain"))
        .order_by(col(Message.id))
        .limit(limit)
    )
    return session.exec(query).all()


def acceptance_times(session: Session, message_ids: Collection[int]) -> dict[int, datetime]:
    """Return when the relay took these messages; those that it did not take are left out."""
    times: dict[int, datetime] = {}
    for ids in _in_groups(message_ids):
        query = (
            select(Message.id, Message.settled_at)
            .filter_by(status="accepted")
            .where(col(Message.id).in_(ids))
        )
        times.update({key: at for key, at in session.exec(query) if key and at})
    return times


def _in_groups(ids: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(ids)  # neighbours in the index are read together
    for start in range(0, len(ordered), LOOKED_UP):
        yield ordered[start : start + LOOKED_UP]


def subscribers_of_messages(session: Session, message_ids: Collection[int]) -> dict[int, int]:
    """Return the subscriber ids of these messages, by message."""
    query = select(Message.id, Message.subscriber_id).where(col(Message.id).in_(message_ids))
    return {key: subscriber_id for key, subscriber_id in session.exec(query) if key}


def messages_of_subscriber(
    session: Session, subscriber_id: int, issue_ids: Sequence[int]
) -> Mapping[int, Message]:
    """Return what one subscriber was sent of these issues, by issue."""
    # both conditions together are the unique key
    query = (
        select(Message)
        .filter_by(subscriber_id=subscriber_id)
        .where(col(Message.issue_id).in_(issue_ids))
    )
    return {message.issue_id: message for message in session.exec(query)}
