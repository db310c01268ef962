"""A person's messages: told to them, and forgotten. A forgotten one stays in its delivery's account, without whose it was."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select, update

from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import WAITING
from newsletter.issues.models import Issue
from newsletter.text import rfc3339


def messages_of(session: Session, subscriber_id: int) -> Sequence[Mapping[str, object]]:
    """Return a person's messages in words for them, the oldest first; times as RFC 3339."""
    query = select(Message, Issue).join(Issue, col(Issue.id) == col(Message.issue_id))
    rows = session.exec(query.where(is_message_of(subscriber_id)).order_by(col(Message.id))).all()
    return [
        {
            "issue": issue.number,
            "subject": issue.subject,
            "to": message.address,
            "status": message.status,
            "at": rfc3339(message.settled_at or message.due_at),
        }
        for message, issue in rows
    ]


def forget_messages(session: Session, subscriber_id: int, now: datetime) -> None:
    """Take address and name off a person's messages; what waited is cancelled. What the relay said stays, without the address."""
    waiting = update(Message).where(is_message_of(subscriber_id), col(Message.status).in_(WAITING))
    session.exec(waiting.values(status="cancelled", settled_at=now))
    session.exec(
        update(Message)
        .where(is_message_of(subscriber_id))
        .values(address="", name="", confirmed_at=None, reply="")
    )


def is_message_of(subscriber_id: int) -> ColumnElement[bool]:
    """The condition of a person's messages. They are found by the unique key (issue, subscriber), issue by issue: the table
    has one row for each letter ever sent."""
    return and_(
        col(Message.issue_id).in_(select(Delivery.issue_id)),
        col(Message.subscriber_id) == subscriber_id,
    )
