"""Reading subscribers, for editors: the list, and one person with what they agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from subscribers.conditions import has_status, is_same_person, of_publication
from subscribers.joining.signup import read_subscription
from subscribers.kept.searching import matching_ids
from subscribers.models import (
    ConsentRecord,
    Import,
    Subscriber,
    Subscription,
    Suppression,
)
from subscribers.status import STATUSES

SOME = 200  # candidates of a search whose lines are read at once


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
    if not q:
        keys = _latest_ids(session, publication_id, status, before, limit)
        return _read_lines(session, publication_id, status, keys)
    lines: list[SubscriberLine] = []
    found = matching_ids(session, publication_id, q, status=status, before=before)
    while len(lines) < limit and (keys := list(islice(found, SOME))):
        lines += _read_lines(session, publication_id, status, keys)
    return lines[:limit]


def read_person(session: Session, subscription_id: int) -> Person:
    """Return one person; raises NoSubscription."""
    subscription = read_subscription(session, subscription_id)
    subscriber = session.get_one(Subscriber, subscription.subscriber_id)
    return Person(
        subscriber,
        subscription,
        session.exec(_suppression_of(subscriber.mailbox)).first() or "",
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
            col(Suppression.mailbox) == col(Subscriber.mailbox),
        )
        .outerjoin(
            Import,
            col(Import.id) == col(Subscription.import_id),
        )
    )


def _latest_ids(
    session: Session,
    publication_id: int,
    status: str,
    before: int,
    limit: int,
) -> Sequence[int]:
    """Return the latest ids below `before`, of a status or of all."""
    # The index of the list has the ids of each status in order: so one query for each.
    statuses = [status] if status else STATUSES
    found: list[int] = []
    for each in statuses:
        query = select(Subscription.id).where(of_publication(publication_id), has_status(each))
        if before:
            query = query.where(col(Subscription.id) < before)
        latest = session.exec(query.order_by(col(Subscription.id).desc()).limit(limit))
        found += [key for key in latest if key]
    return sorted(found, reverse=True)[:limit]


def _read_lines(
    session: Session,
    publication_id: int,
    status: str,
    keys: Sequence[int],
) -> Sequence[SubscriberLine]:
    """Return the lines of these ids, those of other publications and statuses left out."""
    # By the ids alone: SQLite would read the whole publication by an index that begins with it.
    rows = session.exec(_lines().where(col(Subscription.id).in_(keys)))
    lines = [_line(*row) for row in rows if _is_wanted(row[0], publication_id, status)]
    return sorted(lines, key=lambda line: line.subscription_id, reverse=True)


def _is_wanted(subscription: Subscription, publication_id: int, status: str) -> bool:
    is_here = subscription.publication_id == publication_id
    return is_here and status in ("", subscription.status)


def _line(
    subscription: Subscription,
    subscriber: Subscriber,
    reason: str | None,
    file_name: str | None,
) -> SubscriberLine:
    return SubscriberLine(
        subscription.key,
        subscriber.address,
        subscription.name,
        subscription.status,
        subscription.joined_at,
        reason or "",
        file_name or "",
    )


def _suppression_of(mailbox: str) -> SelectOfScalar[str]:
    return select(Suppression.reason).filter_by(mailbox=mailbox)


def _import_of(session: Session, subscription: Subscription) -> Import | None:
    if not subscription.import_id:
        return None
    return session.get(Import, subscription.import_id)


def _consent_of(subscription_id: int) -> SelectOfScalar[ConsentRecord]:
    query = select(ConsentRecord).filter_by(subscription_id=subscription_id)
    return query.order_by(col(ConsentRecord.id).desc())
