"""What an editor learns from leaves: how many, by which way, how soon, why, and which in doubt."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Executable
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from subscribers.conditions import is_same_person
from subscribers.leaving.scanners import TOGETHER_S
from subscribers.leaving.unsubscribing import REASONS
from subscribers.models import Leave, Subscriber, Subscription

Addressed = tuple[Leave, str]  # a leave, and the address of its subscriber


@dataclass(frozen=True, slots=True)
class IssueLeaves:
    """The leaves after one issue (None: after none), without those that were taken back.

    `by` counts them by their way, `after_s` is their average in seconds after the letter.
    """

    issue_id: int | None
    by: Mapping[str, int]
    after_s: int | None

    @property
    def total(self) -> int:
        return sum(self.by.values())


@dataclass(frozen=True, slots=True)
class DoubtfulLeave:
    """A leave that a scanner may have made.

    `others` counts those of the same network within the minute. `is_obeyed`: it came before the
    others, so nothing spoke against it; it may be a scanner's all the same.
    """

    id: int
    subscription_id: int
    address: str
    at: datetime
    after_s: int | None
    others: int
    is_obeyed: bool


@dataclass(slots=True)
class _Sums:
    """Sums over the ways of one issue. Not every leave has a known time after its letter."""

    by: Counter[str] = field(default_factory=Counter)
    seconds: int = 0
    timed: int = 0

    @property
    def average_s(self) -> int | None:
        return round(self.seconds / self.timed) if self.timed else None

    def add(
        self,
        by: str,
        count: int,
        seconds: int | None,
        timed: int,
    ) -> None:
        """Add the leaves of one way."""
        self.by[by] += count
        self.seconds += seconds or 0
        self.timed += timed


def leaves_by_issue(
    session: Session,
    publication_id: int,
    most: int,
) -> Sequence[IssueLeaves]:
    """Return the leaves of a publication by issue, the newest issue first."""
    sums = _sums_by_issue(session, publication_id)
    rows = [IssueLeaves(key, found.by, found.average_s) for key, found in sums.items()]
    # Leaves after no issue come last.
    return sorted(rows, key=lambda row: -(row.issue_id or 0))[:most]


def count_reasons(session: Session, publication_id: int) -> Mapping[str, int]:
    """Return how often each reason was given, in its words, the most frequent first."""
    counts = Counter(dict(session.exec(_reasons(publication_id)).all()))
    return {REASONS.get(why, why): count for why, count in counts.most_common()}


def latest_words(
    session: Session,
    publication_id: int,
    most: int,
) -> Sequence[str]:
    """Return what people wrote in their own words, the latest first."""
    return session.exec(_words(publication_id).limit(most)).all()


def doubtful_leaves(
    session: Session,
    publication_id: int,
    most: int,
) -> Sequence[DoubtfulLeave]:
    """Return the leaves that wait for a decision, the oldest first.

    With them come the obeyed leaves of the same network and minute: a scanner's first presses came
    before the others that gave it away.
    """
    query = _addressed(publication_id)
    waiting = session.exec(_oldest_doubtful(query).limit(most)).all()
    rows = [*_first_presses(session, query, waiting), *waiting]
    rows.sort(key=lambda row: row[0].key)
    return [_with_others(leave, address, rows) for leave, address in rows]


def _sums_by_issue(session: Session, publication_id: int) -> Mapping[int | None, _Sums]:
    sums: dict[int | None, _Sums] = defaultdict(_Sums)
    for issue_id, by, count, seconds, timed in session.execute(_by_way(publication_id)):
        sums[issue_id].add(by, count, seconds, timed)
    return sums


def _by_way(publication_id: int) -> Executable:
    """One row for each issue and way: a count, the sum of seconds, and of how many they are."""
    after_s = col(Leave.after_s)
    return (
        select(Leave.issue_id, Leave.by)
        .add_columns(
            func.count(),
            func.sum(after_s),
            func.count(after_s),
        )
        .where(col(Leave.status) == "obeyed", _of_publication(publication_id))
        .group_by(
            col(Leave.issue_id),
            col(Leave.by),
        )
    )


def _reasons(publication_id: int) -> Select[str, int]:
    """Select each reason and how often it was given."""
    return (
        select(Leave.why, func.count())
        .where(
            _of_publication(publication_id),
            col(Leave.why) != "",
        )
        .group_by(col(Leave.why))
    )


def _words(publication_id: int) -> SelectOfScalar[str]:
    return (
        select(Leave.words)
        .where(_of_publication(publication_id), col(Leave.words) != "")
        .order_by(col(Leave.id).desc())
    )


def _oldest_doubtful(query: Select[Leave, str]) -> Select[Leave, str]:
    return query.where(col(Leave.status) == "doubtful").order_by(col(Leave.id))


def _first_presses(
    session: Session,
    query: Select[Leave, str],
    waiting: Iterable[Addressed],
) -> Iterable[Addressed]:
    found: dict[int, Addressed] = {}
    for leave, _ in waiting:
        for first, address in session.exec(query.where(*_same_burst(leave))).all():
            found[first.key] = (first, address)
    return found.values()


def _same_burst(leave: Leave) -> Sequence[ColumnElement[bool]]:
    """True for obeyed leaves of the same network in the minute before a doubtful one."""
    at = col(Leave.at)
    return (
        at > leave.at - timedelta(seconds=TOGETHER_S),
        at <= leave.at,
        col(Leave.network) == leave.network,
        col(Leave.network) != "",
        col(Leave.status) == "obeyed",
        # One-click (RFC 8058) is the mail program's own button: no scanner presses it.
        col(Leave.by) != "one-click",
    )


def _addressed(publication_id: int) -> Select[Leave, str]:
    return (
        select(Leave, Subscriber.address)
        .join(
            Subscription,
            col(Subscription.id) == col(Leave.subscription_id),
        )
        .join(
            Subscriber,
            is_same_person(),
        )
        .where(_of_publication(publication_id))
    )


def _of_publication(publication_id: int) -> ColumnElement[bool]:
    return col(Leave.publication_id) == publication_id


def _with_others(
    leave: Leave,
    address: str,
    rows: Iterable[Addressed],
) -> DoubtfulLeave:
    return DoubtfulLeave(
        leave.key,
        leave.subscription_id or 0,
        address,
        leave.at,
        leave.after_s,
        _count_others(leave, rows),
        leave.status == "obeyed",
    )


def _count_others(leave: Leave, rows: Iterable[Addressed]) -> int:
    together = [other for other, _ in rows if _is_near(other, leave)]
    return len(together) - 1


def _is_near(other: Leave, leave: Leave) -> bool:
    apart_s = abs((other.at - leave.at).total_seconds())
    return other.network == leave.network and apart_s <= TOGETHER_S
