"""Leaving, and the undo of a leave. It never needs a login and never asks a question first.

Each leave is a row with its way: by what, after which issue, how long after its letter. One that a scanner may have made is
doubtful: the person says so by one more press, or an editor decides; nobody's wish is thrown away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from newsletter.errors import NotFound, Refused
from subscribers.addresses import shorten_network
from subscribers.joining.signup import ConsentEvidence, read_subscription, record_act
from subscribers.leaving.scanners import TOGETHER_S
from subscribers.models import Leave, Subscription
from subscribers.status import LEAVE, SUBSCRIPTION

REASONS = {
    "often": "Too many e-mails",
    "subject": "Not about what I do",
    "unasked": "I never signed up",
    "other": "Something else",
}


class NoLeave(NotFound):
    """This leave is not known any more: the address was forgotten, as asked or after its time. Nothing comes to it."""


class NoReason(Refused):
    """Tick one of the reasons, or write a word."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a leave came: by what (one-click, link, preferences, editor, api, complaint), by which issue's letter, how many seconds
    after the relay accepted it, from which network."""

    by: str
    issue_id: int | None = None
    after_s: int | None = None
    network: str = ""


def end_subscription(
    session: Session,
    subscription_id: int,
    *,
    by: str,
    issue_id: int | None = None,
    after_s: int | None = None,
    network: str = "",
    now: datetime,
) -> bool:
    """End a subscription. True if it changed: leaving twice is harmless, and the first way stays."""
    subscription = read_subscription(session, subscription_id)
    if subscription.status == "unsubscribed":
        return False
    subscription.status = SUBSCRIPTION.to(subscription.status, "unsubscribed")
    subscription.left_at, subscription.left_by, subscription.left_issue_id = now, by, issue_id
    subscription.reconfirm_by = None
    doubted = latest_leave(session, subscription_id)
    if doubted is not None and doubted.status == "doubtful":
        doubted.status = LEAVE.to(doubted.status, "obeyed")
    else:
        _add(session, subscription, Way(by, issue_id, after_s, network), "obeyed", now)
    record_act(session, subscription, "leave", ConsentEvidence(words=by, network=network), now=now)
    return True


def note_doubtful_leave(session: Session, subscription_id: int, way: Way, now: datetime) -> None:
    """Note a leave that a scanner may have made; the subscription stays as it is. Doubting twice makes one row."""
    doubted = latest_leave(session, subscription_id)
    if doubted is None or doubted.status != "doubtful":
        _add(session, read_subscription(session, subscription_id), way, "doubtful", now)


def others_nearby(session: Session, subscription_id: int, network: str, now: datetime) -> int:
    """Return how many other subscriptions the button was pressed for from this network within the last minute."""
    shortened = shorten_network(network)
    if not shortened:
        return 0
    query = select(func.count(col(Leave.subscription_id).distinct())).where(
        col(Leave.at) > now - timedelta(seconds=TOGETHER_S),
        col(Leave.network) == shortened,
        col(Leave.subscription_id) != subscription_id,
    )
    return session.exec(query.where(col(Leave.by).in_(("link", "preferences")))).one()


def undo_leave(session: Session, subscription_id: int, now: datetime) -> Subscription:
    """Bring back who left by a slip; only who had confirmed before comes back. Undoing twice is harmless."""
    subscription = read_subscription(session, subscription_id)
    if subscription.status == "unsubscribed":
        subscription.status = SUBSCRIPTION.to(
            subscription.status, "active" if subscription.confirmed_at else "unconfirmed"
        )
        subscription.left_at, subscription.left_by, subscription.left_issue_id = None, "", None
        one = latest_leave(session, subscription_id)
        if one is not None and one.status == "obeyed":
            one.status = LEAVE.to(one.status, "undone")
        record_act(session, subscription, "undo", ConsentEvidence(), now=now)
    return subscription


def set_reason(session: Session, leave_id: int, why: str, words: str) -> None:
    """Keep the reason that somebody gave after they had left. Raises NoLeave or NoReason."""
    one = session.get(Leave, leave_id)
    if one is None or one.subscription_id is None:
        raise NoLeave
    told = " ".join(words.split())[:500]
    if why not in REASONS and not told:
        raise NoReason
    one.why, one.words = why if why in REASONS else "other", told
    session.flush()


def read_leave(session: Session, leave_id: int) -> Leave:
    """Return a leave whose person is still known; raises NoLeave."""
    one = session.get(Leave, leave_id)
    if one is None or one.subscription_id is None:
        raise NoLeave
    return one


def latest_leave(session: Session, subscription_id: int) -> Leave | None:
    """Return the last leave of a subscription."""
    query = select(Leave).where(col(Leave.subscription_id) == subscription_id)
    return session.exec(query.order_by(col(Leave.id).desc()).limit(1)).one_or_none()


def waiting_leaves(session: Session, publication_id: int) -> Sequence[Leave]:
    """Return the leaves that wait for a decision, the oldest first."""
    query = select(Leave).where(
        col(Leave.publication_id) == publication_id, col(Leave.status) == "doubtful"
    )
    return session.exec(query.order_by(col(Leave.id))).all()


def decide_leave(session: Session, leave_id: int, *, obey: bool, now: datetime) -> None:
    """An editor says what a doubtful leave was: a reader's, or a scanner's. Raises NoLeave or WrongMove."""
    one = read_leave(session, leave_id)
    if obey:
        LEAVE.to(one.status, "obeyed")
        end_subscription(
            session, one.subscription_id or 0, by=one.by, issue_id=one.issue_id, now=now
        )
    else:
        one.status = LEAVE.to(one.status, "stayed")
    session.flush()


def _add(
    session: Session, subscription: Subscription, way: Way, status: str, now: datetime
) -> None:
    session.add(
        Leave(
            publication_id=subscription.publication_id,
            subscription_id=subscription.id,
            issue_id=way.issue_id,
            by=way.by,
            at=now,
            after_s=way.after_s,
            network=shorten_network(way.network),
            status=status,
        )
    )
    session.flush()
