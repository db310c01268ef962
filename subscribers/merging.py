"""Mergers: of two rows of one reader one is gone, and links that name it act on the other.

Two subscribers become one when a reader takes over an address of their own, or when the migration
of mailboxes found that both spell one mailbox. Their letters are out for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select, update

from subscribers.models import JoinedDouble, Merger, Subscriber, SubscriptionMerger


@dataclass(frozen=True, slots=True)
class JoinedCount:
    """How many doubles of a publication were joined alike; publication 0 for suppressions."""

    publication_id: int
    gone_status: str
    kept_status: str
    won: str
    doubles: int


def remaining_subscriber(
    session: Session,
    subscriber_id: int,
) -> int:
    """Return the id of who a subscriber is by now: their own, unless they became one with another.

    Letters that left before have the former id in their links.
    """
    query = select(Merger.subscriber_id).filter_by(gone_id=subscriber_id)
    return session.exec(query).one_or_none() or subscriber_id


def remaining_subscription(
    session: Session,
    subscription_id: int,
) -> int:
    """Return the id of what a subscription is by now, as remaining_subscriber does of a person."""
    query = select(SubscriptionMerger.subscription_id).filter_by(gone_id=subscription_id)
    return session.exec(query).one_or_none() or subscription_id


def note_merger(
    session: Session,
    gone: int,
    into: int,
) -> None:
    """Let the letters of a subscriber who goes lead to the one who remains, with those before."""
    before = update(Merger).filter_by(subscriber_id=gone)
    session.exec(before.values(subscriber_id=into))
    session.add(Merger(gone_id=gone, subscriber_id=into))


def note_subscription_merger(
    session: Session,
    gone: int,
    into: int,
) -> None:
    """Let the links of a subscription that goes act on the one that remains."""
    before = update(SubscriptionMerger).filter_by(subscription_id=gone)
    session.exec(before.values(subscription_id=into))
    session.add(SubscriptionMerger(gone_id=gone, subscription_id=into))


def count_joined(session: Session) -> Sequence[JoinedCount]:
    """Return the report on the doubles that were joined, the most frequent kind first."""
    kinds = (
        col(JoinedDouble.publication_id),
        col(JoinedDouble.gone_status),
        col(JoinedDouble.kept_status),
        col(JoinedDouble.won),
    )
    doubles = func.count()
    query = select(*kinds).add_columns(doubles).group_by(*kinds)
    rows = session.connection().execute(query.order_by(doubles.desc(), *kinds))
    return [JoinedCount(*row) for row in rows]


def joined_readers(
    session: Session,
    most: int,
) -> Sequence[tuple[str, JoinedDouble]]:
    """Return readers who were joined, with the address that remains; of the erased nothing."""
    query = (
        select(Subscriber.address, JoinedDouble)
        .join(JoinedDouble, col(JoinedDouble.subscriber_id) == col(Subscriber.id))
        .order_by(col(JoinedDouble.id))
        .limit(most)
    )
    return session.exec(query).all()
