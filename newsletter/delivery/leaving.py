"""Whom the links of a letter speak of; and leaving by one: what still waits for that reader is cancelled, the issue is noted.

A link names the issue and the subscriber, not the message: it works for ever, also when messages are long forgotten.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import UNDER_WAY, WAITING
from newsletter.errors import NotFound
from newsletter.issues.models import Issue
from newsletter.tokens import unpair
from subscribers.leaving import unsubscribing
from subscribers.leaving.scanners import ButtonPress, is_doubtful
from subscribers.leaving.unsubscribing import Way
from subscribers.models import Subscriber, Subscription


class NoLetter(NotFound):
    """This link belongs to a letter that we do not know."""


@dataclass(frozen=True, slots=True)
class LetterReader:
    """Whom a letter was for. `subscription_id` is 0 and `address` "" for who was forgotten since: nothing comes to them."""

    publication_id: int
    subscriber_id: int
    subscription_id: int
    address: str
    status: str
    issue_id: int | None = None


def reader_by_letter_token(session: Session, number: int) -> LetterReader:
    """Return whom a token of purpose `letter` speaks of. Raises NoLetter."""
    issue_id, subscriber_id = unpair(number)
    publication_id = session.exec(
        select(Issue.publication_id).where(col(Issue.id) == issue_id)
    ).one_or_none()
    if publication_id is None:
        raise NoLetter
    return _read(session, publication_id, subscriber_id, issue_id)


def reader_by_preferences_token(session: Session, number: int) -> LetterReader:
    """Return whom a token of purpose `preferences` speaks of: it stands in letters that belong to no issue."""
    publication_id, subscriber_id = unpair(number)
    if not publication_id:  # letters of the first version carry the subscription's id
        old = session.get(Subscription, number)
        if old is None:
            raise NoLetter
        publication_id, subscriber_id = old.publication_id, old.subscriber_id
    return _read(session, publication_id, subscriber_id, None)


def reader_by_leave_token(session: Session, message_id: int) -> LetterReader:
    """Return whom a token of purpose `leave` speaks of: letters of the first version carry it. Raises NoLetter."""
    row = session.exec(
        select(Message.issue_id, Message.subscriber_id, Delivery.publication_id)
        .join(Delivery, col(Delivery.id) == col(Message.delivery_id))
        .where(col(Message.id) == message_id)
    ).one_or_none()
    if row is None:
        raise NoLetter
    issue_id, subscriber_id, publication_id = row
    return _read(session, publication_id, subscriber_id, issue_id)


def leave(
    session: Session, reader: LetterReader, *, by: str, network: str = "", now: datetime
) -> bool:
    """End the subscription that a letter was sent for, attribute it, and cancel what still waits. True if it changed."""
    if not reader.subscription_id:
        return False
    changed = unsubscribing.end_subscription(
        session,
        reader.subscription_id,
        by=by,
        issue_id=reader.issue_id,
        after_s=seconds_since_acceptance(session, reader, now),
        network=network,
        now=now,
    )
    cancel_waiting(session, reader.publication_id, reader.subscriber_id, now)
    return changed


def press_leave(
    session: Session,
    reader: LetterReader,
    *,
    by: str,
    looked_s: float | None,
    is_second: bool,
    network: str,
    now: datetime,
) -> bool:
    """Leave by the button of a page. False if a scanner may have pressed it: then the leave is noted as doubtful."""
    if not reader.subscription_id or reader.status == "unsubscribed":
        return True
    after_s = seconds_since_acceptance(session, reader, now)
    others = unsubscribing.others_nearby(session, reader.subscription_id, network, now)
    if is_doubtful(ButtonPress(after_s, looked_s, others, is_second)):
        unsubscribing.note_doubtful_leave(
            session, reader.subscription_id, Way(by, reader.issue_id, after_s, network), now
        )
        return False
    leave(session, reader, by=by, network=network, now=now)
    return True


def seconds_since_acceptance(session: Session, reader: LetterReader, now: datetime) -> int | None:
    """Return how many seconds ago the relay accepted the reader's letter of that issue; None if that is not known."""
    if reader.issue_id is None:
        return None
    query = select(Message.settled_at, Message.claimed_at).where(
        col(Message.issue_id) == reader.issue_id, col(Message.subscriber_id) == reader.subscriber_id
    )
    settled_at, claimed_at = session.exec(query).one_or_none() or (None, None)
    at = settled_at or claimed_at  # a scanner may come before the reply is recorded
    return max(0, round((now - at).total_seconds())) if at else None


def cancel_waiting(
    session: Session, publication_id: int, subscriber_id: int, now: datetime
) -> None:
    """Who left or snoozes gets nothing of what is on its way and was not offered yet."""
    going = select(Delivery.issue_id).where(
        col(Delivery.publication_id) == publication_id, col(Delivery.status).in_(UNDER_WAY)
    )
    waiting = update(Message).where(
        col(Message.subscriber_id) == subscriber_id,
        col(Message.issue_id).in_(going),
        col(Message.status).in_(WAITING),
    )
    session.exec(waiting.values(status="cancelled", settled_at=now))


def _read(
    session: Session, publication_id: int, subscriber_id: int, issue_id: int | None
) -> LetterReader:
    row = session.exec(
        select(Subscription, Subscriber.address)
        .join(Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id))
        .where(
            col(Subscription.subscriber_id) == subscriber_id,
            col(Subscription.publication_id) == publication_id,
        )
    ).one_or_none()
    if row is None:
        return LetterReader(publication_id, subscriber_id, 0, "", "unsubscribed", issue_id)
    subscription, address = row
    return LetterReader(
        publication_id, subscriber_id, subscription.key, address, subscription.status, issue_id
    )
