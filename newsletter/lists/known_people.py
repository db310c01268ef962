"""What the database knows of the people of a batch, asked once for all of them."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, and_, col, func, select
from sqlmodel.sql.expression import Select

from newsletter.lists.people import PersonLine
from newsletter.statements import Overtaken, among
from subscribers.conditions import Condition
from subscribers.models import Subscriber, Subscription

NO_SUBSCRIPTION = ""


def read_statuses(
    session: Session,
    publication_id: int,
    mailboxes: Sequence[str],
) -> Mapping[str, str]:
    """Return the status of each known mailbox, among these.

    It is NO_SUBSCRIPTION where only another publication knows it.
    """
    in_batch = among(session, col(Subscriber.mailbox), mailboxes)
    statuses: dict[str, str] = {}
    for status, known in session.exec(_select_statuses(publication_id, in_batch)):
        statuses |= dict.fromkeys(known.split("\n"), status)
    return statuses


def _select_statuses(publication_id: int, in_batch: Condition) -> Select[str, str]:
    """The query for the statuses of some people, each with all of its mailboxes, a line each."""
    status = func.coalesce(col(Subscription.status), NO_SUBSCRIPTION)
    # One long text for each status: a million rows one by one would cost as much as all else.
    mailboxes = func.aggregate_strings(col(Subscriber.mailbox), "\n")
    return (
        select(status, mailboxes)
        .select_from(Subscriber)
        .outerjoin(
            Subscription,
            _is_subscription_here(publication_id),
        )
        .where(in_batch)
        .group_by(status)
    )


def _is_subscription_here(publication_id: int) -> Condition:
    # In the join, not in the where: who is known to another publication only is found, too.
    return and_(
        col(Subscription.subscriber_id) == col(Subscriber.id),
        col(Subscription.publication_id) == publication_id,
    )


def read_subscriptions(
    session: Session,
    publication_id: int,
    mailboxes: Sequence[str],
) -> Sequence[tuple[str, Subscription]]:
    """Return the subscriptions of these mailboxes, each with its mailbox, the oldest first."""
    in_batch = among(session, col(Subscriber.mailbox), mailboxes)
    query = (
        select(Subscriber.mailbox, Subscription)
        .join(
            Subscription,
            col(Subscription.subscriber_id) == col(Subscriber.id),
        )
        .where(
            in_batch,
            col(Subscription.publication_id) == publication_id,
        )
        .order_by(col(Subscription.id))
    )
    return session.exec(query).all()


def lock_subscribers(session: Session, people: Mapping[str, PersonLine]) -> dict[int, PersonLine]:
    """Return people, here by mailbox, by their subscribers' ids. Raises Overtaken if one is gone.

    Their rows stay until this transaction ends. No foreign key holds them (ADR 26).
    """
    if not people:
        return {}
    in_batch = among(session, col(Subscriber.mailbox), list(people))
    found = session.exec(_select_to_lock(in_batch))
    locked = {key: people[mailbox] for key, mailbox in found if key is not None}
    if len(locked) < len(people):
        raise Overtaken
    return locked


def _select_to_lock(in_batch: Condition) -> Select[int | None, str]:
    return (
        select(Subscriber.id, Subscriber.mailbox)
        .where(in_batch)
        .order_by(col(Subscriber.id))  # all lock in one order, so that nobody waits in a circle
        .with_for_update(
            read=True,
            key_share=True,
        )
    )
