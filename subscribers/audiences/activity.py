"""Activity: when a subscriber last opened or clicked a letter.

It is one time in each subscription: not which letter, and not which link (docs/adr/0024). It is
noted only where a publication tracks opens and clicks by person, and forgotten with the last of
them.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Update, bindparam, or_
from sqlmodel import Session, col, update

from subscribers.conditions import of_publication
from subscribers.models import Subscription


def note_seen(
    session: Session,
    publication_id: int,
    seen: Mapping[int, datetime],
) -> None:
    """Note when subscribers, by id, did something last; a time before the known one is ignored."""
    if not seen:
        return
    # One order for all: two that note at once must not wait for each other.
    rows = [{"who": subscriber_id, "at": at} for subscriber_id, at in sorted(seen.items())]
    session.connection().execute(_noting(publication_id), rows)


def forget_seen(
    session: Session,
    publication_id: int,
    subscriber_ids: Collection[int],
    before: datetime,
) -> None:
    """Forget when these subscribers did something last, if that was before a time."""
    forgetting = update(Subscription).where(
        of_publication(publication_id),
        col(Subscription.subscriber_id).in_(subscriber_ids),
        col(Subscription.seen_at) < before,
    )
    session.exec(forgetting.values(seen_at=None))


def _noting(publication_id: int) -> Update:
    """Write `at` where the subscriber `who` was not seen later."""
    known = col(Subscription.seen_at)
    is_older = or_(known.is_(None), known < bindparam("at"))
    noting = update(Subscription).filter_by(subscriber_id=bindparam("who"))
    return noting.where(of_publication(publication_id), is_older).values(seen_at=bindparam("at"))
