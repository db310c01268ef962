"""Reading subscribers, for editors: the list, and one person with what they agreed to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from subscribers.addresses import stored_spelling
from subscribers.conditions import Condition, has_status, is_same_person, of_publication
from subscribers.joining.signup import read_subscription
from subscribers.models import (
    ConsentRecord,
    Import,
    Subscriber,
    Subscription,
    Suppression,
)

STATUSES = ("active", "unconfirmed", "unsubscribed")


@dataclass(frozen=True, slots=True)
class SubscriberLine:
    """One line of the list."""

    subscription_id: int
    address: str
    name: str
    status: str
    joined_at: datetime
    suppression: str  # why they must not be mailed; "" if they may be
    file_name: str  # of the import they came by; "" for a sign-up


@dataclass(frozen=True, slots=True)
class Person:
    """One subscriber of one publication, with the evidence of what they agreed to, newest first."""

    subscriber: Subscriber
    subscription: Subscription
    suppression: str  # why they must not be mailed; "" if they may be
    imported_by: Import | None
    consent: Sequence[ConsentRecord]


def list_subscribers(
    session: Session,
    publication_id: int,
    *,
    status: str = "",
    q: str = "",
    before: int = 0,
    limit: int,
) -> Sequence[SubscriberLine]:
    """Return lines of the list, the latest sign-up first.

    Only of a status, if one is given; only with `q` in the name, or in the address in either
    spelling of its domain; only with subscription ids below `before`, for the next page.
    """
    query = _lines().where(of_publication(publication_id), *_wanted(status, q, before))
    rows = session.exec(query.order_by(col(Subscription.id).desc()).limit(limit)).all()
    return [_line(*row) for row in rows]


def read_person(session: Session, subscription_id: int) -> Person:
    """Return one person; raises NoSubscription."""
    subscription = read_subscription(session, subscription_id)
    subscriber = session.get_one(Subscriber, subscription.subscriber_id)
    return Person(
        subscriber,
        subscription,
        session.exec(_suppression_of(subscriber.address)).first() or "",
        _import_of(session, subscription),
        session.exec(_consent_of(subscription_id)).all(),
    )


def _lines() -> Select[Subscription, Subscriber, str | None, str | None]:
    return (
        select(Subscription, Subscriber, Suppression.reason, Import.file_name)
        .join(
            Subscriber,
            is_same_person(),
        )
        .outerjoin(
            Suppression,
            col(Suppression.address) == col(Subscriber.address),
        )
        .outerjoin(
            Import,
            col(Import.id) == col(Subscription.import_id),
        )
    )


def _wanted(
    status: str,
    q: str,
    before: int,
) -> Iterator[Condition]:
    if status:
        yield has_status(status)
    if q:
        yield _has_text(q)
    if before:
        yield col(Subscription.id) < before


def _has_text(q: str) -> Condition:
    address = col(Subscriber.address)
    # Escaped: "%" and "_" are letters of a name here.
    in_address = [address.icontains(spelling, autoescape=True) for spelling in _spellings(q)]
    return or_(*in_address, col(Subscriber.name).icontains(q, autoescape=True))


def _spellings(q: str) -> Sequence[str]:
    # An editor types bücher.example or xn--bcher-kva.example, and means the same.
    return sorted({q, stored_spelling(q)})


def _line(
    subscription: Subscription,
    subscriber: Subscriber,
    reason: str | None,
    file_name: str | None,
) -> SubscriberLine:
    return SubscriberLine(
        subscription.key,
        subscriber.address,
        subscriber.name,
        subscription.status,
        subscription.joined_at,
        reason or "",
        file_name or "",
    )


def _suppression_of(address: str) -> SelectOfScalar[str]:
    return select(Suppression.reason).filter_by(address=address)


def _import_of(session: Session, subscription: Subscription) -> Import | None:
    if not subscription.import_id:
        return None
    return session.get(Import, subscription.import_id)


def _consent_of(subscription_id: int) -> SelectOfScalar[ConsentRecord]:
    query = select(ConsentRecord).filter_by(subscription_id=subscription_id)
    return query.order_by(col(ConsentRecord.id).desc())
