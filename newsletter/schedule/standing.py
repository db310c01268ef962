"""Which issue stands for a deadline, and which deadline comes next that has none."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.cadence.dates import next_due, span_of
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.publications.dates import cadence_of
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication_to_change

MOST_DATES = 60  # that are looked at for one without an issue


def issue_standing_for(
    session: Session,
    publication: Publication,
    due_at: datetime,
) -> Issue | None:
    """Return the issue that stands for a deadline; another cadence may have brought it."""
    begins_at, ends_at = span_of(cadence_of(publication), due_at)
    deadline = col(Issue.deadline_at)
    query = select(Issue).filter_by(publication_id=publication.key, frequency="every")
    standing = query.where(deadline >= begins_at, deadline < ends_at)
    return session.exec(standing.order_by(col(Issue.number).desc()).limit(1)).one_or_none()


def next_free(
    session: Session,
    publication: Publication,
    now: datetime,
) -> datetime:
    """Return the next deadline for which no issue stands yet."""
    cadence = cadence_of(publication)
    due_at = next_due(cadence, now)
    for _ in range(MOST_DATES):
        if issue_standing_for(session, publication, due_at) is None:
            break
        due_at = next_due(cadence, due_at)
    return due_at


def propose_next(
    session: Session,
    publication_id: int,
    now: datetime,
    clicks: Mapping[int, float],
) -> Issue:
    """Propose the issue of the coming deadline, or look again for the one that stands for it."""
    # Locked first: a scheduler may be about to propose the same.
    publication = read_publication_to_change(session, publication_id)
    due_at = next_due(cadence_of(publication), now)
    standing = issue_standing_for(session, publication, due_at)
    return propose(
        session,
        publication_id,
        period=standing.period if standing else due_at.isoformat(),
        due_at=due_at,
        now=now,
        clicks=clicks,
    )
