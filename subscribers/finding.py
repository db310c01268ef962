"""Finding one subscriber of a publication, and changing their name and attributes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from newsletter.errors import NotFound, Refused
from newsletter.text import one_line, rfc3339
from subscribers import changes
from subscribers.addresses import normalise
from subscribers.conditions import Condition, has_mailbox, is_same_person, of_publication
from subscribers.models import NAME_CHARS, Subscriber, Subscription
from subscribers.suppressing import is_suppressed, was_suppressed_before

MOST_ATTRIBUTES = 50
ATTRIBUTE_CHARS = 60
VALUE_CHARS = 500


class BadAttributes(Refused):
    """Attributes are up to 50 pairs: names of 1 to 60 characters, values of up to 500, or null to
    take one away."""


class NoSubscriber(NotFound):
    """This publication has no such subscriber."""


@dataclass(frozen=True, slots=True)
class PublicationSubscriber:
    """A subscriber with their subscription to one publication."""

    subscriber: Subscriber
    subscription: Subscription
    is_suppressed: bool

    @property
    def id(self) -> int:
        """The id by which programs know the reader; it is never given to another one."""
        return self.subscription.reader_id


def by_address(
    session: Session,
    publication_id: int,
    address: str,
) -> PublicationSubscriber:
    """Return the subscriber of an address, however it is spelled.

    Raises BadAddress or NoSubscriber.
    """
    return _find(session, publication_id, has_mailbox(normalise(address)))


def by_id(
    session: Session,
    publication_id: int,
    subscriber_id: int,
) -> PublicationSubscriber:
    """Return the subscriber whom programs know by an id. Raises NoSubscriber."""
    own = col(Subscription.own_id)
    of_subscriber = (col(Subscription.subscriber_id) == subscriber_id) & own.is_(None)
    return _find(session, publication_id, of_subscriber | (own == subscriber_id))


def set_name(
    session: Session,
    found: PublicationSubscriber,
    name: str,
    now: datetime,
) -> bool:
    """Give a subscriber the name that this publication uses. True if it was another one."""
    called = one_line(name)[:NAME_CHARS]
    if called == found.subscription.name:
        return False
    found.subscription.name = called
    _note_change(session, found, now)
    return True


def set_attributes(
    session: Session,
    found: PublicationSubscriber,
    attributes: Mapping[str, str | None],
    now: datetime,
) -> bool:
    """Set these attributes and leave the others; None takes one away.

    True if that changed something. Raises BadAttributes.
    """
    before = found.subscription.attributes
    after = _without_none({**before, **attributes})
    _refuse_unfit(after)
    if after == before:
        return False
    found.subscription.attributes = after
    _note_change(session, found, now)
    return True


def describe_subscriber(
    session: Session,
    publication_id: int,
    subscriber_id: int,
) -> dict[str, object] | None:
    """Return a subscriber as programs read them: plain values, times as RFC 3339 in UTC.

    None if this publication has them no more.
    """
    try:
        found = by_id(session, publication_id, subscriber_id)
    except NoSubscriber:
        return None
    return _describe(found)


def _without_none(
    attributes: Mapping[str, str | None],
) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value is not None}


def _refuse_unfit(
    attributes: Mapping[str, str],
) -> None:
    """Raises BadAttributes."""
    # Refused whole: a program must not wonder which part of it was kept.
    if len(attributes) > MOST_ATTRIBUTES or not all(map(_fits, attributes.items())):
        raise BadAttributes


def _fits(
    attribute: tuple[str, str],
) -> bool:
    name, value = attribute
    return 1 <= len(name) <= ATTRIBUTE_CHARS and len(value) <= VALUE_CHARS


def _describe(found: PublicationSubscriber) -> dict[str, object]:
    subscription = found.subscription
    # Programs depend on these keys: docs/api.md and docs/webhooks.md show them.
    return {
        "id": found.id,
        "address": found.subscriber.address,
        "name": subscription.name,
        "status": subscription.status,
        "is_suppressed": found.is_suppressed,
        "frequency": subscription.frequency,
        "topics": subscription.topics,
        "source": subscription.source,
        "attributes": subscription.attributes,
        "joined_at": _time(subscription.joined_at),
        "confirmed_at": _time(subscription.confirmed_at),
        "left_at": _time(subscription.left_at),
    }


def _time(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def _note_change(
    session: Session,
    found: PublicationSubscriber,
    now: datetime,
) -> None:
    session.flush()
    changes.note(session, [found.subscription], "changed", now)


def _find(
    session: Session,
    publication_id: int,
    condition: Condition,
) -> PublicationSubscriber:
    row = session.exec(_subscribers(publication_id).where(condition)).one_or_none()
    if row is None:
        raise NoSubscriber
    subscriber, subscription = row
    return PublicationSubscriber(
        subscriber,
        subscription,
        _is_known_suppressed(session, subscriber.address, subscription),
    )


def _is_known_suppressed(
    session: Session,
    address: str,
    subscription: Subscription,
) -> bool:
    """True for an address that must not be mailed, if this publication has to do with it.

    Of somebody who never agreed here, what came before is another publication's (docs/adr/0043).
    """
    if not is_suppressed(session, address):
        return False
    return subscription.status != "unconfirmed" or not was_suppressed_before(
        session, address, subscription.joined_at
    )


def _subscribers(publication_id: int) -> Select[Subscriber, Subscription]:
    """Select the subscribers of a publication, with their subscriptions."""
    query = select(Subscriber, Subscription).join(Subscription, is_same_person())
    return query.where(of_publication(publication_id))
