"""Leaving by a letter's link: the subscription ends, and what waits for that reader is cancelled.

The leave is noted with the issue whose letter it came from, and how long after the letter: figures
show it, and a scanner that follows every link of a letter is known by it.
"""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.delivery.letter_links import LetterReader
from newsletter.delivery.models import Delivery, Message, cancelling
from newsletter.delivery.status import UNDER_WAY
from subscribers.leaving import unsubscribing
from subscribers.leaving.scanners import AT_ONCE_S, ButtonPress, is_doubtful
from subscribers.leaving.unsubscribing import Way


def leave(
    session: Session,
    reader: LetterReader,
    *,
    by: str,
    network: str = "",
    now: datetime,
) -> bool:
    """End the subscription that a letter was sent for. True if it changed.

    `by` says how: one-click, link or preferences. Mail clients send the one-click POST themselves
    (RFC 8058), and may send it twice: the second one changes nothing.
    """
    if not reader.subscription_id:
        return False
    changed = unsubscribing.end_subscription(
        session,
        reader.subscription_id,
        by=by,
        issue_id=reader.issue_id,
        after_s=seconds_since_acceptance(session, reader, now),
        network=network,
        now=now,
    )
    # also if it had ended before: somebody else may have ended it without knowing of deliveries
    cancel_waiting(
        session,
        reader.publication_id,
        reader.subscriber_id,
        now,
    )
    return changed


def press_leave(
    session: Session,
    reader: LetterReader,
    *,
    by: str,
    looked_s: float | None,
    is_second: bool,
    network: str,
    now: datetime,
) -> bool:
    """Leave by the button of a page. False if a scanner may have pressed it.

    Then the leave is noted as doubtful. `looked_s` is how long the page was looked at, None if
    that is not known; `is_second` says that the page asked whether they mean it, and they do.
    """
    if not reader.subscription_id or reader.status == "unsubscribed":
        return True
    after_s = seconds_since_acceptance(session, reader, now)
    others = unsubscribing.others_nearby(
        session,
        reader.subscription_id,
        network,
        now,
    )
    # The age of a small letter is not known: for all we know it has just come.
    age_s = AT_ONCE_S if reader.issue_id is None else after_s
    if is_doubtful(ButtonPress(age_s, looked_s, others, is_second)):
        way = Way(by, reader.issue_id, after_s, network)
        unsubscribing.note_doubtful_leave(
            session,
            reader.subscription_id,
            way,
            now,
        )
        return False
    leave(session, reader, by=by, network=network, now=now)
    return True


def seconds_since_acceptance(
    session: Session,
    reader: LetterReader,
    now: datetime,
) -> int | None:
    """Return how long ago the relay accepted the reader's letter; None if that is not known."""
    at = _accepted_at(session, reader)
    return max(0, round((now - at).total_seconds())) if at else None


def _accepted_at(session: Session, reader: LetterReader) -> datetime | None:
    """Return when the relay took the reader's letter, as far as that is known."""
    if reader.issue_id is None:
        return None
    query = select(Message.settled_at, Message.claimed_at).filter_by(
        issue_id=reader.issue_id,
        subscriber_id=reader.subscriber_id,
    )
    settled_at, claimed_at = session.exec(query).one_or_none() or (None, None)
    return settled_at or claimed_at  # a scanner may come before the relay's reply is recorded


def cancel_waiting(
    session: Session,
    publication_id: int,
    subscriber_id: int,
    now: datetime,
) -> None:
    """Cancel what waits for somebody who left or snoozes, in all deliveries of a publication."""
    is_under_way = col(Message.issue_id).in_(_issues_under_way(publication_id))
    theirs = cancelling(now).filter_by(subscriber_id=subscriber_id)
    session.exec(theirs.where(is_under_way))


def _issues_under_way(publication_id: int) -> SelectOfScalar[int]:
    """Return the query of the issues of a publication that go out now."""
    deliveries = select(Delivery.issue_id).filter_by(publication_id=publication_id)
    return deliveries.where(col(Delivery.status).in_(UNDER_WAY))
