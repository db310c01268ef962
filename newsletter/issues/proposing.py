"""Proposing: open the issue of a deadline and fill it from ranked candidates, by the publication's plan."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from newsletter.issues.featuring import tool_blocks
from newsletter.issues.models import Issue
from newsletter.issues.refreshing import refill, refresh
from newsletter.publications import reading as publications
from newsletter.publications.models import Publication
from subscribers.audiences.evaluating import count_active

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
    """Return the issue of `period`, proposing it if there is none yet. Asking again gives the same issue, refreshed.

    `clicks` says how often people click the stories of each source, the usual being 1.
    """
    publication = publications.read_publication(session, publication_id)
    existing = session.exec(
        select(Issue).where(
            col(Issue.publication_id) == publication_id, col(Issue.period) == period
        )
    ).one_or_none()
    if existing is not None:
        refresh(session, existing.key, now, clicks=clicks)
        return existing
    issue = _open_issue(session, publication, period, due_at, now)
    session.add_all(tool_blocks(session, publication, issue))
    session.flush()
    refill(session, publication, issue, now, clicks=clicks)
    return issue


def window_start(session: Session, publication_id: int, now: datetime) -> datetime:
    """The window begins where that of the last sent issue ended, whatever the calendar says; a best-of takes none."""
    ended = session.exec(
        select(func.max(Issue.window_to)).where(
            col(Issue.publication_id) == publication_id,
            col(Issue.status) == "sent",
            col(Issue.frequency) == "every",
        )
    ).one()
    return ended or now - FIRST_WINDOW


def _open_issue(
    session: Session, publication: Publication, period: str, due_at: datetime, now: datetime
) -> Issue:
    last = session.exec(
        select(func.max(Issue.number)).where(col(Issue.publication_id) == publication.id)
    ).one()
    issue = Issue(
        publication_id=publication.key,
        number=(last or 0) + 1,
        period=period,
        status="proposed",
        window_from=window_start(session, publication.key, now),
        window_to=now,
        due_at=due_at,
        proposed_at=now,
        readers=count_active(session, publication.key),
    )
    session.add(issue)
    session.flush()
    return issue
