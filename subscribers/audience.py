"""The audience: everyone considered for an issue, with the reason for who is excluded."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from subscribers.models import Subscriber, Subscription, Suppression


@dataclass(frozen=True, slots=True)
class Considered:
    """One subscriber considered; `exclusion` is None for who gets the issue."""

    subscriber_id: int
    address: str
    name: str
    confirmed_at: datetime | None
    exclusion: str | None


def read_audience(session: Session, publication_id: int) -> list[Considered]:
    """Return everyone with an active or unconfirmed subscription; who left is not considered at all."""
    query = (
        sa_select(
            col(Subscriber.id),
            col(Subscriber.address),
            col(Subscriber.name),
            col(Subscription.confirmed_at),
            col(Subscription.status),
            col(Suppression.id),
        )
        .join(Subscription, col(Subscription.subscriber_id) == col(Subscriber.id))
        .outerjoin(Suppression, col(Suppression.address) == col(Subscriber.address))
        .where(col(Subscription.publication_id) == publication_id, col(Subscription.status).in_(("active", "unconfirmed")))
        .order_by(col(Subscriber.id))
    )
    return [
        Considered(key or 0, address, name, confirmed_at, _exclusion(status, suppressed is not None))
        for key, address, name, confirmed_at, status, suppressed in session.execute(query)
    ]


def counts(session: Session, publication_id: int) -> dict[str, int]:
    """Return how many subscriptions stand where."""
    query = select(Subscription.status, func.count()).where(col(Subscription.publication_id) == publication_id)
    return dict(session.exec(query.group_by(Subscription.status)).all())


def _exclusion(status: str, is_suppressed: bool) -> str | None:
    if is_suppressed:
        return "suppressed"
    return "unconfirmed" if status == "unconfirmed" else None
