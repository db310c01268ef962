"""The audience: everyone considered for an issue, who of them gets it, and why the others do not.

Each query reads a range of subscriber ids in their order, by the one index of subscriptions that
holds all it needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, literal, not_, null
from sqlmodel import Session, col, func, select

from subscribers.conditions import (
    Condition,
    has_status,
    has_suppressed_address,
    is_awake,
    is_same_person,
    of_publication,
)
from subscribers.models import Subscriber, Subscription

CONSIDERED = ("active", "unconfirmed")  # who left is not considered at all


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Who an issue is for, as they are `at` its planning.

    It goes to subscriptions of its frequency that fulfil the condition, on subscribers and
    subscriptions. Without a condition the index of audiences answers all by itself.
    """

    at: datetime
    frequency: str = "every"
    condition: Condition | None = None


def considered_query(
    publication_id: int,
    after: int,
    through: int,
    rule: AudienceRule,
) -> Select[int, str | None]:
    """Return the query of everyone considered with after < subscriber id <= through.

    Its columns: subscriber_id, exclusion (null for who gets the issue).
    """
    exclusion = case(*_exclusions(rule), else_=null())
    return (
        select(
            col(Subscription.subscriber_id).label("subscriber_id"),
            exclusion.label("exclusion"),
        )
        .join(
            Subscriber,
            _same_in_range(after, through),
        )
        .where(
            _in_range(publication_id, after, through),
            col(Subscription.status).in_(CONSIDERED),
        )
    )


def recipients_query(
    publication_id: int,
    after: int,
    through: int,
    rule: AudienceRule,
) -> Select[*tuple[Any, ...]]:
    """Return the query of the people who get the issue, in the same range.

    Its columns: subscriber_id, address, name, confirmed_at, agreed_by, import_id. Who came with a
    list is agreed by "import", and `confirmed_at` is since when they are on it. Who has changed the
    address since is agreed by "move", and `confirmed_at` is when: the day before was of another.
    """
    return (
        select(
            col(Subscription.subscriber_id),
            col(Subscriber.address),
            col(Subscription.name),
            _since().label("confirmed_at"),
        )
        .add_columns(_agreed_by().label("agreed_by"), col(Subscription.import_id))
        .join(
            Subscriber,
            _same_in_range(after, through),
        )
        .where(
            _in_range(publication_id, after, through),
            has_status("active"),
            *_wants_it(rule),
            ~has_suppressed_address(),
        )
    )


def count_considered(
    session: Session,
    publication_id: int,
    after: int,
    through: int,
) -> int:
    """Return how many are considered in the range.

    They are counted by a query of their own: planning compares it with what it wrote.
    """
    here = and_(
        _in_range(publication_id, after, through),
        col(Subscription.status).in_(CONSIDERED),
    )
    return session.exec(select(func.count()).select_from(Subscription).where(here)).one()


def last_subscriber_id(session: Session) -> int:
    """Return the highest subscriber id, 0 without subscribers. Later ones join no planned issue."""
    return session.exec(select(func.max(Subscriber.id))).one() or 0


def _exclusions(rule: AudienceRule) -> Iterator[tuple[Condition, str]]:
    """Why somebody considered gets no letter."""
    # The first that fits is the reason in the account: a suppressed address that also rests is
    # suppressed, which the person cannot change.
    yield has_suppressed_address(), "suppressed"
    yield has_status("unconfirmed"), "unconfirmed"
    yield col(Subscription.snoozed_until) > rule.at, "snoozed"
    other_frequency = "monthly" if rule.frequency == "every" else "every issue"
    yield col(Subscription.frequency) != rule.frequency, other_frequency
    if rule.condition is not None:
        yield not_(rule.condition), "not in the audience"


def _wants_it(rule: AudienceRule) -> Iterator[Condition]:
    """The opposite of the exclusions for active subscriptions."""
    # Plain conditions, which the database can answer from its index; a CASE it could not.
    yield col(Subscription.frequency) == rule.frequency
    yield is_awake(rule.at)
    if rule.condition is not None:
        yield rule.condition


def _since() -> ColumnElement[datetime | None]:
    """Since when somebody agreed. A list may know only when its people joined."""
    is_imported = col(Subscription.import_id).is_not(None)
    joined = case((is_imported, col(Subscription.joined_at)), else_=null())
    agreed_at = func.coalesce(col(Subscription.confirmed_at), joined)
    return case((_has_moved(), col(Subscriber.moved_at)), else_=agreed_at)


def _agreed_by() -> ColumnElement[str]:
    """How somebody agreed: confirm, vouch or import; or move."""
    given = col(Subscription.agreed_by)
    is_imported = col(Subscription.import_id).is_not(None)
    return case(
        (_has_moved(), literal("move")),
        (given != "", given),
        (is_imported, literal("import")),
        else_=literal("confirm"),
    )


def _has_moved() -> Condition:
    """True for who reads at another address than the one that they agreed with."""
    agreed_at = func.coalesce(col(Subscription.confirmed_at), col(Subscription.joined_at))
    return func.coalesce(col(Subscriber.moved_at) >= agreed_at, false())


def _in_range(
    publication_id: int,
    after: int,
    through: int,
) -> Condition:
    subscriber_id = col(Subscription.subscriber_id)
    return and_(
        of_publication(publication_id),
        subscriber_id > after,
        subscriber_id <= through,
    )


def _same_in_range(after: int, through: int) -> Condition:
    """Join both tables, with the range on the side of subscribers too.

    PostgreSQL would else read all subscribers for each slice.
    """
    return and_(
        is_same_person(),
        col(Subscriber.id) > after,
        col(Subscriber.id) <= through,
    )
