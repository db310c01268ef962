"""One person's messages: a copy in words, those of two who become one, and the removal of a person.

A forgotten person's message stays as a row, so that its delivery's account still adds up.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import Select

from newsletter.clock import AT_ONCE
from newsletter.delivery.models import Delivery, Message, cancelling
from newsletter.delivery.planning import wait_for_slices
from newsletter.delivery.status import OPEN
from newsletter.issues.models import Issue
from newsletter.statements import locked
from newsletter.text import rfc3339

ARRIVES = ("claimed", "accepted", "uncertain")  # or did
# What a forgotten person's message keeps of them. The reply goes, too: relays repeat the address in
# it. Its codes stay, they name nobody.
NAMELESS = {"address": "", "name": "", "confirmed_at": None, "import_id": None, "reply": ""}


def messages_of(session: Session, subscriber_id: int) -> Sequence[Mapping[str, object]]:
    """Return a person's messages in words for them, the oldest first; times as RFC 3339."""
    return [_in_words(*row) for row in session.exec(_with_issues(subscriber_id))]


def _with_issues(subscriber_id: int) -> Select[Message, Issue]:
    """Return the query of a person's messages with their issues, the oldest first."""
    of_issue = col(Issue.id) == Message.issue_id
    theirs = select(Message, Issue).join(Issue, of_issue).where(is_message_of(subscriber_id))
    return theirs.order_by(col(Message.id))


def _in_words(message: Message, issue: Issue) -> Mapping[str, object]:
    """Return a message as its reader may read it."""
    return {
        "issue": issue.number,
        "subject": issue.subject,
        "to": message.address,
        "status": message.status,
        "at": rfc3339(message.settled_at or max(message.due_at, issue.sent_at or AT_ONCE)),
    }


def forget_messages(
    session: Session,
    subscriber_id: int,
    now: datetime,
) -> None:
    """Take address and name off a person's messages; those that waited are cancelled."""
    wait_for_slices(session)
    is_theirs = is_message_of(subscriber_id)
    session.exec(cancelling(now).where(is_theirs))
    session.exec(update(Message).where(is_theirs).values(NAMELESS))


def merge_messages(
    session: Session,
    gone: int,
    into: int,
    now: datetime,
) -> None:
    """Give the messages of a subscriber to the one who took over their address.

    Each issue reaches that address once: what has gone there, or goes at this moment, is kept, and
    the other message of that issue is cancelled.
    """
    wait_for_slices(session)
    kept = _by_issue(session, into)
    for message in _by_issue(session, gone).values():
        _merge_message(session, message, kept.get(message.issue_id), into)
    forget_messages(session, gone, now)


def _by_issue(session: Session, subscriber_id: int) -> Mapping[int, Message]:
    theirs = locked(select(Message).where(is_message_of(subscriber_id)))
    return {message.issue_id: message for message in session.exec(theirs)}


def _merge_message(
    session: Session,
    message: Message,
    other: Message | None,
    into: int,
) -> None:
    """Give a message to the reader `into`, unless their own of that issue is the one to keep."""
    gone = message.subscriber_id
    if other is None:
        message.subscriber_id = into
    elif message.status in ARRIVES and other.status in OPEN:
        # one after the other: nobody has two messages of one issue, not for a moment
        for changed, owner in ((other, -gone), (message, into), (other, gone)):
            changed.subscriber_id = owner
            session.flush()


def is_message_of(subscriber_id: int) -> ColumnElement[bool]:
    """Return the condition of a person's messages."""
    # The table has a row for each letter ever sent, and its unique key begins with the issue: with
    # the issues named, one look-up an issue finds them; without, the whole table is read.
    return and_(
        col(Message.issue_id).in_(select(Delivery.issue_id)),
        col(Message.subscriber_id) == subscriber_id,
    )
