"""Reading issues: one of them, the current one, all of them, and their blocks in order."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session, col, func, select

from newsletter.errors import NotFound
from newsletter.issues.models import STORY_KINDS, Block, Issue

KINDS = (*STORY_KINDS, "tools", "similar")  # in the order in which they are printed
OPEN = ("proposed", "held", "approved")


class NoIssue(NotFound):
    """There is no such issue."""

    hint = "`newsletter issue list` shows those there are."


def read_issue(session: Session, issue_id: int) -> Issue:
    """Return an issue; raises NoIssue."""
    issue = session.get(Issue, issue_id)
    if issue is None:
        raise NoIssue
    return issue


def read_issue_to_change(session: Session, issue_id: int) -> Issue:
    """Return an issue and lock its row until the transaction ends; raises NoIssue."""
    # SQLite has no such lock and needs none: it has one writer at a time.
    query = select(Issue).where(Issue.id == issue_id).with_for_update()
    issue = session.exec(query).one_or_none()
    if issue is None:
        raise NoIssue
    return issue


def issue_by_number(session: Session, publication_id: int, number: int) -> Issue:
    """Return the issue of that number; raises NoIssue."""
    query = select(Issue).where(
        Issue.publication_id == publication_id,
        Issue.number == number,
    )
    issue = session.exec(query).one_or_none()
    if issue is None:
        raise NoIssue
    return issue


def current_issue(
    session: Session,
    publication_id: int,
    frequency: str = "every",
) -> Issue | None:
    """Return the latest issue of that frequency that is still open: proposed, held or approved."""
    query = select(Issue).where(
        Issue.publication_id == publication_id,
        col(Issue.status).in_(OPEN),
        Issue.frequency == frequency,
    )
    return session.exec(query.order_by(col(Issue.number).desc()).limit(1)).one_or_none()


def latest_sent_issue(session: Session, publication_id: int) -> Issue | None:
    """Return the issue that went out last."""
    query = select(Issue).where(
        Issue.publication_id == publication_id,
        Issue.status == "sent",
    )
    return session.exec(query.order_by(col(Issue.number).desc()).limit(1)).one_or_none()


def all_issues(session: Session, publication_id: int) -> Sequence[Issue]:
    """Return all issues, newest first."""
    query = select(Issue).where(Issue.publication_id == publication_id)
    return session.exec(query.order_by(col(Issue.number).desc())).all()


def next_number(session: Session, publication_id: int) -> int:
    """Return the number that follows on the highest of a publication's issues."""
    highest = select(func.max(Issue.number)).where(Issue.publication_id == publication_id)
    return (session.exec(highest).one() or 0) + 1


def read_blocks(session: Session, issue_id: int) -> list[Block]:
    """Return the blocks in the order in which they are printed."""
    return blocks_by_issue(session, [issue_id])[issue_id]


def read_stories(session: Session, issue_id: int) -> list[Block]:
    """Return the blocks that are stories: the lead, the rows and the brief ones, in order."""
    return stories_in(read_blocks(session, issue_id))


def stories_in(blocks: Iterable[Block]) -> list[Block]:
    """Return those of the blocks that are stories."""
    return [block for block in blocks if block.is_story]


def blocks_by_issue(session: Session, issue_ids: Sequence[int]) -> Mapping[int, list[Block]]:
    """Return the blocks of each issue in the order in which they are printed."""
    found: dict[int, list[Block]] = {issue_id: [] for issue_id in issue_ids}
    # One query for all, because feeds and the archive show many issues.
    for block in session.exec(select(Block).where(col(Block.issue_id).in_(issue_ids))):
        found[block.issue_id].append(block)
    for blocks in found.values():
        blocks.sort(key=_print_order)
    return found


def _print_order(block: Block) -> tuple[int, int, int]:
    return KINDS.index(block.kind), block.position, block.key
