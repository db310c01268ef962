"""Activity: when readers last opened or clicked a letter: one time by subscription, not which letter and not what.

It is noted where a publication knows whose opens and clicks are whose, and forgotten with the last of them.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, or_
from sqlmodel import Session, col, update

from subscribers.models import Subscription


def note_seen(session: Session, publication_id: int, seen: Mapping[int, datetime]) -> None:
    """Note when subscribers, by id, did something last; a time before one that is known changes nothing."""
    known = col(Subscription.seen_at)
    noting = (
        update(Subscription)
        .where(
            col(Subscription.publication_id) == publication_id,
            col(Subscription.subscriber_id) == bindparam("who"),
        )
        .where(or_(known.is_(None), known < bindparam("at")))
        .values(seen_at=bindparam("at"))
    )
    if seen:
        session.connection().execute(
            noting, [{"who": who, "at": at} for who, at in sorted(seen.items())]
        )


def forget_seen(
    session: Session, publication_id: int, subscriber_ids: Collection[int], before: datetime
) -> None:
    """Forget of these subscribers what they did last, if it was before a time."""
    theirs = (
        col(Subscription.publication_id) == publication_id,
        col(Subscription.subscriber_id).in_(subscriber_ids),
    )
    session.exec(
        update(Subscription).where(*theirs, col(Subscription.seen_at) < before).values(seen_at=None)
    )
