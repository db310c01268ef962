"""Which articles have a page here, what each page shows, and which articles are near to it.

An own article has a page from its date on, until it is withdrawn. An article of somebody else has
a page if an issue that was sent shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from newsletter.archive.article_views import ArticlePage, other_page, own_page
from newsletter.choosing.similar import TEXT_CHARS, Corpus, Document, nearest
from newsletter.errors import Conflict, NotFound
from newsletter.gathering import own_articles, own_writing
from newsletter.gathering.models import Article, Body, Sighting, Source
from newsletter.issues.models import Block, Issue
from newsletter.urls import Urls

NEAR_DAYS = timedelta(weeks=8)
MOST_NEAR = 6
OPEN = ("proposed", "held", "approved")


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
    if article.withdrawn_at is not None:
        raise own_articles.Withdrawn
    if article.published_at > now:
        raise NoPage
    return own_page(article, body, urls)


def read_recent_articles(
    session: Session,
    publication_id: int,
    now: datetime,
) -> RecentArticles:
    """Return the articles of the last eight weeks that have a page here, newest first."""
    start = now - NEAR_DAYS
    own_ids = own_articles.public_article_ids(session, publication_id, start, now)
    ids = _sent_article_ids(session, publication_id, start) | set(own_ids)
    newest_first = (col(Article.published_at).desc(), col(Article.id).desc())
    query = _with_text().where(
        col(Article.id).in_(ids),
        # A sent issue may show an article that is older, or that was withdrawn since.
        col(Article.published_at).between(start, now),
        col(Article.withdrawn_at).is_(None),
    )
    rows = session.exec(query.order_by(*newest_first))
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
    query = _with_text().where(col(Article.slug) == slug)
    article, text = session.exec(query).one()
    return shelf.near_to(_document(article, text))


def withdraw(
    session: Session,
    publication_id: int,
    article_id: int,
    now: datetime,
) -> Article:
    """Withdraw an own article.

    Raises StillInAnIssue while an issue that has not gone out would lead its readers to it.
    """
    number = _open_issue_number(session, publication_id, article_id)
    if number is not None:
        raise StillInAnIssue(
            f"Issue {number} has this article and has not gone out. "
            "Take it out there first, then withdraw it."
        )
    return own_writing.withdraw_article(session, publication_id, article_id, now)


def _read_other_page(
    session: Session,
    publication_id: int,
    slug: str,
) -> ArticlePage:
    article = session.exec(select(Article).filter_by(slug=slug)).one_or_none()
    # Articles are shared by all publications: this one may not have sent it.
    if article is None or not _was_sent(session, publication_id, article.key):
        raise NoPage
    return other_page(article, _source_name(session, publication_id, article.key))


def _was_sent(
    session: Session,
    publication_id: int,
    article_id: int,
) -> bool:
    shows = exists().where(
        col(Block.article_id) == article_id,
        col(Block.issue_id) == col(Issue.id),
        col(Issue.publication_id) == publication_id,
        col(Issue.status) == "sent",
    )
    return bool(session.scalar(select(shows)))


def _source_name(
    session: Session,
    publication_id: int,
    article_id: int,
) -> str:
    """The first source that showed it, or "". Links that an editor added have no true source."""
    query = select(Source.title).join(Sighting, col(Sighting.source_id) == col(Source.id))
    query = query.where(
        col(Sighting.article_id) == article_id,
        col(Source.publication_id) == publication_id,
        col(Source.kind) != "hand",
    )
    query = query.order_by(col(Sighting.seen_at), col(Source.id))
    return session.exec(query).first() or ""


def _sent_article_ids(
    session: Session,
    publication_id: int,
    start: datetime,
) -> set[int]:
    query = select(Block.article_id).join(Issue, col(Issue.id) == col(Block.issue_id))
    query = query.where(
        col(Issue.publication_id) == publication_id,
        col(Issue.status) == "sent",
        col(Issue.sent_at) >= start,
    )
    # A block of a tool has no article.
    return {article_id for article_id in session.exec(query) if article_id}


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


def _open_issue_number(
    session: Session,
    publication_id: int,
    article_id: int,
) -> int | None:
    """The first issue that has the article and has not gone out, or None."""
    query = select(Issue.number).join(Block, col(Block.issue_id) == col(Issue.id))
    query = query.where(
        col(Block.article_id) == article_id,
        col(Issue.publication_id) == publication_id,
        col(Issue.status).in_(OPEN),
    )
    query = query.order_by(col(Issue.number))
    return session.exec(query).first()
