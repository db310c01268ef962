"""The archive: the issues that were sent, newest first, whether from here or imported."""

from collections.abc import Callable, Mapping, Sequence
from operator import gt, lt
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.archive.models import PastIssue
from newsletter.errors import NotFound
from newsletter.issues.models import Issue
from newsletter.issues.reading import NoIssue, issue_by_number

# Imported issues of one day may have the same moment: then the number decides.
NEWEST_FIRST = (col(Issue.due_at).desc(), col(Issue.number).desc())
OLDEST_FIRST = (col(Issue.due_at), col(Issue.number))
Comparison = Callable[[Any, Any], Any]  # of the module operator: it takes columns, too


class NotSent(NotFound):
    """There is no issue of that number in the archive."""


def sent_issues(
    session: Session,
    publication_id: int,
    *,
    skip: int = 0,
    most: int = 1,
) -> Sequence[Issue]:
    """Return sent issues by their date, newest first."""
    query = _sent(publication_id).order_by(*NEWEST_FIRST)
    return session.exec(query.offset(skip).limit(most)).all()


def count_sent(session: Session, publication_id: int) -> int:
    """Return how many issues were sent."""
    sent = _sent(publication_id).subquery()
    query = select(func.count()).select_from(sent)
    return session.exec(query).one()


def read_sent_issue(
    session: Session,
    publication_id: int,
    number: int,
) -> Issue:
    """Return the sent issue of that number. Raises NotSent."""
    try:
        issue = issue_by_number(session, publication_id, number)
    except NoIssue:
        raise NotSent from None
    if issue.status != "sent":
        raise NotSent
    return issue


def neighbours(
    session: Session,
    issue: Issue,
) -> tuple[Issue | None, Issue | None]:
    """Return the issue before and the issue after, by date. None: there is none."""
    before = _sent_beside(issue, lt).order_by(*NEWEST_FIRST)
    after = _sent_beside(issue, gt).order_by(*OLDEST_FIRST)
    return _first(session, before), _first(session, after)


def past_issue(session: Session, issue_id: int) -> PastIssue | None:
    """Return the words of an imported issue; None for one that was made here."""
    return session.get(PastIssue, issue_id)


def past_issues(
    session: Session,
    issue_ids: Sequence[int],
) -> Mapping[int, PastIssue]:
    """Return the words of those of the issues that were imported, by issue id."""
    query = select(PastIssue).where(col(PastIssue.issue_id).in_(issue_ids))
    return {past.issue_id: past for past in session.exec(query)}


def _sent_beside(issue: Issue, compare: Comparison) -> SelectOfScalar[Issue]:
    """The sent issues on one side of this one: the earlier by `lt`, the later by `gt`."""
    return _sent(issue.publication_id).where(_is_beside(issue, compare))


def _is_beside(issue: Issue, compare: Comparison) -> ColumnElement[bool]:
    at = col(Issue.due_at)
    number = col(Issue.number)
    return or_(
        compare(at, issue.due_at),
        and_(at == issue.due_at, compare(number, issue.number)),
    )


def _first(session: Session, query: SelectOfScalar[Issue]) -> Issue | None:
    return session.exec(query.limit(1)).one_or_none()


def _sent(publication_id: int) -> SelectOfScalar[Issue]:
    return select(Issue).filter_by(publication_id=publication_id, status="sent")
