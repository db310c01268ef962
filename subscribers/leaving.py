"""Leaving, and the undo of a leave. It never needs a login and never asks a question first."""

from datetime import datetime

from sqlmodel import Session

from subscribers.models import Subscription
from subscribers.signup import read, record
from subscribers.status import moved


def leave(session: Session, subscription_id: int, *, by: str, issue_id: int | None, now: datetime) -> bool:
    """End a subscription; `by` is one-click, link or editor. True if it changed: leaving twice is harmless."""
    subscription = read(session, subscription_id)
    if subscription.status == "unsubscribed":
        return False
    subscription.status = moved(subscription.status, "unsubscribed")
    subscription.left_at, subscription.left_by, subscription.left_issue_id = now, by, issue_id
    record(session, subscription, "leave", now)
    return True


def undo(session: Session, subscription_id: int, now: datetime) -> Subscription:
    """Bring back who left by a slip; only who had confirmed before comes back. Undoing twice is harmless."""
    subscription = read(session, subscription_id)
    if subscription.status == "unsubscribed":
        subscription.status = moved(subscription.status, "active" if subscription.confirmed_at else "unconfirmed")
        subscription.left_at, subscription.left_by, subscription.left_issue_id = None, "", None
        record(session, subscription, "undo", now)
    return subscription
