"""Leaving, and taking a leave back. It never needs a login and never asks a question first.

Each leave is a row: by what it came, after which issue, how long after its letter. A leave that a
scanner may have made is doubtful: the person presses once more, or an editor decides. So no wish
is lost, and no scanner ends a subscription.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.errors import NotFound, Refused
from newsletter.text import one_line
from subscribers.addresses import shorten_network
from subscribers.joining.signup import (
    ConsentEvidence,
    has_left,
    read_subscription,
    record_act,
)
from subscribers.leaving.scanners import TOGETHER_S
from subscribers.models import Leave, Subscription
from subscribers.status import LEAVE, SUBSCRIPTION

REASONS = {
    "often": "Too many e-mails",
    "subject": "Not about what I do",
    "unasked": "I never signed up",
    "other": "Something else",
}
WORDS_CHARS = 500


class NoLeave(NotFound):
    """This leave is not known any more: the address was forgotten, as asked or after its time.
    Nothing comes to it."""


class NoReason(Refused):
    """Tick one of the reasons, or write a word."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a leave came.

    `by` is one-click, link, preferences, editor, api, complaint, import or silence; `issue_id` the
    issue whose letter led to it, `after_s` the seconds since the relay accepted that letter,
    `network` the IP address.
    """

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
    """End a subscription. True if it changed: leaving twice is harmless, and the first way stays.

    It stays, too, if somebody typed the address of who left into a form, which nobody confirmed:
    else the end of that wish could be taken back, and the leave before it with it. See Way for the
    arguments. Raises NoSubscription.
    """
    subscription = read_subscription(session, subscription_id)
    if subscription.status == "unsubscribed":
        return False
    had_left = has_left(subscription)
    subscription.status = SUBSCRIPTION.to(subscription.status, "unsubscribed")
    way = Way(by, issue_id, after_s, network)
    is_counted = _obey_doubtful(session, subscription.key)
    if not had_left:
        _set_way_out(subscription, way, now)
        # A doubtful leave turned into a real one: the person is counted once.
        if not is_counted:
            _add(session, subscription, way, "obeyed", now)
    evidence = ConsentEvidence(by, network=network)
    record_act(session, subscription, "leave", evidence, now=now)
    return True


def note_doubtful_leave(
    session: Session,
    subscription_id: int,
    way: Way,
    now: datetime,
) -> None:
    """Note a leave that a scanner may have made, once; the subscription goes on."""
    if _find_doubtful(session, subscription_id) is None:
        _add(session, read_subscription(session, subscription_id), way, "doubtful", now)


def others_nearby(
    session: Session,
    subscription_id: int,
    network: str,
    now: datetime,
) -> int:
    """Return for how many other subscriptions the button was pressed from this network lately.

    Lately is within TOGETHER_S seconds; 0 for an unknown network.
    """
    shortened = shorten_network(network)
    if not shortened:
        return 0
    presses = _presses(shortened, now - timedelta(seconds=TOGETHER_S))
    others = presses.where(col(Leave.subscription_id) != subscription_id)
    return session.exec(others).one()


def undo_if_latest(
    session: Session,
    leave: Leave,
    now: datetime,
) -> None:
    """Take a leave back, unless the reader has left once more since: that one counts.

    The link to take it back is shown to who left, and may be in other hands than the reader's.
    """
    subscription_id = leave.subscription_id or 0
    latest = latest_leave(session, subscription_id)
    if latest is not None and latest.id == leave.id:
        undo_leave(session, subscription_id, now)


def undo_leave(
    session: Session,
    subscription_id: int,
    now: datetime,
) -> Subscription:
    """Take a leave back; twice is harmless. Who never confirmed is unconfirmed again."""
    subscription = read_subscription(session, subscription_id)
    if subscription.status != "unsubscribed":
        return subscription
    before = "active" if subscription.confirmed_at else "unconfirmed"
    subscription.status = SUBSCRIPTION.to(subscription.status, before)
    clear_way_out(subscription)
    _undo_latest(session, subscription_id)
    record_act(session, subscription, "undo", ConsentEvidence(), now=now)
    return subscription


def clear_way_out(subscription: Subscription) -> None:
    """Take away how a subscription ended: it goes on."""
    subscription.left_at = None
    subscription.left_by = ""
    subscription.left_issue_id = None


def set_reason(
    session: Session,
    leave_id: int,
    why: str,
    words: str,
) -> None:
    """Keep the reason that somebody gives after they left: a key of REASONS, or words of theirs.

    Raises NoLeave or NoReason.
    """
    leave = read_leave(session, leave_id)
    line = one_line(words)[:WORDS_CHARS]
    leave.why = _reason(why, line)
    leave.words = line
    session.flush()


def read_leave(session: Session, leave_id: int) -> Leave:
    """Return a leave whose person is still known; raises NoLeave."""
    leave = session.get(Leave, leave_id)
    if leave is None or leave.subscription_id is None:
        raise NoLeave
    return leave


def latest_leave(session: Session, subscription_id: int) -> Leave | None:
    """Return the last leave of a subscription."""
    query = select(Leave).filter_by(subscription_id=subscription_id)
    return session.exec(query.order_by(col(Leave.id).desc()).limit(1)).one_or_none()


def waiting_leaves(session: Session, publication_id: int) -> Sequence[Leave]:
    """Return the leaves that wait for a decision, the oldest first."""
    return session.exec(
        select(Leave)
        .filter_by(publication_id=publication_id, status="doubtful")
        .order_by(col(Leave.id))
    ).all()


def decide_leave(
    session: Session,
    leave_id: int,
    *,
    obey: bool,
    now: datetime,
) -> None:
    """Obey a doubtful leave, or keep the subscription: an editor decides.

    Raises NoLeave or WrongMove.
    """
    leave = read_leave(session, leave_id)
    if obey:
        _obey(session, leave, now)
    else:
        leave.status = LEAVE.to(leave.status, "stayed")
    session.flush()


def _set_way_out(
    subscription: Subscription,
    way: Way,
    now: datetime,
) -> None:
    subscription.left_at = now
    subscription.left_by = way.by
    subscription.left_issue_id = way.issue_id
    # Whether they want to stay is answered by that.
    subscription.reconfirm_by = None


def _presses(network: str, since: datetime) -> SelectOfScalar[int]:
    """Count the subscriptions for which the button was pressed from a network."""
    return select(func.count(col(Leave.subscription_id).distinct())).where(
        col(Leave.at) > since,
        col(Leave.network) == network,
        # One-click POSTs (RFC 8058) come from the few networks of mail providers.
        col(Leave.by).in_(("link", "preferences")),
    )


def _undo_latest(session: Session, subscription_id: int) -> None:
    leave = latest_leave(session, subscription_id)
    # A list may have brought the subscription in as ended, without a leave.
    if leave is not None and leave.status == "obeyed":
        leave.status = LEAVE.to(leave.status, "undone")


def _reason(why: str, words: str) -> str:
    """A key of REASONS. Raises NoReason."""
    if why in REASONS:
        return why
    if not words:
        raise NoReason
    return "other"


def _obey(
    session: Session,
    leave: Leave,
    now: datetime,
) -> None:
    # Asked first: the subscription must not end for a leave that was decided meanwhile.
    LEAVE.to(leave.status, "obeyed")
    end_subscription(
        session,
        leave.subscription_id or 0,
        by=leave.by,
        issue_id=leave.issue_id,
        now=now,
    )


def _obey_doubtful(session: Session, subscription_id: int) -> bool:
    """Turn a doubtful leave into a real one. True if there was one."""
    doubtful = _find_doubtful(session, subscription_id)
    if doubtful is None:
        return False
    doubtful.status = LEAVE.to(doubtful.status, "obeyed")
    return True


def _find_doubtful(session: Session, subscription_id: int) -> Leave | None:
    """The last leave of a subscription, if it is in doubt."""
    leave = latest_leave(session, subscription_id)
    return leave if leave is not None and leave.status == "doubtful" else None


def _add(
    session: Session,
    subscription: Subscription,
    way: Way,
    status: str,
    now: datetime,
) -> None:
    leave = Leave(
        publication_id=subscription.publication_id,
        subscription_id=subscription.id,
        issue_id=way.issue_id,
        by=way.by,
        at=now,
        after_s=way.after_s,
        network=shorten_network(way.network),
        status=status,
    )
    session.add(leave)
    session.flush()
