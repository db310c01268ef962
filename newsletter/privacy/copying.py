"""A copy of all that is held of a person, as plain values for JSON. Times are RFC 3339, in UTC."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.delivery.forgetting import is_message_of, messages_of
from newsletter.delivery.models import Message, Vote
from newsletter.intake import quarantine
from newsletter.letters.forgetting import letters_to
from newsletter.publications.reading import read_publication
from newsletter.text import rfc3339
from newsletter.tools import submissions
from newsletter.tracking.models import Event
from subscribers.models import (
    AddressChange,
    ConsentRecord,
    Leave,
    Subscriber,
    Subscription,
)
from subscribers.preferences import subscriptions_of

T = TypeVar("T", bound=SQLModel)
Values = dict[str, object]


def copy_personal_data(session: Session, subscriber_id: int) -> Values:
    """Return what is held of a subscriber; {} of a forgotten one."""
    subscriber = session.get(Subscriber, subscriber_id)
    if subscriber is None:
        return {}
    address = subscriber.address
    subscriptions = subscriptions_of(session, subscriber_id)
    # The keys are words for the person, who opens the file.
    return {
        "you": _row(subscriber),
        "subscriptions": [_subscription(session, found) for found in subscriptions],
        "changes of address": _address_changes(session, subscriber_id),
        "issues sent to you": list(map(dict, messages_of(session, subscriber_id))),
        "opens and clicks": _events(session, subscriber_id),
        "votes": _votes(session, subscriber_id),
        # Rooms that know a person by their address only.
        "other letters to you": list(map(dict, letters_to(session, address))),
        "in quarantine": _rows(quarantine.held_of(session, address)),
        "tools that you sent in": _rows(submissions.find_by_contact(session, address)),
    }


def as_json(value: object) -> object:
    """Return a time as text, anything else as it is."""
    return rfc3339(value) if isinstance(value, datetime) else value


def _subscription(session: Session, subscription: Subscription) -> Values:
    """Return one subscription with all that belongs to it."""
    publication = read_publication(session, subscription.publication_id)
    return {
        "publication": publication.name,
        **_row(subscription),
        "what you agreed to": _consents(session, subscription.key),
        "leaves": _leaves(session, subscription.key),
    }


def _consents(session: Session, subscription_id: int) -> list[Values]:
    query = (
        select(ConsentRecord)
        .filter_by(subscription_id=subscription_id)
        .order_by(col(ConsentRecord.id))
    )
    return _read(session, query)


def _leaves(session: Session, subscription_id: int) -> list[Values]:
    query = select(Leave).filter_by(subscription_id=subscription_id).order_by(col(Leave.id))
    return _read(session, query)


def _address_changes(session: Session, subscriber_id: int) -> list[Values]:
    query = select(AddressChange).filter_by(subscriber_id=subscriber_id)
    return _read(session, query)


def _events(session: Session, subscriber_id: int) -> list[Values]:
    """Return opens and clicks, the oldest first."""
    query = (
        select(Event)
        .join(Message, col(Message.id) == col(Event.message_id))
        .where(is_message_of(subscriber_id))
        .order_by(col(Event.id))
    )
    return _read(session, query)


def _votes(session: Session, subscriber_id: int) -> list[Values]:
    query = select(Vote).filter_by(subscriber_id=subscriber_id)
    return _read(session, query)


def _read(session: Session, query: SelectOfScalar[T]) -> list[Values]:
    """Return the rows of a query."""
    return _rows(session.exec(query).all())


def _rows(rows: Iterable[SQLModel]) -> list[Values]:
    return [_row(row) for row in rows]


def _row(row: SQLModel) -> Values:
    """Return the columns that hold something."""
    # Read from the table: a column that is added later is copied without a change here.
    names = [column.key for column in inspect(type(row)).columns]
    values = {name: getattr(row, name) for name in names}
    return {name: as_json(value) for name, value in values.items() if _holds_something(value)}


def _holds_something(value: object) -> bool:
    return value not in ("", None, [], {})
