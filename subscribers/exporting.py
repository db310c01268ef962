"""Export: every subscription of a publication, in the format that import reads."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from subscribers.models import Subscriber, Subscription


def export_rows(session: Session, publication_id: int) -> Iterator[dict[str, str]]:
    """Yield one row per subscription, oldest first."""
    query = (
        select(Subscriber, Subscription)
        .join(Subscription, col(Subscription.subscriber_id) == col(Subscriber.id))
        .where(col(Subscription.publication_id) == publication_id)
        .order_by(col(Subscription.id))
        .execution_options(yield_per=1000)
    )
    for subscriber, subscription in session.exec(query):
        yield {
            "address": subscriber.address,
            "name": subscriber.name,
            "status": subscription.status,
            "confirmed_at": subscription.confirmed_at.isoformat() if subscription.confirmed_at else "",
            "left_at": subscription.left_at.isoformat() if subscription.left_at else "",
        }
