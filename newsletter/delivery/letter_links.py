"""Who a letter's links are for.

A link names the issue and the subscriber, not the message: so it works for ever, also when the
messages of that issue are long forgotten.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from newsletter.delivery.models import Delivery, Message
from newsletter.errors import NotFound
from newsletter.issues.models import Issue
from newsletter.tokens import unpair
from subscribers.merging import remaining_subscriber, remaining_subscription
from subscribers.models import Subscriber, Subscription

# the id, address and status of a subscription whose subscriber was forgotten
FORGOTTEN = (None, "", "unsubscribed")


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
    return _read_reader(
        session,
        _publication_of(session, issue_id),
        subscriber_id,
        issue_id,
    )


def _publication_of(session: Session, issue_id: int) -> int:
    """Return the publication of an issue. Raises NoLetter."""
    issue = session.get(Issue, issue_id)
    if issue is None:
        raise NoLetter
    return issue.publication_id


def reader_by_preferences_token(session: Session, number: int) -> LetterReader:
    """Return whom a token of purpose `preferences` is for. Raises NoLetter.

    It is in the letters that belong to no issue.
    """
    publication_id, subscriber_id = unpair(number)
    if not publication_id:
        # letters of the first version carry the subscription's id, a number without a pair
        publication_id, subscriber_id = _pair_of_subscription(session, number)
    return _read_reader(
        session,
        publication_id,
        subscriber_id,
        None,
    )


def _pair_of_subscription(session: Session, subscription_id: int) -> tuple[int, int]:
    subscription = session.get(Subscription, remaining_subscription(session, subscription_id))
    if subscription is None:
        raise NoLetter
    return subscription.publication_id, subscription.subscriber_id


def reader_by_leave_token(session: Session, message_id: int) -> LetterReader:
    """Return whom a token of purpose `leave` is for. Raises NoLetter.

    Letters of the first version carry it; their links must work for ever, too.
    """
    row = session.exec(_keys_of_message(message_id)).one_or_none()
    if row is None:
        raise NoLetter
    return _read_reader(session, *row)


def _keys_of_message(message_id: int) -> Select[int, int, int]:
    """Return the query of a message's publication, subscriber and issue."""
    of_message = col(Delivery.id) == Message.delivery_id
    keys = select(Delivery.publication_id, Message.subscriber_id, Message.issue_id)
    return keys.join(Message, of_message).where(Message.id == message_id)


def _read_reader(
    session: Session,
    publication_id: int,
    subscriber_id: int,
    issue_id: int | None,
) -> LetterReader:
    row = session.exec(_subscription(publication_id, subscriber_id)).one_or_none()
    if row is None:
        subscriber_id = remaining_subscriber(session, subscriber_id)
        row = session.exec(_subscription(publication_id, subscriber_id)).one_or_none()
    subscription_id, address, status = row or FORGOTTEN
    return LetterReader(
        publication_id,
        subscriber_id,
        subscription_id or 0,
        address,
        status,
        issue_id,
    )


def _subscription(publication_id: int, subscriber_id: int) -> Select[int | None, str, str]:
    """Return the query of a subscription's id, its subscriber's address, and its status."""
    of_subscriber = col(Subscriber.id) == Subscription.subscriber_id
    return (
        select(Subscription.id, Subscriber.address, Subscription.status)
        .join(Subscriber, of_subscriber)
        .where(
            Subscription.subscriber_id == subscriber_id,
            Subscription.publication_id == publication_id,
        )
    )
