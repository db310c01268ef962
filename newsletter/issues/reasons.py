"""Weighing kept: what was considered for an issue, its score, and why it got in or not."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, delete, func, select

from newsletter.choosing.lineup import Verdict
from newsletter.errors import NotFound
from newsletter.gathering.models import Article
from newsletter.issues.blocks import said
from newsletter.issues.models import Weighed
from newsletter.statements import insert_new


class NotWeighed(NotFound):
    """That story was not considered for this issue. Refresh the issue, then look again."""


def write(session: Session, issue_id: int, verdicts: Sequence[Verdict]) -> None:
    """Write the report of an issue anew: one row for each candidate."""
    session.exec(delete(Weighed).where(col(Weighed.issue_id) == issue_id))
    if verdicts:
        insert_new(session, Weighed, [_row(issue_id, one) for one in verdicts])


def of_issue(session: Session, issue_id: int, limit: int | None = None) -> Sequence[Weighed]:
    """Return what was considered: those that are in, in their order, then the others, best first."""
    query = select(Weighed).where(col(Weighed.issue_id) == issue_id)
    order = (
        col(Weighed.place).is_(None),
        col(Weighed.place),
        col(Weighed.score).desc(),
        col(Weighed.id),
    )
    return session.exec(query.order_by(*order).limit(limit)).all()


def count(session: Session, issue_id: int) -> int:
    """Return how many were considered."""
    return session.exec(select(func.count()).where(col(Weighed.issue_id) == issue_id)).one()


def articles(session: Session, rows: Sequence[Weighed]) -> dict[int, Article]:
    """Return the articles of these rows and those folded into them, by id."""
    ids = {key for row in rows for key in (row.article_id, *row.folded)}
    return {
        one.key: one for one in session.exec(select(Article).where(col(Article.id).in_(ids))).all()
    }


def read(session: Session, issue_id: int, article_id: int) -> Weighed:
    """Return one row; raises NotWeighed."""
    query = select(Weighed).where(
        col(Weighed.issue_id) == issue_id, col(Weighed.article_id) == article_id
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotWeighed
    return found


def _row(issue_id: int, one: Verdict) -> Mapping[str, object]:
    first = one.candidate.tellings[0]
    return {
        "issue_id": issue_id,
        "article_id": first.id,
        "place": one.place,
        "score": one.candidate.score,
        "verdict": one.because[:300],
        "title": first.title,
        "sources": list(one.candidate.sources),
        "folded": [other.id for other in one.candidate.tellings[1:]],
        "reasons": said(one.candidate),
    }
