"""Reading issues: one of them, the current one, all of them, and their blocks in order."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.errors import NotFound
from newsletter.issues.models import EXTRA, STORY_KINDS, Block, Issue
from newsletter.statements import locked

KINDS = (*STORY_KINDS, "tools", "similar")  # in the order in which they are printed
OPEN = ("proposed", "held", "approved")
NEWEST_FIRST = col(Issue.number).desc()


class NoIssue(NotFound):
    """There is no such issue."""

    hint = "`newsletter issue list` shows those there are."


def read_issue(
    session: Session,
    issue_id: int,
) -> Issue:
    """Return an issue; raises NoIssue."""
    return _existing(session.get(Issue, issue_id))


def read_issue_to_change(
    session: Session,
    issue_id: int,
) -> Issue:
    """Return an issue as it is now, and lock its row until the transaction ends; raises NoIssue."""
    query = select(Issue).filter_by(id=issue_id)
    return _existing(session.exec(locked(query)).one_or_none())


def issue_by_number(
    session: Session,
    publication_id: int,
    number: int,
) -> Issue:
    """Return the issue of that number; raises NoIssue."""
    query = select(Issue).filter_by(publication_id=publication_id, number=number)
    return _existing(session.exec(query).one_or_none())


def issue_of_period(
    session: Session,
    publication_id: int,
    period: str,
) -> Issue | None:
    """Return the issue that was proposed for that period, if there is one."""
    query = select(Issue).filter_by(publication_id=publication_id, period=period)
    return session.exec(query).one_or_none()


def current_issue(
    session: Session,
    publication_id: int,
    frequency: str = "every",
) -> Issue | None:
    """Return the latest issue of that frequency that is still open: proposed, held or approved.

    Extra issues are beside it: open_extras has them.
    """
    query = select(Issue).filter_by(publication_id=publication_id, frequency=frequency)
    is_regular = ~col(Issue.period).startswith(EXTRA)
    return _latest(session, query.where(col(Issue.status).in_(OPEN), is_regular))


def open_extras(session: Session, publication_id: int) -> Sequence[Issue]:
    """Return the extra issues that are still open, the first to go out first."""
    query = select(Issue).filter_by(publication_id=publication_id)
    is_extra = col(Issue.period).startswith(EXTRA)
    is_open = col(Issue.status).in_(OPEN)
    return session.exec(query.where(is_extra, is_open).order_by(col(Issue.due_at))).all()


def latest_sent_issue(
    session: Session,
    publication_id: int,
) -> Issue | None:
    """Return the issue that went out last."""
    query = select(Issue).filter_by(publication_id=publication_id, status="sent")
    return _latest(session, query)


def all_issues(
    session: Session,
    publication_id: int,
) -> Sequence[Issue]:
    """Return all issues, newest first."""
    query = select(Issue).filter_by(publication_id=publication_id)
    return session.exec(query.order_by(NEWEST_FIRST)).all()


def latest_issues(
    session: Session,
    publication_id: int,
    count: int,
) -> Sequence[Issue]:
    """Return so many of the issues, newest first."""
    return session.exec(
        select(Issue).filter_by(publication_id=publication_id).order_by(NEWEST_FIRST).limit(count)
    ).all()


def next_number(
    session: Session,
    publication_id: int,
) -> int:
    """Return the number that follows on the highest of a publication's issues."""
    highest = select(func.max(Issue.number)).filter_by(publication_id=publication_id)
    return (session.exec(highest).one() or 0) + 1


def read_blocks(
    session: Session,
    issue_id: int,
) -> list[Block]:
    """Return the blocks in the order in which they are printed."""
    return blocks_by_issue(session, [issue_id])[issue_id]


def read_stories(
    session: Session,
    issue_id: int,
) -> list[Block]:
    """Return the blocks that are stories: the lead, the rows and the brief ones, in order."""
    return stories_in(read_blocks(session, issue_id))


def stories_in(blocks: Iterable[Block]) -> list[Block]:
    """Return those of the blocks that are stories."""
    return [block for block in blocks if block.is_story]


def of_kind(blocks: Iterable[Block], kind: str) -> list[Block]:
    """Return those of the blocks that are of that kind."""
    return [block for block in blocks if block.kind == kind]


def blocks_by_issue(session: Session, issue_ids: Sequence[int]) -> Mapping[int, list[Block]]:
    """Return the blocks of each issue in the order in which they are printed."""
    found: dict[int, list[Block]] = {issue_id: [] for issue_id in issue_ids}
    # One query for all, because feeds and the archive show many issues.
    blocks = session.exec(select(Block).where(col(Block.issue_id).in_(issue_ids)))
    for block in sorted(blocks, key=_print_order):
        found[block.issue_id].append(block)
    return found


def _existing(issue: Issue | None) -> Issue:
    if issue is None:
        raise NoIssue
    return issue


def _latest(session: Session, query: SelectOfScalar[Issue]) -> Issue | None:
    return session.exec(query.order_by(NEWEST_FIRST).limit(1)).one_or_none()


def _print_order(block: Block) -> tuple[int, int, int]:
    return KINDS.index(block.kind), block.position, block.key
