"""One person's messages: a copy of them in words, and the removal of address and name.

A forgotten person's message stays as a row, so that its delivery's account still adds up.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select, update

from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import WAITING
from newsletter.issues.models import Issue
from newsletter.text import rfc3339

# What a forgotten person's message keeps of them. The reply goes, too: relays repeat the address in
# it. Its codes stay, they name nobody.
NAMELESS = {"address": "", "name": "", "confirmed_at": None, "reply": ""}


def messages_of(session: Session, subscriber_id: int) -> Sequence[Mapping[str, object]]:
    """Return a person's messages in words for them, the oldest first; times as RFC 3339."""
    query = (
        select(Message, Issue)
        .join(
            Issue,
            col(Issue.id) == Message.issue_id,
        )
        .where(is_message_of(subscriber_id))
        .order_by(col(Message.id))
    )
    return [_in_words(message, issue) for message, issue in session.exec(query)]


def _in_words(message: Message, issue: Issue) -> Mapping[str, object]:
    return {
        "issue": issue.number,
        "subject": issue.subject,
        "to": message.address,
        "status": message.status,
        "at": rfc3339(message.settled_at or message.due_at),
    }


def forget_messages(session: Session, subscriber_id: int, now: datetime) -> None:
    """Take address and name off a person's messages; those that waited are cancelled."""
    theirs = update(Message).where(is_message_of(subscriber_id))
    waiting = theirs.where(col(Message.status).in_(WAITING))
    session.exec(waiting.values(status="cancelled", settled_at=now))
    session.exec(theirs.values(NAMELESS))


def is_message_of(subscriber_id: int) -> ColumnElement[bool]:
    """Return the condition of a person's messages."""
    # The table has a row for each letter ever sent, and its unique key begins with the issue: with
    # the issues named, one look-up an issue finds them; without, the whole table is read.
    return and_(
        col(Message.issue_id).in_(select(Delivery.issue_id)),
        col(Message.subscriber_id) == subscriber_id,
    )
