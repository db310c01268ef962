"""The audience: everyone considered for an issue, who of them gets it, and why the others do not.

Each query reads a range of subscriber ids, by the one index of subscriptions that has all it needs, in the order of ids.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, not_, null, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from subscribers.models import Subscriber, Subscription, Suppression

CONSIDERED = ("active", "unconfirmed")  # who left is not considered at all


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Whom an issue is for, as things stand `at` its planning: those who wish for that frequency, and of them those `of` a condition
    on subscribers and subscriptions; without one the index of the audience has all that is asked.
    """

    at: datetime
    frequency: str = "every"
    condition: ColumnElement[bool] | None = None


def considered_query(
    publication_id: int, after: int, through: int, rule: AudienceRule
) -> Select[int, str | None]:
    """Return the query of everyone considered with after < subscriber id <= through.

    Its columns: subscriber_id, exclusion (null for who gets the issue).
    """
    reasons: list[tuple[ColumnElement[bool], str]] = [
        (has_suppressed_address(), "suppressed"),
        (col(Subscription.status) == "unconfirmed", "unconfirmed"),
        (col(Subscription.snoozed_until) > rule.at, "snoozed"),
        (
            col(Subscription.frequency) != rule.frequency,
            "monthly" if rule.frequency == "every" else "every issue",
        ),
    ]
    reasons += [] if rule.condition is None else [(not_(rule.condition), "not in the audience")]
    reason = case(*reasons, else_=null())
    return (
        sa_select(col(Subscription.subscriber_id).label("subscriber_id"), reason.label("exclusion"))
        .join(Subscriber, _same(after, through))
        .where(_in_range(publication_id, after, through), col(Subscription.status).in_(CONSIDERED))
    )


def recipients_query(
    publication_id: int, after: int, through: int, rule: AudienceRule
) -> Select[int, str, str, datetime | None]:
    """Return the query of who gets the issue, in the same range.

    Its columns: subscriber_id, address, name, confirmed_at.
    """
    return (
        sa_select(
            col(Subscription.subscriber_id),
            col(Subscriber.address),
            col(Subscriber.name),
            col(Subscription.confirmed_at),
        )
        .join(Subscriber, _same(after, through))
        .where(
            _in_range(publication_id, after, through),
            col(Subscription.status) == "active",
            *_wish(rule),
            ~has_suppressed_address(),
        )
    )


def count_considered(session: Session, publication_id: int, after: int, through: int) -> int:
    """Return how many are considered in the range, counted apart from who they are."""
    here = and_(_in_range(publication_id, after, through), col(Subscription.status).in_(CONSIDERED))
    return session.exec(select(func.count()).select_from(Subscription).where(here)).one()


def last_subscriber_id(session: Session) -> int:
    """Return the highest subscriber id, 0 if there is nobody: who comes later is not of this audience."""
    return session.exec(select(func.max(Subscriber.id))).one() or 0


def count_by_status(session: Session, publication_id: int) -> dict[str, int]:
    """Return how many subscriptions stand where."""
    query = select(Subscription.status, func.count()).where(
        col(Subscription.publication_id) == publication_id
    )
    return dict(session.exec(query.group_by(Subscription.status)).all())


def count_active(session: Session, publication_id: int) -> int:
    """Return how many subscriptions are active."""
    here = (
        col(Subscription.publication_id) == publication_id,
        col(Subscription.status) == "active",
    )
    return session.exec(select(func.count()).select_from(Subscription).where(*here)).one()


def _in_range(publication_id: int, after: int, through: int) -> ColumnElement[bool]:
    of_it = col(Subscription.publication_id) == publication_id
    return and_(
        of_it, col(Subscription.subscriber_id) > after, col(Subscription.subscriber_id) <= through
    )


def _same(after: int, through: int) -> ColumnElement[bool]:
    """The join of both tables, its range said of both: PostgreSQL would read all subscribers for each slice."""
    same = col(Subscriber.id) == col(Subscription.subscriber_id)
    return and_(same, col(Subscriber.id) > after, col(Subscriber.id) <= through)


def _wish(rule: AudienceRule) -> list[ColumnElement[bool]]:
    awake = or_(
        col(Subscription.snoozed_until).is_(None), col(Subscription.snoozed_until) <= rule.at
    )
    return [
        col(Subscription.frequency) == rule.frequency,
        awake,
        *([] if rule.condition is None else [rule.condition]),
    ]


def has_suppressed_address() -> ColumnElement[bool]:
    """The condition that a subscriber's address must not be mailed."""
    return exists().where(col(Suppression.address) == col(Subscriber.address))
