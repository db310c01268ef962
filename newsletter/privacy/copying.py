"""Telling: a copy of all that is held of a person, as plain values for JSON. Times are RFC 3339, in UTC."""

from datetime import datetime

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from newsletter.delivery.forgetting import is_message_of, messages_of
from newsletter.delivery.models import Message, Vote
from newsletter.intake import quarantine
from newsletter.letters.forgetting import letters_to
from newsletter.publications.reading import read_publication
from newsletter.tools import submissions
from newsletter.tracking.models import Event
from subscribers.models import AddressChange, ConsentRecord, Leave, Subscriber, Subscription
from subscribers.preferences import subscriptions_of


def copy_personal_data(session: Session, subscriber_id: int) -> dict[str, object]:
    """Return what is held of a subscriber; {} of who was forgotten."""
    subscriber = session.get(Subscriber, subscriber_id)
    if subscriber is None:
        return {}
    changes = session.exec(
        select(AddressChange).where(col(AddressChange.subscriber_id) == subscriber_id)
    ).all()
    return {
        "you": _row(subscriber),
        "subscriptions": [
            _subscription(session, one) for one in subscriptions_of(session, subscriber_id)
        ],
        "changes of address": [_row(one) for one in changes],
        "issues sent to you": [dict(one) for one in messages_of(session, subscriber_id)],
        "opens and clicks": _events(session, subscriber_id),
        "votes": [
            _row(one)
            for one in session.exec(select(Vote).where(col(Vote.subscriber_id) == subscriber_id))
        ],
        "other letters to you": [dict(one) for one in letters_to(session, subscriber.address)],
        "in quarantine": [_row(one) for one in quarantine.held_of(session, subscriber.address)],
        "tools that you sent in": [
            _row(one) for one in submissions.find_by_contact(session, subscriber.address)
        ],
    }


def _subscription(session: Session, one: Subscription) -> dict[str, object]:
    consents = (
        select(ConsentRecord)
        .where(col(ConsentRecord.subscription_id) == one.id)
        .order_by(col(ConsentRecord.id))
    )
    leaves = select(Leave).where(col(Leave.subscription_id) == one.id).order_by(col(Leave.id))
    return {
        "publication": read_publication(session, one.publication_id).name,
        **_row(one),
        "what you agreed to": [_row(each) for each in session.exec(consents)],
        "leaves": [_row(each) for each in session.exec(leaves)],
    }


def _events(session: Session, subscriber_id: int) -> list[dict[str, object]]:
    theirs_only = (
        select(Event)
        .join(Message, col(Message.id) == col(Event.message_id))
        .where(is_message_of(subscriber_id))
    )
    return [_row(each) for each in session.exec(theirs_only.order_by(col(Event.id)))]


def _row(row: SQLModel) -> dict[str, object]:
    """All columns that hold something: what is added to a table later is told without a word here."""
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}
    return {
        name: as_json(value) for name, value in values.items() if value not in ("", None, [], {})
    }


def as_json(value: object) -> object:
    """A time as text; anything else as it is."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
