"""Proposing: open the issue of a deadline and fill it from ranked candidates, by the plan."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from newsletter.issues.featuring import tool_blocks
from newsletter.issues.models import EXTRA, Issue
from newsletter.issues.reading import issue_of_period, next_number
from newsletter.issues.refreshing import refill, refresh
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication_to_change
from newsletter.statements import add_and_flush
from subscribers.kept.counting import count_active

FIRST_WINDOW = timedelta(days=7)  # a publication that has sent nothing yet looks back this far


def propose(
    session: Session,
    publication_id: int,
    *,
    period: str,
    due_at: datetime,
    now: datetime,
    clicks: Mapping[int, float] | None = None,
) -> Issue:
    """Return the issue of `period`, proposing it if there is none yet.

    Asking again gives the same issue, refreshed. `clicks` has by source id how often people click
    its stories; a usual source has 1.
    """
    # Locked: two schedulers, or an editor and one, may ask for the same deadline.
    publication = read_publication_to_change(session, publication_id)
    existing = issue_of_period(session, publication_id, period)
    if existing is not None:
        refresh(session, existing.key, now, clicks=clicks)
        return existing
    issue = _open_issue(session, publication, period=period, due_at=due_at, now=now)
    # Tools come first: the words of the issue say how many there are.
    session.add_all(tool_blocks(session, publication, issue))
    session.flush()
    refill(session, publication, issue, now, clicks=clicks)
    return issue


def window_start(
    session: Session,
    publication_id: int,
    now: datetime,
) -> datetime:
    """Return the end of the last sent issue's window, whatever the calendar says.

    So no article is in two windows or in none. A best-of has no window of its own, and an extra
    issue leaves to the next one what it did not use.
    """
    sent = select(func.max(Issue.window_to)).filter_by(
        publication_id=publication_id,
        status="sent",
        frequency="every",
    )
    query = sent.where(~col(Issue.period).startswith(EXTRA))
    return session.exec(query).one() or now - FIRST_WINDOW


def _open_issue(
    session: Session,
    publication: Publication,
    *,
    period: str,
    due_at: datetime,
    now: datetime,
) -> Issue:
    issue = Issue(
        publication_id=publication.key,
        number=next_number(session, publication.key),
        period=period,
        status="proposed",
        window_from=window_start(session, publication.key, now),
        window_to=now,
        due_at=due_at,
        deadline_at=due_at,
        proposed_at=now,
        readers=count_active(session, publication.key),
    )
    return add_and_flush(session, issue)
