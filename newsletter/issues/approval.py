"""Approval: a recorded yes to one edition, by its checksum. What goes out is what was seen."""

from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.issues.models import Approval, Issue, Linked
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.issues.status import ISSUE
from newsletter.tools import directory


def approve(session: Session, issue_id: int, checksum: str, *, by: str, now: datetime) -> Approval:
    """Record the yes of `by` to the edition with that checksum. Raises WrongMove if the issue is held, sent or skipped."""
    issue = read_issue(session, issue_id)
    issue.status = ISSUE.to(issue.status, "approved")
    approval = Approval(issue_id=issue_id, checksum=checksum, by=by, at=now)
    session.add(approval)
    session.flush()
    return approval


def withdraw(session: Session, issue_id: int, now: datetime) -> Issue:
    """Take the approval back; the issue can be changed again."""
    issue = read_issue(session, issue_id)
    issue.status = ISSUE.to(issue.status, "proposed")
    standing_ones = update(Approval).where(
        col(Approval.issue_id) == issue_id, col(Approval.withdrawn_at).is_(None)
    )
    session.exec(standing_ones.values(withdrawn_at=now))
    session.flush()
    return issue


def in_force(session: Session, issue_id: int) -> Approval | None:
    """Return the approval in force, if there is one."""
    query = select(Approval).where(
        col(Approval.issue_id) == issue_id, col(Approval.withdrawn_at).is_(None)
    )
    return session.exec(query.order_by(col(Approval.id).desc()).limit(1)).one_or_none()


def mark_sent(session: Session, issue_id: int, now: datetime) -> Issue:
    """The issue's delivery is planned: what it links is never proposed again, and its tools go to the end of the queue."""
    issue = read_issue(session, issue_id)
    issue.status, issue.sent_at = ISSUE.to(issue.status, "sent"), now
    shown = read_blocks(session, issue_id)
    articles = {key for block in shown for key in (block.article_id, *block.folded) if key}
    known = select(Linked.article_id).where(col(Linked.publication_id) == issue.publication_id)
    earlier = session.exec(known).all()
    for key in sorted(articles.difference(earlier)):
        session.add(Linked(publication_id=issue.publication_id, issue_id=issue_id, article_id=key))
    if issue.frequency == "every":  # a best-of takes nobody's turn
        directory.mark_featured(session, [block.tool_id for block in shown if block.tool_id], now)
    session.flush()
    return issue
