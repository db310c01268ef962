"""Which articles have a page here, what each page shows, and which articles are near to it.

An own article has a page from its date on, until it is withdrawn. An article of somebody else has
a page if an issue that was sent shows it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.archive.article_views import ArticlePage, other_page, own_page
from newsletter.choosing.similar import TEXT_CHARS, Corpus, Document, nearest
from newsletter.errors import Conflict, NotFound
from newsletter.gathering import own_articles, own_writing
from newsletter.gathering.models import Article, Body, Sighting, Source
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import OPEN
from newsletter.urls import Urls

NEAR_DAYS = timedelta(weeks=8)
MOST_NEAR = 6


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article with a page here, as the page of another shows it."""

    slug: str
    title: str
    dek: str
    published_at: datetime


class RecentArticles:
    """Articles that have a page here, looked through once to find which are near to each other."""

    def __init__(self, articles: Sequence[tuple[SimilarArticle, Document]]) -> None:
        self._articles = [article for article, _ in articles]
        self._documents = [document for _, document in articles]
        self._places = {article.slug: place for place, article in enumerate(self._articles)}
        self._corpus = Corpus(self._documents)

    def __contains__(self, slug: str) -> bool:
        return slug in self._places

    def near(self, slug: str) -> list[SimilarArticle]:
        """Return the others that are nearest to the article of that slug, nearest first."""
        places = self._corpus.nearest(self._places[slug], MOST_NEAR)
        return [self._articles[place] for place in places]

    def near_to(self, document: Document) -> list[SimilarArticle]:
        """Return those that are nearest to a document from elsewhere, nearest first."""
        places = nearest(document, self._documents, MOST_NEAR)
        return [self._articles[place] for place in places]


class NoPage(NotFound):
    """There is no article of that name here. The archive has every issue."""


class StillInAnIssue(Conflict):
    """An issue that has not gone out has this article.

    Take it out of that issue first, then withdraw it.
    """


def read_page(
    session: Session,
    publication_id: int,
    slug: str,
    urls: Urls,
    now: datetime,
) -> ArticlePage:
    """Return the page of an article. Raises NoPage, or Withdrawn for an own article."""
    try:
        article, body = own_articles.article_by_slug(session, publication_id, slug)
    except own_articles.NoArticle:
        return _read_other_page(session, publication_id, slug)
    _refuse_hidden(article, now)
    return own_page(article, body, urls)


def read_recent_articles(
    session: Session,
    publication_id: int,
    now: datetime,
) -> RecentArticles:
    """Return the articles of the last eight weeks that have a page here, newest first."""
    start = now - NEAR_DAYS
    ids = _shown_ids(session, publication_id, start, now)
    rows = session.exec(_recent(ids, start, now))
    return RecentArticles([(_similar(article), _document(article, text)) for article, text in rows])


def read_similar(
    session: Session,
    shelf: RecentArticles,
    slug: str,
) -> list[SimilarArticle]:
    """Return the articles of the shelf whose words are nearest to an article; nearest first.

    The article itself may be on the shelf, or older.
    """
    if slug in shelf:
        return shelf.near(slug)
    return shelf.near_to(_read_document(session, slug))


def withdraw(
    session: Session,
    publication_id: int,
    article_id: int,
    now: datetime,
) -> Article:
    """Withdraw an own article.

    Raises StillInAnIssue while an issue that has not gone out would lead its readers to it.
    """
    _refuse_in_open_issue(session, publication_id, article_id)
    return own_writing.withdraw_article(session, publication_id, article_id, now)


def _refuse_hidden(article: Article, now: datetime) -> None:
    """Raises Withdrawn, or NoPage before the article's date."""
    if article.withdrawn_at is not None:
        raise own_articles.Withdrawn
    if article.published_at > now:
        raise NoPage


def _read_other_page(
    session: Session,
    publication_id: int,
    slug: str,
) -> ArticlePage:
    article = _sent_article(session, publication_id, slug)
    source_name = session.exec(_source_names(publication_id, article.key)).first()
    return other_page(article, source_name or "")


def _sent_article(
    session: Session,
    publication_id: int,
    slug: str,
) -> Article:
    """The article of that slug, if an issue that was sent shows it. Raises NoPage."""
    article = session.exec(select(Article).filter_by(slug=slug)).one_or_none()
    # Articles are shared by all publications: this one may not have sent it.
    if article is None or not _was_sent(session, publication_id, article.key):
        raise NoPage
    return article


