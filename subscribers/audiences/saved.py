"""Saved audiences: a name and a filter each, for an issue, an export, or a count."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from newsletter.errors import NotFound, Refused
from subscribers.audiences.evaluating import has_suppressed_address
from subscribers.audiences.filters import Filter, filter_from_row, filter_to_row
from subscribers.models import Audience, Subscriber, Subscription

NAME_CHARS, MOST = 60, 200


class NoAudience(NotFound):
    """There is no such audience."""

    hint = "`newsletter audience list` shows those there are."


class BadAudienceName(Refused):
    """An audience needs a name of 1 to 60 characters."""


class TooManyAudiences(Refused):
    """A publication has at most two hundred audiences. Remove some that are not used any more."""


def save_audience(
    session: Session, publication_id: int, name: str, one: Filter, *, by: str, now: datetime
) -> Audience:
    """Keep a filter under a name; one that has the name gets the new filter. Raises BadAudienceName or TooManyAudiences."""
    called = " ".join(name.split())
    if not 1 <= len(called) <= NAME_CHARS:
        raise BadAudienceName
    standing = read_all(session, publication_id)
    audience = next((known for known in standing if known.name == called), None)
    if audience is None:
        if len(standing) >= MOST:
            raise TooManyAudiences
        audience = Audience(
            publication_id=publication_id, name=called, filter={}, made_by=by, made_at=now
        )
    audience.filter, audience.made_by, audience.made_at = filter_to_row(one), by, now
    session.add(audience)
    session.flush()
    return audience


def read_all(session: Session, publication_id: int) -> Sequence[Audience]:
    """Return all of a publication by name."""
    return session.exec(
        select(Audience)
        .where(col(Audience.publication_id) == publication_id)
        .order_by(col(Audience.name))
    ).all()


def read_audience(session: Session, publication_id: int, audience_id: int) -> Audience:
    """Return one; raises NoAudience."""
    audience = session.get(Audience, audience_id)
    if audience is None or audience.publication_id != publication_id:
        raise NoAudience
    return audience


def by_name(session: Session, publication_id: int, name: str) -> Audience:
    """Return one by its name; raises NoAudience."""
    for audience in read_all(session, publication_id):
        if audience.name == name:
            return audience
    raise NoAudience


def filter_of(audience: Audience) -> Filter:
    """Return the filter that is kept."""
    return filter_from_row(audience.filter)


def remove(session: Session, audience: Audience) -> None:
    """Forget an audience. An issue that is to go to it has its own copy."""
    session.delete(audience)
    session.flush()


def count_matching(session: Session, publication_id: int, condition: ColumnElement[bool]) -> int:
    """Return how many of those who may be written to now fit a condition of `matching.matches`."""
    query = (
        sa_select(func.count())
        .select_from(Subscription)
        .join(Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id))
    )
    query = query.where(
        col(Subscription.publication_id) == publication_id,
        col(Subscription.status) == "active",
        ~has_suppressed_address(),
    )
    return int(session.execute(query.where(condition)).scalar_one())
