"""Matching: a filter as a condition of SQL on subscribers joined with their subscriptions, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, true
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from newsletter.errors import Refused
from subscribers.audiences.filters import Filter
from subscribers.models import Subscriber, Subscription

Activity = Callable[
    [datetime], ColumnElement[bool]
]  # the condition of who did something since then; never NULL


class NoActivity(Refused):
    """Nothing is known of what readers do, so a filter cannot ask for it. Take that part out."""


def filter_condition(
    session: Session, one: Filter, now: datetime, active: Activity | None = None
) -> ColumnElement[bool]:
    """Return the condition that a filter sets; `active` is asked for who did something, if the filter wants to know.

    Raises NoActivity if it does and nobody can tell.
    """
    parts = [*_joined(one), *_active(one, now, active)]
    if one.topics:
        parts.append(_has_topic(session, one.topics))
    if one.sources:
        parts.append(col(Subscription.source).in_(one.sources))
    if one.domains:
        parts.append(
            or_(
                *(
                    col(Subscriber.address).endswith(f"@{domain}", autoescape=True)
                    for domain in one.domains
                )
            )
        )
    # an attribute that somebody has not is empty, never NULL: who does not match must be seen not to
    parts += [
        func.coalesce(col(Subscriber.attributes)[name].as_string(), "") == value
        for name, value in one.attributes
    ]
    return and_(true(), *parts)


def _joined(one: Filter) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if one.joined_from:
        parts.append(col(Subscription.joined_at) >= datetime.combine(one.joined_from, time(), UTC))
    if one.joined_to:
        parts.append(
            col(Subscription.joined_at)
            < datetime.combine(one.joined_to + timedelta(days=1), time(), UTC)
        )
    return parts


def _active(one: Filter, now: datetime, active: Activity | None) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if (one.active_days or one.quiet_days) and active is None:
        raise NoActivity
    if one.active_days and active:
        parts.append(active(now - timedelta(days=one.active_days)))
    if one.quiet_days and active:
        since = now - timedelta(days=one.quiet_days)
        parts += [col(Subscription.joined_at) < since, not_(active(since))]
    return parts


def _has_topic(session: Session, topics: tuple[str, ...]) -> ColumnElement[bool]:
    """A list in JSON has no index; it is looked through for those whom the other parts leave."""
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(col(Subscription.topics)).table_valued("value", name="topic")
    else:
        listed = (
            func.json_array_elements_text(col(Subscription.topics))
            .table_valued("value", name="topic")
            .render_derived()
        )
    return exists(sa_select(1).select_from(listed).where(listed.c.value.in_(topics)))