def _was_sent(
    session: Session,
    publication_id: int,
    article_id: int,
) -> bool:
    shows = exists().where(
        col(Block.article_id) == article_id,
        col(Block.issue_id) == col(Issue.id),
        *_is_sent(publication_id),
    )
    return bool(session.scalar(select(shows)))


def _is_sent(publication_id: int) -> tuple[ColumnElement[bool], ...]:
    """True for the issues that a publication sent."""
    return col(Issue.publication_id) == publication_id, col(Issue.status) == "sent"


def _source_names(publication_id: int, article_id: int) -> SelectOfScalar[str]:
    """The sources that showed an article, the first before the others."""
    query = select(Source.title).join(Sighting, col(Sighting.source_id) == col(Source.id))
    query = query.where(
        col(Sighting.article_id) == article_id,
        col(Source.publication_id) == publication_id,
        # Links that an editor added have no true source.
        col(Source.kind) != "hand",
    )
    return query.order_by(col(Sighting.seen_at), col(Source.id))


def _shown_ids(
    session: Session,
    publication_id: int,
    start: datetime,
    now: datetime,
) -> set[int]:
    """The own articles since `start`, and all articles of the issues that were sent since then."""
    return _sent_article_ids(session, publication_id, start).union(
        own_articles.public_article_ids(session, publication_id, start, now)
    )


def _sent_article_ids(
    session: Session,
    publication_id: int,
    start: datetime,
) -> set[int]:
    article_ids = session.exec(_sent_articles(publication_id, start))
    # A block of a tool has no article.
    return {article_id for article_id in article_ids if article_id}


def _sent_articles(publication_id: int, start: datetime) -> SelectOfScalar[int | None]:
    """The articles of the issues that were sent since `start`, None for other blocks."""
    query = select(col(Block.article_id)).join(Issue, col(Issue.id) == col(Block.issue_id))
    return query.where(*_is_sent(publication_id), col(Issue.sent_at) >= start)


def _recent(
    ids: Collection[int],
    start: datetime,
    now: datetime,
) -> Select[Article, str]:
    """Those of the articles that were published since `start`, newest first, with their text."""
    query = _with_text().where(
        col(Article.id).in_(ids),
        # A sent issue may show an article that is older, or that was withdrawn since.
        col(Article.published_at).between(start, now),
        col(Article.withdrawn_at).is_(None),
    )
    return query.order_by(col(Article.published_at).desc(), col(Article.id).desc())


def _read_document(session: Session, slug: str) -> Document:
    """The article of that slug as the engine compares it."""
    query = _with_text().where(col(Article.slug) == slug)
    return _document(*session.exec(query).one())


def _with_text() -> Select[Article, str]:
    """Articles with the beginning of their text, where we have it."""
    beginning = func.coalesce(func.substr(col(Body.text), 1, TEXT_CHARS), "")
    query = select(Article, beginning)
    return query.join(Body, col(Body.article_id) == col(Article.id), isouter=True)


def _similar(article: Article) -> SimilarArticle:
    return SimilarArticle(
        slug=article.slug,
        title=article.title,
        dek=article.dek,
        published_at=article.published_at,
    )


def _document(article: Article, text: str) -> Document:
    return Document(
        title=article.title,
        dek=article.dek,
        text=text,
        published_at=article.published_at,
    )


def _refuse_in_open_issue(
    session: Session,
    publication_id: int,
    article_id: int,
) -> None:
    """Raises StillInAnIssue."""
    number = session.exec(_open_issue_numbers(publication_id, article_id)).first()
    if number is not None:
        raise StillInAnIssue(
            f"Issue {number} has this article and has not gone out. "
            "Take it out there first, then withdraw it."
        )


def _open_issue_numbers(publication_id: int, article_id: int) -> SelectOfScalar[int]:
    """The issues that have the article and have not gone out, the first before the others."""
    query = select(Issue.number).join(Block, col(Block.issue_id) == col(Issue.id))
    query = query.where(*_is_open(publication_id), col(Block.article_id) == article_id)
    return query.order_by(col(Issue.number))


def _is_open(publication_id: int) -> tuple[ColumnElement[bool], ...]:
    """True for the issues of a publication that have not gone out."""
    return col(Issue.publication_id) == publication_id, col(Issue.status).in_(OPEN)
