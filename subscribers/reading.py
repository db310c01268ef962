"""Reading subscribers, for editors: the list, one person, and what they agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from subscribers.addresses import stored_spelling
from subscribers.joining.signup import read_subscription
from subscribers.models import ConsentRecord, Import, Subscriber, Subscription, Suppression

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
    suppression: str
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
    """Return subscribers below the id `before`, who joined last first: of a status, whose name has `q` in it or whose address has, in
    either spelling of its domain."""
    query = (
        select(Subscription, Subscriber, Suppression.reason, Import.file_name)
        .join(Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id))
        .outerjoin(Suppression, col(Suppression.address) == col(Subscriber.address))
        .outerjoin(Import, col(Import.id) == col(Subscription.import_id))
        .where(col(Subscription.publication_id) == publication_id)
    )
    if status:
        query = query.where(col(Subscription.status) == status)
    if q:
        address, name = col(Subscriber.address), col(Subscriber.name)
        said = [address.icontains(one, autoescape=True) for one in sorted({q, stored_spelling(q)})]
        query = query.where(or_(*said, name.icontains(q, autoescape=True)))
    if before:
        query = query.where(col(Subscription.id) < before)
    found = session.exec(query.order_by(col(Subscription.id).desc()).limit(limit)).all()
    return [
        SubscriberLine(
            subscription.key,
            subscriber.address,
            subscriber.name,
            subscription.status,
            subscription.joined_at,
            reason or "",
            file_name or "",
        )
        for subscription, subscriber, reason, file_name in found
    ]


def read_person(session: Session, subscription_id: int) -> Person:
    """Return one person; raises NoSubscription."""
    subscription = read_subscription(session, subscription_id)
    subscriber = session.get_one(Subscriber, subscription.subscriber_id)
    reason = session.exec(
        select(Suppression.reason).where(col(Suppression.address) == subscriber.address)
    ).first()
    imported_by = session.get(Import, subscription.import_id) if subscription.import_id else None
    consent = session.exec(
        select(ConsentRecord)
        .where(col(ConsentRecord.subscription_id) == subscription_id)
        .order_by(col(ConsentRecord.id).desc())
    ).all()
    return Person(subscriber, subscription, reason or "", imported_by, consent)
