"""Weighing kept: what was considered for an issue, its score, and why it got in or not."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, delete, func, select

from newsletter.choosing.lineup import Verdict
from newsletter.errors import NotFound
from newsletter.gathering.models import Article
from newsletter.issues.blocks import reason_sentences
from newsletter.issues.models import Assessment
from newsletter.statements import insert_new


class NotAssessed(NotFound):
    """That story was not considered for this issue. Refresh the issue, then look again."""


def write_assessments(session: Session, issue_id: int, verdicts: Sequence[Verdict]) -> None:
    """Write the report of an issue anew: one row for each candidate."""
    session.exec(delete(Assessment).where(col(Assessment.issue_id) == issue_id))
    if verdicts:
        insert_new(session, Assessment, [_row(issue_id, one) for one in verdicts])


def read_assessments(
    session: Session, issue_id: int, limit: int | None = None
) -> Sequence[Assessment]:
    """Return what was considered: those that are in, in their order, then the others, best first."""
    query = select(Assessment).where(col(Assessment.issue_id) == issue_id)
    order = (
        col(Assessment.place).is_(None),
        col(Assessment.place),
        col(Assessment.score).desc(),
        col(Assessment.id),
    )
    return session.exec(query.order_by(*order).limit(limit)).all()


def count_assessments(session: Session, issue_id: int) -> int:
    """Return how many were considered."""
    return session.exec(select(func.count()).where(col(Assessment.issue_id) == issue_id)).one()


def assessed_articles(session: Session, rows: Sequence[Assessment]) -> dict[int, Article]:
    """Return the articles of these rows and those folded into them, by id."""
    ids = {key for row in rows for key in (row.article_id, *row.folded)}
    return {
        one.key: one for one in session.exec(select(Article).where(col(Article.id).in_(ids))).all()
    }


def read_assessment(session: Session, issue_id: int, article_id: int) -> Assessment:
    """Return one row; raises NotWeighed."""
    query = select(Assessment).where(
        col(Assessment.issue_id) == issue_id, col(Assessment.article_id) == article_id
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotAssessed
    return found


def _row(issue_id: int, one: Verdict) -> Mapping[str, object]:
    first = one.candidate.reports[0]
    return {
        "issue_id": issue_id,
        "article_id": first.id,
        "place": one.place,
        "score": one.candidate.score,
        "verdict": one.because[:300],
        "title": first.title,
        "sources": list(one.candidate.sources),
        "folded": [other.id for other in one.candidate.reports[1:]],
        "reasons": reason_sentences(one.candidate),
    }
