"""Saved audiences: a name and a filter each, for an issue, an export, or a count."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.errors import NotFound, Refused
from newsletter.text import one_line
from subscribers.audiences.filters import Filter, filter_from_row, filter_to_row
from subscribers.conditions import (
    Condition,
    has_status,
    has_suppressed_address,
    is_same_person,
    of_publication,
)
from subscribers.models import Audience, Subscriber, Subscription

NAME_CHARS = 60
MOST_AUDIENCES = 200


class NoAudience(NotFound):
    """There is no such audience."""

    hint = "`newsletter audience list` shows those there are."


class BadAudienceName(Refused):
    """An audience needs a name of 1 to 60 characters."""


class TooManyAudiences(Refused):
    """A publication has at most two hundred audiences. Remove some that are not used any more."""


def save_audience(
    session: Session,
    publication_id: int,
    name: str,
    kept: Filter,
    *,
    by: str,
    now: datetime,
) -> Audience:
    """Keep a filter under a name. An audience of that name gets the new filter.

    Raises BadAudienceName or TooManyAudiences.
    """
    called = _checked_name(name)
    audience = Audience(
        id=_id_for(session, publication_id, called),
        publication_id=publication_id,
        name=called,
        filter=filter_to_row(kept),
        made_by=by,
        made_at=now,
    )
    # With the id of a known audience this overwrites it.
    audience = session.merge(audience)
    session.flush()
    return audience


def read_all(session: Session, publication_id: int) -> Sequence[Audience]:
    """Return all audiences of a publication, by name."""
    return session.exec(
        select(Audience).filter_by(publication_id=publication_id).order_by(col(Audience.name))
    ).all()


def read_audience(
    session: Session,
    publication_id: int,
    audience_id: int,
) -> Audience:
    """Return an audience of a publication; raises NoAudience."""
    audience = session.get(Audience, audience_id)
    if audience is None or audience.publication_id != publication_id:
        raise NoAudience
    return audience


def by_name(
    session: Session,
    publication_id: int,
    name: str,
) -> Audience:
    """Return an audience by its name; raises NoAudience."""
    audience = _of_name(name, read_all(session, publication_id))
    if audience is None:
        raise NoAudience
    return audience


def filter_of(audience: Audience) -> Filter:
    """Return the filter that is kept."""
    return filter_from_row(audience.filter)


def remove(session: Session, audience: Audience) -> None:
    """Forget an audience. An issue that is to go to it has its own copy."""
    session.delete(audience)
    session.flush()


def count_matching(
    session: Session,
    publication_id: int,
    condition: Condition,
) -> int:
    """Return how many who may be written to now fulfil a condition of `filter_condition`."""
    query = (
        select(func.count())
        .select_from(Subscription)
        .join(
            Subscriber,
            is_same_person(),
        )
        .where(
            of_publication(publication_id),
            has_status("active"),
            ~has_suppressed_address(),
            condition,
        )
    )
    return session.exec(query).one()


def _checked_name(name: str) -> str:
    called = one_line(name)
    if not 1 <= len(called) <= NAME_CHARS:
        raise BadAudienceName
    return called


def _id_for(
    session: Session,
    publication_id: int,
    name: str,
) -> int | None:
    """The id of the audience of this name; None for a new one, if there is room for it."""
    known = read_all(session, publication_id)
    audience = _of_name(name, known)
    if audience is not None:
        return audience.id
    if len(known) >= MOST_AUDIENCES:
        raise TooManyAudiences
    return None


def _of_name(name: str, audiences: Iterable[Audience]) -> Audience | None:
    return next((audience for audience in audiences if audience.name == name), None)
