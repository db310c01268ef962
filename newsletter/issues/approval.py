"""Approval: a recorded yes to one edition, by its checksum. What goes out is what was seen."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, select, update

from newsletter.issues.models import Approval, Block, Issue, Linked
from newsletter.issues.reading import read_blocks, read_issue_to_change
from newsletter.publications.models import Publication
from newsletter.statements import add_and_flush
from newsletter.tools import directory


def approve(
    session: Session,
    issue_id: int,
    checksum: str,
    *,
    by: str,
    now: datetime,
) -> Approval:
    """Record the yes of `by` to the edition with that checksum, and to who it comes from.

    Raises WrongMove if the issue is held, sent or skipped.
    """
    # The move is checked before the approval is kept: two people may press the button at once.
    issue = read_issue_to_change(session, issue_id)
    issue.move_to("approved")
    publication = session.get_one(Publication, issue.publication_id)
    approval = Approval(
        issue_id=issue_id,
        checksum=checksum,
        by=by,
        at=now,
        # A sender that is changed later is nobody's who said yes (promise 3).
        letterhead=asdict(publication.letterhead),
    )
    return add_and_flush(session, approval)


def withdraw(
    session: Session,
    issue_id: int,
    now: datetime,
) -> Issue:
    """Take the approval back; the issue can be changed again. Raises WrongMove if it was sent."""
    issue = read_issue_to_change(session, issue_id)
    issue.move_to("proposed")
    _end_approvals(session, issue_id, now)
    session.flush()
    return issue


def in_force(session: Session, issue_id: int) -> Approval | None:
    """Return the approval that was not withdrawn, if there is one."""
    query = select(Approval).where(_is_in_force(issue_id))
    return session.exec(query.order_by(col(Approval.id).desc()).limit(1)).one_or_none()


def carried_articles(session: Session, article_ids: Collection[int]) -> set[int]:
    """Return those of some articles that an approved or a sent issue carries."""
    asked = set(article_ids)
    sent = select(Linked.article_id).where(col(Linked.article_id).in_(asked))
    approved = (
        select(Block)
        .join(Issue, col(Issue.id) == col(Block.issue_id))
        .where(col(Issue.status) == "approved")
    )
    carried = _articles_in(session.exec(approved))
    carried.update(session.exec(sent))
    return asked & carried


def mark_sent(
    session: Session,
    issue_id: int,
    now: datetime,
) -> Issue:
    """Mark an issue as sent, now that its delivery is planned.

    What it links is never proposed again, and its tools go to the end of the queue.
    """
    issue = read_issue_to_change(session, issue_id)
    issue.move_to("sent")
    issue.sent_at = now
    blocks = read_blocks(session, issue_id)
    _remember_links(session, issue, _articles_in(blocks))
    if issue.frequency == "every":  # a best-of uses up no tool's turn
        _end_turns(session, blocks, now)
    session.flush()
    return issue


def _end_approvals(
    session: Session,
    issue_id: int,
    now: datetime,
) -> None:
    # An approval is never deleted: who had approved what stays known.
    approvals = update(Approval).where(_is_in_force(issue_id))
    session.exec(approvals.values(withdrawn_at=now))


def _is_in_force(issue_id: int) -> ColumnElement[bool]:
    """The condition that an approval of that issue was not withdrawn."""
    return and_(col(Approval.issue_id) == issue_id, col(Approval.withdrawn_at).is_(None))


def _articles_in(blocks: Iterable[Block]) -> set[int]:
    """Return the ids of the articles in these blocks, those folded into them too."""
    articles: set[int] = set()
    for block in blocks:
        articles.update(block.article_ids)
    return articles


def _remember_links(
    session: Session,
    issue: Issue,
    article_ids: set[int],
) -> None:
    key = issue.publication_id
    # A best-of repeats articles on purpose; their first issue stays the one that linked them.
    new = article_ids.difference(_linked_before(session, key))
    for article_id in sorted(new):
        session.add(Linked(publication_id=key, issue_id=issue.key, article_id=article_id))


def _linked_before(session: Session, publication_id: int) -> Sequence[int]:
    """Return the ids of the articles that issues linked before."""
    query = select(Linked.article_id).filter_by(publication_id=publication_id)
    return session.exec(query).all()


def _end_turns(
    session: Session,
    blocks: Iterable[Block],
    now: datetime,
) -> None:
    """Let the tools of these blocks go to the end of the queue."""
    tool_ids = [block.tool_id for block in blocks if block.tool_id]
    directory.mark_featured(session, tool_ids, now)
