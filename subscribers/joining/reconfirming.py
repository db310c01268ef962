"""Asking the people of a doubtful list whether they want to stay.

Who says yes stays; who does not answer leaves in the daily routine after their time. Until then
they get what every subscriber gets.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.database import Database
from subscribers.conditions import (
    has_status,
    has_suppressed_address,
    is_same_person,
    of_publication,
)
from subscribers.joining.signup import ConsentEvidence, read_subscription, record_act
from subscribers.leaving.unsubscribing import end_subscription
from subscribers.models import Subscriber, Subscription

GROUP = 200  # people in one transaction


def note_asked(
    session: Session,
    import_id: int,
    until: datetime,
    after: int,
) -> Sequence[tuple[int, str]]:
    """Note that the next people of an import are asked, and have `until` to answer.

    Returns their subscription ids, all above `after`, with their addresses. Passed over are those
    who were asked before, are not active any more, or must not be mailed.
    """
    asked = session.exec(_next_to_ask(import_id, after)).all()
    for subscription, _ in asked:
        subscription.reconfirm_by = until
    session.flush()
    return [(subscription.key, address) for subscription, address in asked]


def confirm_stay(
    session: Session,
    subscription_id: int,
    *,
    network: str = "",
    now: datetime,
) -> bool:
    """Note that a subscriber wants to stay; twice is harmless. False if they have left since."""
    subscription = read_subscription(session, subscription_id)
    if subscription.reconfirm_by is not None:
        _record_answer(session, subscription, network, now)
    return subscription.status == "active"


def count_unanswered(session: Session, import_id: int) -> int:
    """Return how many people of an import have been asked and have not answered yet."""
    query = select(func.count()).where(
        col(Subscription.reconfirm_by).is_not(None),
        col(Subscription.import_id) == import_id,
    )
    return session.exec(query).one()


def let_silent_leave(
    database: Database,
    publication_id: int,
    now: datetime,
) -> int:
    """End the subscriptions of people who did not answer in time; returns how many."""
    total = 0
    while ended := database.write(_end_some, publication_id, now):
        total += ended
    return total


def _next_to_ask(import_id: int, after: int) -> Select[Subscription, str]:
    query = _to_ask(import_id).where(col(Subscription.id) > after)
    return query.order_by(col(Subscription.id)).limit(GROUP)


def _to_ask(import_id: int) -> Select[Subscription, str]:
    query = select(Subscription, Subscriber.address).join(Subscriber, is_same_person())
    return query.where(
        col(Subscription.import_id) == import_id,
        has_status("active"),
        col(Subscription.reconfirm_by).is_(None),
        ~has_suppressed_address(),
    )


def _record_answer(
    session: Session,
    subscription: Subscription,
    network: str,
    now: datetime,
) -> None:
    """Note the answer as evidence, once: from now on it is the person who confirmed."""
    subscription.reconfirm_by = None
    subscription.confirmed_at = now
    subscription.agreed_by = "confirm"
    evidence = ConsentEvidence(network=network)
    record_act(session, subscription, "reconfirm", evidence, now=now)


def _end_some(
    session: Session,
    publication_id: int,
    now: datetime,
) -> int:
    ended = 0
    for subscription in session.exec(_silent(publication_id, now)).all():
        ended += end_subscription(session, subscription.key, by="silence", now=now)
    return ended


def _silent(publication_id: int, now: datetime) -> SelectOfScalar[Subscription]:
    """Select people who did not answer in time."""
    return (
        select(Subscription)
        .where(
            of_publication(publication_id),
            col(Subscription.reconfirm_by) <= now,
            has_status("active"),
        )
        .limit(GROUP)
    )
