"""Searching the archive: the sent issues and own articles that have all the words of a question.

SQLite and PostgreSQL give the same answers, because postings are ordinary rows and Python takes
the words apart (ADR 17).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, UnaryExpression
from sqlmodel import Session, col, delete, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.archive.models import Indexed, Posting
from newsletter.archive.search_terms import Piece, excerpt, query_terms, word_weights
from newsletter.archive.sent import past_issue
from newsletter.gathering import own_articles
from newsletter.gathering.models import Article, Body
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import read_blocks
from newsletter.publications.models import Publication
from newsletter.statements import insert_new

AT_ONCE = 100  # issues or articles indexed in one transaction


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One result: an issue by its number or an own article by its slug.

    `excerpt` is the place in its text that answers.
    """

    title: str
    at: datetime
    excerpt: Sequence[Piece]
    number: int | None
    slug: str | None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Some of the results, the best first, and the number of all of them."""

    results: Sequence[SearchResult]
    count: int


def search(
    session: Session,
    publication_id: int,
    question: str,
    *,
    skip: int = 0,
    most: int = 20,
) -> SearchResults:
    """Return the texts that have all the words of `question`, in any of their forms.

    A text that uses the words more often comes earlier; of equal ones, the newer.
    """
    weights = [_weights(group) for group in query_terms(question)]
    if not weights:
        return SearchResults((), 0)
    query = _answers(publication_id, weights)
    count = _count(session, query)
    rows = session.exec(query.order_by(*_best_first(weights)).offset(skip).limit(most))
    results = [_result(indexed, number, slug, question) for indexed, number, slug in rows]
    return SearchResults(results, count)


def index_batch(
    session: Session,
    publication_id: int,
    now: datetime,
) -> int:
    """Index some texts that readers may see and that search does not know in this version.

    Returns how many, 0 if there is nothing left to index.
    """
    # Two schedulers take turns: each locks the publication, so the second sees the work of the
    # first and does not repeat it.
    session.get_one(Publication, publication_id, with_for_update=True)
    return _index_issues(session, publication_id) + _index_articles(session, publication_id, now)


def has_unindexed(
    session: Session,
    publication_id: int,
    now: datetime,
) -> bool:
    """Return whether there is anything to index. It takes no lock."""
    missing = (_missing_issues(publication_id), _missing_articles(publication_id, now))
    return any(session.exec(query.limit(1)).first() is not None for query in missing)


def forget_issue(session: Session, issue_id: int) -> None:
    """Remove an issue from the index; the next batch indexes it again."""
    _forget(session, col(Indexed.issue_id) == issue_id)


def _weights(group: frozenset[str]) -> Subquery:
    """The texts that have any word of the group, with the weight of those words together."""
    return (
        select(Posting.indexed_id, func.sum(Posting.weight).label("weight"))
        .where(col(Posting.word).in_(group))
        .group_by(col(Posting.indexed_id))
        .subquery()
    )


def _answers(publication_id: int, weights: Sequence[Subquery]) -> Select[Indexed, int, str]:
    """Select the texts that answer, with the number of an issue or the slug of an article."""
    query = _with_all(select(Indexed, Issue.number, Article.slug), weights)
    query = query.join(Issue, col(Issue.id) == col(Indexed.issue_id), isouter=True)
    query = query.join(Article, col(Article.id) == col(Indexed.article_id), isouter=True)
    return query.where(
        col(Indexed.publication_id) == publication_id,
        # An issue has no article, so this keeps issues too.
        col(Article.withdrawn_at).is_(None),
    )


def _with_all(
    query: Select[Indexed, int, str], weights: Sequence[Subquery]
) -> Select[Indexed, int, str]:
    """Keep the texts that have a word of each group."""
    # An inner join for each word: a text that lacks one of them falls out.
    for table in weights:
        query = query.join(table, table.c.indexed_id == col(Indexed.id))
    return query


def _count(session: Session, query: Select[Indexed, int, str]) -> int:
    """Count the rows of a query."""
    return session.exec(select(func.count()).select_from(query.subquery())).one()


def _best_first(
    weights: Sequence[Subquery],
) -> tuple[UnaryExpression[float], UnaryExpression[datetime], UnaryExpression[int | None]]:
    weight = sum(table.c.weight for table in weights)
    return (
        weight.desc(),  # type: ignore[union-attr]
        col(Indexed.at).desc(),
        # Of one moment, too, the order must not change between pages.
        col(Indexed.id).desc(),
    )


def _result(
    indexed: Indexed,
    number: int | None,
    slug: str | None,
    question: str,
) -> SearchResult:
    return SearchResult(
        title=indexed.title,
        at=indexed.at,
        excerpt=excerpt(indexed.text, question),
        number=number,
        slug=slug,
    )


def _missing_issues(publication_id: int) -> SelectOfScalar[Issue]:
    sent = select(Issue).filter_by(publication_id=publication_id, status="sent")
    return sent.where(~_is_issue_indexed()).order_by(col(Issue.id))


def _is_issue_indexed() -> ColumnElement[bool]:
    """True for an issue that search knows."""
    return select(Indexed.id).where(col(Indexed.issue_id) == col(Issue.id)).exists()


def _missing_articles(publication_id: int, now: datetime) -> Select[Article, Body]:
    query = select(Article, Body).join(Body, col(Body.article_id) == col(Article.id))
    query = query.where(*own_articles.is_public(publication_id, now), ~_is_version_indexed())
    return query.order_by(col(Article.id))


def _is_version_indexed() -> ColumnElement[bool]:
    """True for an article that search knows in its version of now."""
    # An author may change an article after it was indexed, so its version must agree.
    known = select(Indexed.id).where(
        col(Indexed.article_id) == col(Article.id),
        col(Indexed.version) == col(Body.version),
    )
    return known.exists()


def _index_issues(session: Session, publication_id: int) -> int:
    """Index some issues; returns how many."""
    issues = session.exec(_missing_issues(publication_id).limit(AT_ONCE)).all()
    for issue in issues:
        _add(session, _indexed_issue(session, issue))
    return len(issues)


def _index_articles(
    session: Session,
    publication_id: int,
    now: datetime,
) -> int:
    """Index some articles; returns how many."""
    articles = session.exec(_missing_articles(publication_id, now).limit(AT_ONCE)).all()
    for article, body in articles:
        _index_article(session, publication_id, article, body)
    return len(articles)


def _index_article(
    session: Session,
    publication_id: int,
    article: Article,
    body: Body,
) -> None:
    # Its older version, if there is any, must no longer be found.
    _forget(session, col(Indexed.article_id) == article.id)
    _add(session, _indexed_article(publication_id, article, body))


def _indexed_issue(session: Session, issue: Issue) -> Indexed:
    return Indexed(
        publication_id=issue.publication_id,
        issue_id=issue.id,
        title=issue.subject,
        text=_issue_text(session, issue),
        at=issue.due_at,
    )


def _issue_text(session: Session, issue: Issue) -> str:
    """All that a reader of the issue reads below its subject."""
    texts = (issue.preheader, issue.intro, *_texts_of_blocks(session, issue.key))
    return " ".join(filter(None, texts))


def _texts_of_blocks(session: Session, issue_id: int) -> Sequence[str]:
    if past := past_issue(session, issue_id):
        return [past.text]
    return [_block_text(block) for block in read_blocks(session, issue_id)]


def _block_text(block: Block) -> str:
    return f"{block.title}. {block.text} {block.source}"


def _indexed_article(
    publication_id: int,
    article: Article,
    body: Body,
) -> Indexed:
    return Indexed(
        publication_id=publication_id,
        article_id=article.id,
        title=article.title,
        text=f"{article.dek} {body.text}",
        at=article.published_at,
        version=body.version,
    )


def _forget(session: Session, condition: ColumnElement[bool]) -> None:
    # Postings first: they refer to the row that goes.
    known = select(Indexed.id).where(condition)
    session.exec(delete(Posting).where(col(Posting.indexed_id).in_(known)))
    session.exec(delete(Indexed).where(condition))


def _add(session: Session, indexed: Indexed) -> None:
    session.add(indexed)
    # The flush gives it the number that its postings need.
    session.flush()
    rows = _postings(indexed)
    if rows:
        insert_new(session, Posting, rows)


def _postings(indexed: Indexed) -> Sequence[dict[str, object]]:
    """The rows of the words of a text."""
    weights = word_weights(indexed.title, indexed.text)
    return [
        {"word": word, "indexed_id": indexed.id, "weight": weight}
        for word, weight in weights.items()
    ]
