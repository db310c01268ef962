"""The audience: everyone considered for an issue, with the reason for who is excluded."""

from sqlalchemy import Select, and_, case, exists, null
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from subscribers.models import Subscriber, Subscription, Suppression

CONSIDERED = ("active", "unconfirmed")  # who left is not considered at all


def considered(publication_id: int, after: int, through: int) -> Select[tuple[int, str, str, object, str | None]]:
    """Return the query of everyone considered with after < subscriber id <= through.

    Its columns: subscriber_id, address, name, confirmed_at, exclusion (null for who gets the issue).
    """
    suppressed = exists().where(col(Suppression.address) == col(Subscriber.address))
    exclusion = case((suppressed, "suppressed"), (col(Subscription.status) == "unconfirmed", "unconfirmed"), else_=null())
    # + 0: by the index of publications alone, each slice would read the whole audience
    here = and_(col(Subscription.publication_id) + 0 == publication_id, col(Subscription.status).in_(CONSIDERED))
    return (
        sa_select(
            col(Subscriber.id).label("subscriber_id"),
            col(Subscriber.address).label("address"),
            col(Subscriber.name).label("name"),
            col(Subscription.confirmed_at).label("confirmed_at"),
            exclusion.label("exclusion"),
        )
        .join(Subscription, and_(col(Subscription.subscriber_id) == col(Subscriber.id), here))
        .where(col(Subscriber.id) > after, col(Subscriber.id) <= through)
    )


def last_subscriber(session: Session) -> int:
    """Return the highest subscriber id, 0 if there is nobody: who comes later is not of this audience."""
    return session.exec(select(func.max(Subscriber.id))).one() or 0


def counts(session: Session, publication_id: int) -> dict[str, int]:
    """Return how many subscriptions stand where."""
    query = select(Subscription.status, func.count()).where(col(Subscription.publication_id) == publication_id)
    return dict(session.exec(query.group_by(Subscription.status)).all())
