"""What tests of the archive share: an issue of a given moment."""

from datetime import UTC, datetime

from sqlmodel import Session

from newsletter.issues.models import Issue

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def keep_issue(
    session: Session,
    publication_id: int,
    number: int,
    at: datetime = NOW,
    *,
    status: str = "sent",
    subject: str = "",
    intro: str = "",
) -> Issue:
    """Keep an issue without blocks; all its times are `at`."""
    issue = Issue(
        publication_id=publication_id,
        number=number,
        period=str(number),
        status=status,
        subject=subject,
        intro=intro,
        window_from=at,
        window_to=at,
        due_at=at,
        proposed_at=at,
        sent_at=at if status == "sent" else None,
    )
    session.add(issue)
    session.flush()
    return issue
