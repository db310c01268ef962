"""Searching the archive: the sent issues and own articles that have all the words of a question.

SQLite and PostgreSQL give the same answers: postings are ordinary rows, and the words are taken apart here (ADR 17).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.archive.search_terms import Piece, excerpt, query_terms, word_weights
from newsletter.archive.sent import past_issue
from newsletter.gathering import own_articles
from newsletter.gathering.models import Article, Body
from newsletter.issues.models import Indexed, Issue, Posting
from newsletter.issues.reading import read_blocks
from newsletter.publications.models import Publication
from newsletter.statements import insert_new

AT_ONCE = 100  # issues or articles indexed in one transaction


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One thing found: an issue by its number or an own article by its slug, and the place that answers."""

    title: str
    at: datetime
    excerpt: Sequence[Piece]
    number: int | None
    slug: str | None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What was found, the best first, and how much there is in all."""

    results: Sequence[SearchResult]
    count: int


def search(
    session: Session, publication_id: int, question: str, *, skip: int = 0, most: int = 20
) -> SearchResults:
    """Return what has all the words of `question`, in any of their forms; the more a text says them the earlier, then the newer."""
    groups = query_terms(question)
    if not groups:
        return SearchResults((), 0)
    said = [
        select(Posting.indexed_id, func.sum(Posting.weight).label("weight"))
        .where(col(Posting.word).in_(group))
        .group_by(col(Posting.indexed_id))
        .subquery()
        for group in groups
    ]
    query = select(Indexed, Issue.number, Article.slug)
    for one in said:
        query = query.join(one, one.c.indexed_id == col(Indexed.id))
    query = query.join(Issue, col(Issue.id) == col(Indexed.issue_id), isouter=True)
    query = query.join(Article, col(Article.id) == col(Indexed.article_id), isouter=True)
    query = query.where(
        col(Indexed.publication_id) == publication_id, col(Article.withdrawn_at).is_(None)
    )
    count = session.exec(select(func.count()).select_from(query.subquery())).one()
    best = (
        sum(one.c.weight for one in said).desc(),  # type: ignore[union-attr]
        col(Indexed.at).desc(),
        col(Indexed.id).desc(),
    )
    rows = session.exec(query.order_by(*best).offset(skip).limit(most)).all()
    return SearchResults(
        [
            SearchResult(one.title, one.at, excerpt(one.text, question), number, slug)
            for one, number, slug in rows
        ],
        count,
    )


def index_batch(session: Session, publication_id: int, now: datetime) -> int:
    """Index some of what readers may see and search does not know in its present version; returns how many, 0 at the end.

    Two schedulers take turns: each holds the publication's row, and the second finds done what the first did.
    """
    session.get_one(Publication, publication_id, with_for_update=True)
    issues = session.exec(_missing_issues(publication_id).limit(AT_ONCE)).all()
    articles = session.exec(_missing_articles(publication_id, now).limit(AT_ONCE)).all()
    for issue in issues:
        told = Indexed(
            publication_id=publication_id,
            issue_id=issue.id,
            title=issue.subject,
            text=_text(session, issue),
            at=issue.due_at,
        )
        _keep(session, told)
    for article, body in articles:
        session.exec(
            delete(Posting).where(
                col(Posting.indexed_id).in_(
                    select(Indexed.id).where(col(Indexed.article_id) == article.id)
                )
            )
        )
        session.exec(delete(Indexed).where(col(Indexed.article_id) == article.id))
        at, text = article.published_at, f"{article.dek} {body.text}"
        told = Indexed(
            publication_id=publication_id,
            article_id=article.id,
            title=article.title,
            text=text,
            at=at,
            version=body.version,
        )
        _keep(session, told)
    return len(issues) + len(articles)


def has_unindexed(session: Session, publication_id: int, now: datetime) -> bool:
    """Whether there is anything to index; asks without a write lock."""
    missing = (_missing_issues(publication_id), _missing_articles(publication_id, now))
    return any(session.exec(query.limit(1)).first() is not None for query in missing)


def _missing_issues(publication_id: int) -> SelectOfScalar[Issue]:
    known = select(Indexed.id).where(col(Indexed.issue_id) == col(Issue.id)).exists()
    query = select(Issue).where(
        col(Issue.publication_id) == publication_id, col(Issue.status) == "sent", ~known
    )
    return query.order_by(col(Issue.id))


def _missing_articles(publication_id: int, now: datetime) -> Select[Article, Body]:
    known = (
        select(Indexed.id)
        .where(
            col(Indexed.article_id) == col(Article.id), col(Indexed.version) == col(Body.version)
        )
        .exists()
    )
    query = select(Article, Body).join(Body, col(Body.article_id) == col(Article.id))
    return query.where(*own_articles.is_public(publication_id, now), ~known).order_by(
        col(Article.id)
    )


def _keep(session: Session, told: Indexed) -> None:
    session.add(told)
    session.flush()
    if rows := [
        {"word": word, "indexed_id": told.id, "weight": weight}
        for word, weight in word_weights(told.title, told.text).items()
    ]:
        insert_new(session, Posting, rows)


def _text(session: Session, issue: Issue) -> str:
    """All that a reader of the issue reads below its subject."""
    past = past_issue(session, issue.key)
    told = (
        [past.text]
        if past
        else [f"{one.title}. {one.text} {one.source}" for one in read_blocks(session, issue.key)]
    )
    return " ".join(filter(None, (issue.preheader, issue.intro, *told)))
