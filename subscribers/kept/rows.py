"""Rows behind what is kept: ranges of subscriptions, read by the index of the list."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select

from subscribers.conditions import Condition, is_same_person, of_publication
from subscribers.kept.pages import Reader
from subscribers.models import Subscriber, Subscription
from subscribers.status import STATUSES


def in_list(publication_id: int, after: int) -> Condition:
    """Return the condition of a publication's subscriptions with ids above one."""
    # All statuses are named: so the index of the list leads to the ids.
    listed = col(Subscription.status).in_(STATUSES)
    return of_publication(publication_id) & listed & (col(Subscription.id) > after)


def read_readers(
    session: Session,
    publication_id: int,
    after: int,
    through: int,
) -> Sequence[Reader]:
    """Return the readers with after < subscription id <= through, in the order of ids."""
    # coalesce: SQLite would read all of the publication by the index of audiences, not the range.
    publication = func.coalesce(col(Subscription.publication_id), 0)
    key = col(Subscription.id)
    query = _readers().where(publication == publication_id, key > after, key <= through)
    return sorted((key, address, name) for key, address, name in session.exec(query) if key)


def read_readers_of_status(
    session: Session,
    publication_id: int,
    status: str,
    before: int,
) -> Sequence[Reader]:
    """Return the readers of a status with ids below one, the latest first."""
    listed = of_publication(publication_id) & (col(Subscription.status) == status)
    query = _readers().where(listed, col(Subscription.id) < before)
    rows = session.exec(query.order_by(col(Subscription.id).desc()))
    return [(key, address, name) for key, address, name in rows if key]


def last_id(session: Session) -> int:
    """Return the highest subscription id; 0 if there is none."""
    return session.exec(select(func.max(Subscription.id))).one() or 0


def _readers() -> Select[int | None, str, str]:
    query = select(Subscription.id, Subscriber.address, Subscription.name)
    return query.join(Subscriber, is_same_person())
