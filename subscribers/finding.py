"""Finding one subscriber of a publication, by their address or id, and changing what they are called."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from newsletter.errors import NotFound
from subscribers import changes
from subscribers.addresses import normalise
from subscribers.models import Subscriber, Subscription
from subscribers.suppressing import is_suppressed

NAME_CHARS = 200


class NoSubscriber(NotFound):
    """This publication has no such subscriber."""


@dataclass(frozen=True, slots=True)
class Found:
    """One subscriber as they stand with one publication."""

    subscriber: Subscriber
    subscription: Subscription
    is_suppressed: bool

    @property
    def id(self) -> int:
        """The subscriber's: the same for all publications, and never given to another one while they stay."""
        return self.subscriber.id or 0


def by_address(session: Session, publication_id: int, address: str) -> Found:
    """Return the subscriber of an address, however it is spelled. Raises BadAddress or NoSubscriber."""
    return _one(session, publication_id, col(Subscriber.address) == normalise(address))


def by_id(session: Session, publication_id: int, subscriber_id: int) -> Found:
    """Return the subscriber of an id. Raises NoSubscriber."""
    return _one(session, publication_id, col(Subscriber.id) == subscriber_id)


def rename(session: Session, found: Found, name: str, now: datetime) -> bool:
    """Call a subscriber so; it is their name for all publications. True if it was another one."""
    called = " ".join(name.split())[:NAME_CHARS]
    if called == found.subscriber.name:
        return False
    found.subscriber.name = called
    session.flush()
    everywhere = select(Subscription).where(col(Subscription.subscriber_id) == found.id)
    changes.note(session, session.exec(everywhere).all(), "changed", now)
    return True


def describe(session: Session, publication_id: int, subscriber_id: int) -> dict[str, object] | None:
    """Return a subscriber as programs read them, None if there is none any more; times are RFC 3339, in UTC."""
    try:
        found = by_id(session, publication_id, subscriber_id)
    except NoSubscriber:
        return None
    one, standing = found.subscriber, found.subscription
    times = {name: getattr(standing, name) for name in ("joined_at", "confirmed_at", "left_at")}
    values: dict[str, object] = {"id": found.id, "address": one.address, "name": one.name, "status": standing.status}
    values |= {"is_suppressed": found.is_suppressed}
    return values | {name: at.isoformat().replace("+00:00", "Z") if at else None for name, at in times.items()}


def _one(session: Session, publication_id: int, condition: ColumnElement[bool]) -> Found:
    query = select(Subscriber, Subscription).join(Subscription, col(Subscription.subscriber_id) == col(Subscriber.id))
    row = session.exec(query.where(col(Subscription.publication_id) == publication_id, condition)).one_or_none()
    if row is None:
        raise NoSubscriber
    subscriber, subscription = row
    return Found(subscriber, subscription, is_suppressed(session, subscriber.address))
