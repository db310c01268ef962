"""Reading issues: one, the current one, all of them, and their blocks in order."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from newsletter.errors import NotFound
from newsletter.issues.models import Block, Issue

STORY_KINDS = ("lead", "stories", "brief")
KINDS = (*STORY_KINDS, "tools", "similar")


class NoIssue(NotFound):
    """There is no such issue."""

    hint = "`newsletter issue list` shows those there are."


def read_issue(session: Session, issue_id: int) -> Issue:
    """Return an issue; raises NoIssue."""
    issue = session.get(Issue, issue_id)
    if issue is None:
        raise NoIssue
    return issue


def current_issue(session: Session, publication_id: int, frequency: str = "every") -> Issue | None:
    """Return the latest issue of that frequency that is still open: proposed, held or approved."""
    open_ = ("proposed", "held", "approved")
    query = select(Issue).where(
        col(Issue.publication_id) == publication_id, col(Issue.status).in_(open_)
    )
    query = query.where(col(Issue.frequency) == frequency)
    return session.exec(query.order_by(col(Issue.number).desc()).limit(1)).one_or_none()


def all_issues(session: Session, publication_id: int) -> Sequence[Issue]:
    """Return all issues, newest first."""
    query = select(Issue).where(col(Issue.publication_id) == publication_id)
    return session.exec(query.order_by(col(Issue.number).desc())).all()


def latest_sent_issue(session: Session, publication_id: int) -> Issue | None:
    """Return the issue that went out last."""
    sent = select(Issue).where(
        col(Issue.publication_id) == publication_id, col(Issue.status) == "sent"
    )
    return session.exec(sent.order_by(col(Issue.number).desc()).limit(1)).one_or_none()


def issue_by_number(session: Session, publication_id: int, number: int) -> Issue:
    """Return the issue of that number; raises NoIssue."""
    query = select(Issue).where(
        col(Issue.publication_id) == publication_id, col(Issue.number) == number
    )
    issue = session.exec(query).one_or_none()
    if issue is None:
        raise NoIssue
    return issue


def read_blocks(session: Session, issue_id: int) -> list[Block]:
    """Return the blocks in the order in which they are printed."""
    return blocks_by_issue(session, [issue_id])[issue_id]


def blocks_by_issue(session: Session, issue_ids: Sequence[int]) -> Mapping[int, list[Block]]:
    """Return the blocks of each issue in the order in which they are printed."""
    found: dict[int, list[Block]] = {key: [] for key in issue_ids}
    for block in session.exec(select(Block).where(col(Block.issue_id).in_(issue_ids))):
        found[block.issue_id].append(block)
    for shown in found.values():
        shown.sort(key=lambda block: (KINDS.index(block.kind), block.position, block.key))
    return found
