"""Stories that another open issue holds: they go out with it, and so come in no issue beside it."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from newsletter.issues.models import EXTRA, Block, Issue
from newsletter.issues.reading import OPEN
from newsletter.issues.reports import LinkedReport, read_reports


def held_reports(
    session: Session,
    issue: Issue,
    linked: Collection[int],
    now: datetime,
) -> list[LinkedReport]:
    """Return what other issues hold, as if it were linked now, without what is `linked` already.

    An extra issue holds its stories as long as it is open, another one from its approval on. A
    proposed issue of the cadence holds none: its refresh finds others.
    """
    numbers = _numbers_by_article(session, issue)
    free = [article_id for article_id in numbers if article_id not in linked]
    reports = read_reports(session, issue.publication_id, free)
    return [LinkedReport(report, now, numbers[report.id]) for report in reports]


def _numbers_by_article(session: Session, issue: Issue) -> dict[int, int]:
    """Return for each article that another issue holds the number of that issue."""
    is_open_extra = and_(
        col(Issue.status).in_(OPEN),
        col(Issue.period).startswith(EXTRA),
    )
    query = (
        select(Issue.number, Block)
        .join(Block, col(Block.issue_id) == col(Issue.id))
        .where(
            Issue.publication_id == issue.publication_id,
            Issue.frequency == "every",
            col(Issue.id) != issue.id,
            or_(is_open_extra, col(Issue.status) == "approved"),
        )
    )
    numbers: dict[int, int] = {}
    for number, block in session.exec(query):
        numbers.update(dict.fromkeys(block.article_ids, number))
    return numbers
