"""Forgetting a person in every room; and what time alone lets us forget."""

from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery.forgetting import forget_messages
from newsletter.intake import quarantine
from newsletter.letters.forgetting import forget_letters, forget_old_letters
from newsletter.tracking.forgetting import forget_subscriber
from subscribers import forgetting

GROUP = 200  # people of one transaction


def forget_person(session: Session, subscriber_id: int, now: datetime) -> None:
    """Erase a person everywhere. Twice is harmless."""
    # First the subscriber, whose addresses the later rooms need to find their rows.
    addresses = forgetting.erase_subscriber(session, subscriber_id, now)
    forget_subscriber(session, subscriber_id)
    forget_messages(session, subscriber_id, now)
    forget_letters(session, addresses)
    quarantine.forget_address(session, addresses)


def forget_leavers(
    database: Database,
    publication_id: int,
    days: int,
    now: datetime,
) -> int:
    """Erase who left more than `days` ago and is on no other list; returns how many.

    With 0 days nobody is erased.
    """
    # The publication keeps them for ever.
    if not days:
        return 0
    before = now - timedelta(days=days)
    total = 0
    # A group in each transaction: sign-ups are not held up by a long one.
    while gone := database.write(_forget_group, publication_id, before, now):
        total += gone
    return total


def forget_traces(session: Session, now: datetime) -> int:
    """Forget old small letters, old changes of address, and from where people left.

    Returns how many rows changed or went.
    """
    return forgetting.forget_traces(session, now) + forget_old_letters(session, now)


def _forget_group(
    session: Session,
    publication_id: int,
    before: datetime,
    now: datetime,
) -> int:
    """Erase some of those who left; returns how many."""
    people = forgetting.leavers(session, publication_id, before, GROUP)
    for subscriber_id in people:
        forget_person(session, subscriber_id, now)
    return len(people)
