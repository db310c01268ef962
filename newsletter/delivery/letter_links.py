"""Who a letter's links are for.

A link names the issue and the subscriber, not the message: so it works for ever, also when the
messages of that issue are long forgotten.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from newsletter.delivery.models import Delivery, Message
from newsletter.errors import NotFound
from newsletter.issues.models import Issue
from newsletter.tokens import unpair
from subscribers.models import Subscriber, Subscription


class NoLetter(NotFound):
    """This link belongs to a letter that we do not know."""


@dataclass(frozen=True, slots=True)
class LetterReader:
    """The person whom a letter was for.

    `subscription_id` is 0 and `address` "" for somebody who was forgotten since.
    """

    publication_id: int
    subscriber_id: int
    subscription_id: int
    address: str
    status: str  # of the subscription
    issue_id: int | None = None


def reader_by_letter_token(session: Session, number: int) -> LetterReader:
    """Return whom a token of purpose `letter` is for. Raises NoLetter."""
    issue_id, subscriber_id = unpair(number)
    query = select(Issue.publication_id).filter_by(id=issue_id)
    publication_id = session.exec(query).one_or_none()
    if publication_id is None:
        raise NoLetter
    return _read_reader(
        session,
        publication_id,
        subscriber_id,
        issue_id,
    )


def reader_by_preferences_token(session: Session, number: int) -> LetterReader:
    """Return whom a token of purpose `preferences` is for. Raises NoLetter.

    It is in the letters that belong to no issue.
    """
    publication_id, subscriber_id = unpair(number)
    if not publication_id:
        # letters of the first version carry the subscription's id, a number without a pair
        old = session.get(Subscription, number)
        if old is None:
            raise NoLetter
        publication_id = old.publication_id
        subscriber_id = old.subscriber_id
    return _read_reader(
        session,
        publication_id,
        subscriber_id,
        None,
    )


def reader_by_leave_token(session: Session, message_id: int) -> LetterReader:
    """Return whom a token of purpose `leave` is for. Raises NoLetter.

    Letters of the first version carry it; their links must work for ever, too.
    """
    query = (
        select(Message.issue_id, Message.subscriber_id, Delivery.publication_id)
        .join(
            Delivery,
            col(Delivery.id) == Message.delivery_id,
        )
        .where(Message.id == message_id)
    )
    row = session.exec(query).one_or_none()
    if row is None:
        raise NoLetter
    issue_id, subscriber_id, publication_id = row
    return _read_reader(
        session,
        publication_id,
        subscriber_id,
        issue_id,
    )


def _read_reader(
    session: Session,
    publication_id: int,
    subscriber_id: int,
    issue_id: int | None,
) -> LetterReader:
    query = (
        select(Subscription, Subscriber.address)
        .join(
            Subscriber,
            col(Subscriber.id) == Subscription.subscriber_id,
        )
        .where(
            Subscription.subscriber_id == subscriber_id,
            Subscription.publication_id == publication_id,
        )
    )
    row = session.exec(query).one_or_none()
    if row is None:
        return LetterReader(
            publication_id,
            subscriber_id,
            0,
            "",
            "unsubscribed",
            issue_id,
        )
    subscription, address = row
    return LetterReader(
        publication_id,
        subscriber_id,
        subscription.key,
        address,
        subscription.status,
        issue_id,
    )
