"""Finding one subscriber of a publication, by their address or id, and changing what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from newsletter.errors import NotFound, Refused
from subscribers import changes
from subscribers.addresses import normalise
from subscribers.models import Subscriber, Subscription
from subscribers.suppressing import is_suppressed

NAME_CHARS = 200
MOST_ATTRIBUTES, ATTRIBUTE_CHARS, VALUE_CHARS = 50, 60, 500


class BadAttributes(Refused):
    """Attributes are up to 50 pairs: names of 1 to 60 characters, values of up to 500, or null to take one away."""


class NoSubscriber(NotFound):
    """This publication has no such subscriber."""


@dataclass(frozen=True, slots=True)
class PublicationSubscriber:
    """One subscriber as they stand with one publication."""

    subscriber: Subscriber
    subscription: Subscription
    is_suppressed: bool

    @property
    def id(self) -> int:
        """The subscriber's: the same for all publications, and never given to another one while they stay."""
        return self.subscriber.key


def by_address(session: Session, publication_id: int, address: str) -> PublicationSubscriber:
    """Return the subscriber of an address, however it is spelled. Raises BadAddress or NoSubscriber."""
    return _one(session, publication_id, col(Subscriber.address) == normalise(address))


def by_id(session: Session, publication_id: int, subscriber_id: int) -> PublicationSubscriber:
    """Return the subscriber of an id. Raises NoSubscriber."""
    return _one(session, publication_id, col(Subscriber.id) == subscriber_id)


def set_name(session: Session, found: PublicationSubscriber, name: str, now: datetime) -> bool:
    """Call a subscriber so; it is their name for all publications. True if it was another one."""
    called = " ".join(name.split())[:NAME_CHARS]
    if called == found.subscriber.name:
        return False
    found.subscriber.name = called
    _changed(session, found, now)
    return True


def set_attributes(
    session: Session,
    found: PublicationSubscriber,
    attributes: Mapping[str, str | None],
    now: datetime,
) -> bool:
    """Set these attributes and leave the others; None takes one away. True if that changed something. Raises BadAttributes."""
    kept = {
        name: value
        for name, value in {**found.subscriber.attributes, **attributes}.items()
        if value is not None
    }
    fits = all(
        1 <= len(name) <= ATTRIBUTE_CHARS and len(value) <= VALUE_CHARS
        for name, value in kept.items()
    )
    if not fits or len(kept) > MOST_ATTRIBUTES:
        raise BadAttributes
    if kept == found.subscriber.attributes:
        return False
    found.subscriber.attributes = kept
    _changed(session, found, now)
    return True


def describe_subscriber(
    session: Session, publication_id: int, subscriber_id: int
) -> dict[str, object] | None:
    """Return a subscriber as programs read them, None if there is none any more; times are RFC 3339, in UTC."""
    try:
        found = by_id(session, publication_id, subscriber_id)
    except NoSubscriber:
        return None
    one, standing = found.subscriber, found.subscription
    times = {name: getattr(standing, name) for name in ("joined_at", "confirmed_at", "left_at")}
    values: dict[str, object] = {
        "id": found.id,
        "address": one.address,
        "name": one.name,
        "status": standing.status,
    }
    values |= {
        "is_suppressed": found.is_suppressed,
        "frequency": standing.frequency,
        "topics": standing.topics,
    }
    values |= {"source": standing.source, "attributes": one.attributes}
    return values | {
        name: at.isoformat().replace("+00:00", "Z") if at else None for name, at in times.items()
    }


def _changed(session: Session, found: PublicationSubscriber, now: datetime) -> None:
    """It is a change for all publications."""
    session.flush()
    everywhere = select(Subscription).where(col(Subscription.subscriber_id) == found.id)
    changes.note(session, session.exec(everywhere).all(), "changed", now)


def _one(
    session: Session, publication_id: int, condition: ColumnElement[bool]
) -> PublicationSubscriber:
    query = select(Subscriber, Subscription).join(
        Subscription, col(Subscription.subscriber_id) == col(Subscriber.id)
    )
    row = session.exec(
        query.where(col(Subscription.publication_id) == publication_id, condition)
    ).one_or_none()
    if row is None:
        raise NoSubscriber
    subscriber, subscription = row
    return PublicationSubscriber(
        subscriber, subscription, is_suppressed(session, subscriber.address)
    )
