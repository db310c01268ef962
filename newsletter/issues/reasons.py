"""Reasons: why each candidate was chosen for an issue or not, kept with its score.

A refresh writes them all again. The desk and `newsletter issue candidates` show them.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from sqlmodel import Session, col, delete, func, select

from newsletter.choosing.lineup import Verdict
from newsletter.errors import NotFound
from newsletter.gathering.models import Article
from newsletter.issues.blocks import reason_sentences
from newsletter.issues.models import Assessment
from newsletter.statements import insert_new

VERDICT_CHARS = 300  # as long as the column
BEST_FIRST = (
    # Databases differ in where they sort NULL, so it is asked for.
    col(Assessment.place).is_(None),
    col(Assessment.place),
    col(Assessment.score).desc(),
    col(Assessment.id),
)


class NotAssessed(NotFound):
    """That story was not considered for this issue. Refresh the issue, then look again."""


def write_assessments(
    session: Session,
    issue_id: int,
    verdicts: Sequence[Verdict],
) -> None:
    """Replace the assessments of an issue: one row for each candidate."""
    session.exec(delete(Assessment).filter_by(issue_id=issue_id))
    if verdicts:
        # One statement for many rows: there may be ten thousand candidates.
        insert_new(session, Assessment, [_row(issue_id, verdict) for verdict in verdicts])


def read_assessments(
    session: Session,
    issue_id: int,
    limit: int | None = None,
) -> Sequence[Assessment]:
    """Return those that are in, in their order, then the others, best first."""
    query = select(Assessment).filter_by(issue_id=issue_id)
    return session.exec(query.order_by(*BEST_FIRST).limit(limit)).all()


def count_assessments(session: Session, issue_id: int) -> int:
    """Return how many candidates were considered."""
    return session.exec(select(func.count()).where(Assessment.issue_id == issue_id)).one()


def assessed_articles(session: Session, rows: Iterable[Assessment]) -> dict[int, Article]:
    """Return the articles of these rows, and those folded into them, by id."""
    article_ids = set(chain.from_iterable(row.article_ids for row in rows))
    query = select(Article).where(col(Article.id).in_(article_ids))
    return {article.key: article for article in session.exec(query)}


def read_assessment(
    session: Session,
    issue_id: int,
    article_id: int,
) -> Assessment:
    """Return why the story that links that article is in or out; raises NotAssessed."""
    query = select(Assessment).filter_by(issue_id=issue_id, article_id=article_id)
    assessment = session.exec(query).one_or_none()
    if assessment is None:
        raise NotAssessed
    return assessment


def _row(issue_id: int, verdict: Verdict) -> Mapping[str, object]:
    candidate = verdict.candidate
    first, *folded = candidate.reports
    return {
        "issue_id": issue_id,
        "article_id": first.id,
        "place": verdict.place,
        "score": candidate.score,
        "verdict": verdict.because[:VERDICT_CHARS],
        "title": first.title,
        "sources": list(candidate.sources),
        "folded": [report.id for report in folded],
        "reasons": reason_sentences(candidate),
    }
