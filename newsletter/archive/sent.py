"""The archive: the issues that were sent, newest first, whether from here or imported."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.errors import NotFound
from newsletter.issues.models import Issue, PastIssue
from newsletter.issues.reading import NoIssue, issue_by_number


class NotSent(NotFound):
    """There is no issue of that number in the archive."""


def sent_issues(
    session: Session, publication_id: int, *, skip: int = 0, most: int = 1
) -> Sequence[Issue]:
    """Return sent issues by their date, newest first."""
    newest = (col(Issue.due_at).desc(), col(Issue.number).desc())
    return session.exec(_sent(publication_id).order_by(*newest).offset(skip).limit(most)).all()


def count_sent(session: Session, publication_id: int) -> int:
    """Return how many issues were sent."""
    return session.exec(select(func.count()).select_from(_sent(publication_id).subquery())).one()


def read_sent_issue(session: Session, publication_id: int, number: int) -> Issue:
    """Return the sent issue of that number. Raises NotSent."""
    try:
        issue = issue_by_number(session, publication_id, number)
    except NoIssue:
        raise NotSent from None
    if issue.status != "sent":
        raise NotSent
    return issue


def neighbours(session: Session, issue: Issue) -> tuple[Issue | None, Issue | None]:
    """Return the issue before and the one after, by date."""
    of = _sent(issue.publication_id)
    at = col(Issue.due_at)
    earlier = of.where(
        (at < issue.due_at) | ((at == issue.due_at) & (col(Issue.number) < issue.number))
    )
    later = of.where(
        (at > issue.due_at) | ((at == issue.due_at) & (col(Issue.number) > issue.number))
    )
    before = session.exec(
        earlier.order_by(at.desc(), col(Issue.number).desc()).limit(1)
    ).one_or_none()
    after = session.exec(later.order_by(at, col(Issue.number)).limit(1)).one_or_none()
    return before, after


def past_issue(session: Session, issue_id: int) -> PastIssue | None:
    """Return what an imported issue says; None for one that was made here."""
    return session.get(PastIssue, issue_id)


def past_issues(session: Session, issue_ids: Sequence[int]) -> Mapping[int, PastIssue]:
    """Return what each of these issues says that was imported."""
    return {
        one.issue_id: one
        for one in session.exec(select(PastIssue).where(col(PastIssue.issue_id).in_(issue_ids)))
    }


def _sent(publication_id: int) -> SelectOfScalar[Issue]:
    return select(Issue).where(
        col(Issue.publication_id) == publication_id, col(Issue.status) == "sent"
    )
