"""Matching: a filter as an SQL condition, on subscribers joined with their subscriptions."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import TableValuedAlias, and_, exists, func, not_, or_, true
from sqlmodel import Session, col, select

from newsletter.errors import Refused
from subscribers.audiences.filters import Filter
from subscribers.conditions import Condition
from subscribers.models import Subscriber, Subscription

# The condition of the subscribers who did something since a time; it is never NULL.
Activity = Callable[[datetime], Condition]


class NoActivity(Refused):
    """Nothing is known of what readers do, so a filter cannot ask for it. Take that part out."""


def filter_condition(
    session: Session,
    wanted: Filter,
    now: datetime,
    active: Activity | None = None,
) -> Condition:
    """Return the condition that a filter sets.

    `active` answers who did something since a time. Raises NoActivity if the filter asks for that
    and `active` is None: the publication does not know it.
    """
    parts = [
        *_joined(wanted),
        *_active(wanted, now, active),
        *(_has_value(name, value) for name, value in wanted.attributes),
        *_listed(session, wanted),
    ]
    # A filter without parts takes everybody; SQLAlchemy wants at least one condition.
    return and_(true(), *parts)


def _joined(wanted: Filter) -> Iterator[Condition]:
    joined_at = col(Subscription.joined_at)
    if wanted.joined_from:
        yield joined_at >= _start_of(wanted.joined_from)
    if wanted.joined_to:
        # Not before the next day: after the last one of the calendar comes none.
        yield joined_at <= datetime.combine(wanted.joined_to, time.max, UTC)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _active(
    wanted: Filter,
    now: datetime,
    active: Activity | None,
) -> Iterator[Condition]:
    """Raises NoActivity if the filter asks for what is not known."""
    if not (wanted.active_days or wanted.quiet_days):
        return
    if active is None:
        raise NoActivity
    if wanted.active_days:
        yield active(now - timedelta(days=wanted.active_days))
    if wanted.quiet_days:
        since = now - timedelta(days=wanted.quiet_days)
        # Who joined since then had no time to be quiet.
        yield col(Subscription.joined_at) < since
        yield not_(active(since))


def _has_value(name: str, value: str) -> Condition:
    # A missing attribute is empty, never NULL: "not in the audience" must be true for it.
    return func.coalesce(col(Subscription.attributes)[name].as_string(), "") == value


def _listed(session: Session, wanted: Filter) -> Iterator[Condition]:
    if wanted.topics:
        yield _has_topic(session, wanted.topics)
    if wanted.sources:
        yield col(Subscription.source).in_(wanted.sources)
    if wanted.domains:
        yield or_(*map(_is_at, wanted.domains))


def _is_at(domain: str) -> Condition:
    # With the @: notexample.org is not example.org.
    return col(Subscriber.address).endswith(f"@{domain}", autoescape=True)


def _has_topic(session: Session, topics: tuple[str, ...]) -> Condition:
    """A JSON list has no index: it is looked through for the rows that the other parts leave."""
    listed = _topics_as_rows(session)
    return exists(select(1).select_from(listed).where(listed.c.value.in_(topics)))


def _topics_as_rows(session: Session) -> TableValuedAlias:
    topics = col(Subscription.topics)
    if session.get_bind().dialect.name == "sqlite":
        return func.json_each(topics).table_valued("value", name="topic")
    rows = func.json_array_elements_text(topics).table_valued("value", name="topic")
    return rows.render_derived()
