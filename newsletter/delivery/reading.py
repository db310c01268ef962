"""Reading deliveries."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.models import Delivery, Message


def read(session: Session, delivery_id: int) -> Delivery:
    """Return a delivery. Raises NoDelivery."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NoDelivery
    return delivery


def of_issue(session: Session, issue_id: int) -> Delivery | None:
    """Return the delivery of an issue, if it was planned."""
    return session.exec(select(Delivery).where(col(Delivery.issue_id) == issue_id)).one_or_none()


def under_way(session: Session) -> Sequence[Delivery]:
    """Return the deliveries that are sending, oldest first."""
    return session.exec(select(Delivery).where(col(Delivery.status) == "sending").order_by(col(Delivery.id))).all()


def unfinished(session: Session, publication_id: int) -> Sequence[Delivery]:
    """Return the deliveries of a publication that are sending or paused, oldest first."""
    query = select(Delivery).where(col(Delivery.publication_id) == publication_id, col(Delivery.status).in_(("sending", "paused")))
    return session.exec(query.order_by(col(Delivery.id))).all()


def latest(session: Session, publication_id: int) -> Delivery | None:
    """Return the delivery that was planned last."""
    query = select(Delivery).where(col(Delivery.publication_id) == publication_id)
    return session.exec(query.order_by(col(Delivery.id).desc()).limit(1)).one_or_none()


def uncertain(session: Session, delivery_id: int, limit: int) -> Sequence[Message]:
    """Return the first messages whose reply was not seen."""
    query = select(Message).where(col(Message.delivery_id) == delivery_id, col(Message.status) == "uncertain")
    return session.exec(query.order_by(col(Message.id)).limit(limit)).all()
