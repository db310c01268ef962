"""Counting: how many subscriptions of a publication have each status.

They are kept up to one subscription id, and counted behind it. A count is the sum of its rows: a
change adds one of its own, so that two at once do not wait for each other.
"""

from collections import Counter

from sqlmodel import Session, col, delete, func, insert, select
from sqlmodel.sql.expression import Select

from subscribers.kept.models import KeptCount, KeptThrough
from subscribers.kept.rows import in_list
from subscribers.models import Subscription

MOST_ROWS = 100  # of counts that changes added, before they are added up


def count_by_status(session: Session, publication_id: int) -> dict[str, int]:
    """Return how many subscriptions have each status; a status that nobody has is left out."""
    kept, through = _kept_counts(session, publication_id)
    # A second statement, with the id itself: PostgreSQL would expect a million rows behind it.
    counts = Counter(kept)
    for status, readers in session.execute(_counted_behind(publication_id, through)):
        counts[status] += readers
    return {status: readers for status, readers in counts.items() if readers}


def _kept_counts(session: Session, publication_id: int) -> tuple[dict[str, int], int]:
    """Return the kept counts, and the subscription id up to which they are.

    By one statement, and so of one instant: what is kept may grow between two.
    """
    through = select(KeptThrough.subscription_id).filter_by(publication_id=publication_id)
    total = func.sum(KeptCount.readers)
    query = select(KeptCount.status, total, through.scalar_subquery())
    of_publication = col(KeptCount.publication_id) == publication_id
    rows = session.exec(query.where(of_publication).group_by(col(KeptCount.status))).all()
    kept = {status: int(readers) for status, readers, _ in rows}
    # without rows there was nobody to count: then all are behind
    return kept, max((last or 0 for _, _, last in rows), default=0)


def count_active(session: Session, publication_id: int) -> int:
    """Return how many subscriptions are active."""
    return count_by_status(session, publication_id).get("active", 0)


def kept_through(session: Session, publication_id: int) -> int:
    """Return the subscription id up to which counts are kept; 0 if none are."""
    query = select(KeptThrough.subscription_id).filter_by(publication_id=publication_id)
    return session.exec(query).one_or_none() or 0


def keep_counts(session: Session, publication_id: int, through: int) -> None:
    """Keep the counts up to a subscription id. Nobody adds or changes a subscription meanwhile."""
    after = kept_through(session, publication_id)
    here = _counted_behind(publication_id, after).where(col(Subscription.id) <= through)
    counts = dict(session.execute(here).all())
    _add_counts(session, publication_id, counts)
    session.merge(KeptThrough(publication_id=publication_id, subscription_id=through))
    session.flush()


def add_up(session: Session, publication_id: int) -> None:
    """Make one row of each kept count, if changes added many. Nobody adds one meanwhile."""
    of_publication = col(KeptCount.publication_id) == publication_id
    kept = select(KeptCount.status, func.sum(KeptCount.readers), func.count())
    sums = session.exec(kept.where(of_publication).group_by(col(KeptCount.status))).all()
    if sum(rows for _, _, rows in sums) > MOST_ROWS:
        session.exec(delete(KeptCount).where(of_publication))
        _add_counts(session, publication_id, {status: int(total) for status, total, _ in sums})


def _add_counts(session: Session, publication_id: int, counts: dict[str, int]) -> None:
    rows = [
        {"publication_id": publication_id, "status": status, "readers": readers}
        for status, readers in counts.items()
    ]
    if rows:
        session.execute(insert(KeptCount), rows)


def _counted_behind(publication_id: int, after: int) -> Select[str, int]:
    """Return the query of how many of each status have ids above one."""
    counted = select(Subscription.status, func.count().label("readers"))
    return counted.where(in_list(publication_id, after)).group_by(col(Subscription.status))
