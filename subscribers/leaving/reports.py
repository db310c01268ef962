"""What leaves tell an editor: how many by which way after each issue, how soon, why, and which are in doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from subscribers.leaving.scanners import TOGETHER_S
from subscribers.leaving.unsubscribing import REASONS
from subscribers.models import Leave, Subscriber, Subscription


@dataclass(frozen=True, slots=True)
class IssueLeaves:
    """The leaves after one issue (None: after none), taken back ones apart. `after_s`: on average so many seconds after the letter."""

    issue_id: int | None
    by: Mapping[str, int]
    after_s: int | None

    @property
    def total(self) -> int:
        return sum(self.by.values())


@dataclass(frozen=True, slots=True)
class DoubtfulLeave:
    """A leave that a scanner may have made, and how many others of its network were pressed within the minute."""

    id: int
    subscription_id: int
    address: str
    at: datetime
    after_s: int | None
    others: int
    is_obeyed: bool  # it came before the burst was seen: it may be a reader's all the same


def leaves_by_issue(session: Session, publication_id: int, most: int) -> Sequence[IssueLeaves]:
    """Return the leaves of a publication by issue, the newest issue first."""
    counted = (func.count(), func.sum(col(Leave.after_s)), func.count(col(Leave.after_s)))
    query = sa_select(col(Leave.issue_id), col(Leave.by), *counted).where(
        col(Leave.publication_id) == publication_id, col(Leave.status) == "obeyed"
    )
    found: dict[int | None, tuple[dict[str, int], int, int]] = {}
    for issue_id, by, count, seconds, known in session.execute(
        query.group_by(col(Leave.issue_id), col(Leave.by))
    ):
        ways, total_s, told = found.get(issue_id, ({}, 0, 0))
        found[issue_id] = ways | {by: count}, total_s + (seconds or 0), told + known
    rows = [
        IssueLeaves(key, ways, round(total_s / told) if told else None)
        for key, (ways, total_s, told) in found.items()
    ]
    return sorted(rows, key=lambda row: -(row.issue_id or 0))[:most]


def count_reasons(session: Session, publication_id: int) -> Mapping[str, int]:
    """Return how often each reason was told, in its words, the most frequent first."""
    query = select(Leave.why, func.count()).where(
        col(Leave.publication_id) == publication_id, col(Leave.why) != ""
    )
    told = session.exec(query.group_by(col(Leave.why))).all()
    return {REASONS.get(why, why): count for why, count in sorted(told, key=lambda one: -one[1])}


def latest_words(session: Session, publication_id: int, most: int) -> Sequence[str]:
    """Return what people said in their own words, the latest first."""
    query = select(Leave.words).where(
        col(Leave.publication_id) == publication_id, col(Leave.words) != ""
    )
    return session.exec(query.order_by(col(Leave.id).desc()).limit(most)).all()


def doubtful_leaves(session: Session, publication_id: int, most: int) -> Sequence[DoubtfulLeave]:
    """Return what waits for a decision, the oldest first; and the first ones of its bursts, which were obeyed."""
    doubtful = (
        select(Leave, Subscriber.address)
        .join(Subscription, col(Subscription.id) == col(Leave.subscription_id))
        .join(Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id))
        .where(col(Leave.publication_id) == publication_id)
    )
    waiting = session.exec(
        doubtful.where(col(Leave.status) == "doubtful").order_by(col(Leave.id)).limit(most)
    ).all()
    first: dict[int, tuple[Leave, str]] = {}
    for one, _ in waiting:
        near = (col(Leave.at) > one.at - timedelta(seconds=TOGETHER_S)) & (col(Leave.at) <= one.at)
        same = doubtful.where(
            near,
            col(Leave.network) == one.network,
            col(Leave.network) != "",
            col(Leave.status) == "obeyed",
        )
        first |= {
            leave.key: (leave, address)
            for leave, address in session.exec(same.where(col(Leave.by) != "one-click")).all()
        }
    rows = [*first.values(), *waiting]
    return [_doubt(one, address, rows) for one, address in sorted(rows, key=lambda row: row[0].key)]


def _doubt(one: Leave, address: str, rows: Sequence[tuple[Leave, str]]) -> DoubtfulLeave:
    near = [
        other
        for other, _ in rows
        if other.network == one.network and abs((other.at - one.at).total_seconds()) <= TOGETHER_S
    ]
    return DoubtfulLeave(
        one.key,
        one.subscription_id or 0,
        address,
        one.at,
        one.after_s,
        len(near) - 1,
        one.status == "obeyed",
    )
