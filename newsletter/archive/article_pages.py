"""Which articles have a page here, what each shows, and what else is near to it.

Own articles have one from their date on, until they are withdrawn; another's has one if an issue that was sent shows it.
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
    """Articles that have a page here, looked through once for what is near to what."""

    def __init__(self, told: Sequence[tuple[SimilarArticle, Document]]) -> None:
        self._nears, self._texts = [near for near, _ in told], [text for _, text in told]
        self._places = {near.slug: place for place, near in enumerate(self._nears)}
        self._corpus = Corpus(self._texts)

    def __contains__(self, slug: str) -> bool:
        return slug in self._places

    def near(self, slug: str) -> list[SimilarArticle]:
        """Return what is nearest to one of them."""
        return [self._nears[place] for place in self._corpus.nearest(self._places[slug], MOST_NEAR)]

    def near_to(self, text: Document) -> list[SimilarArticle]:
        """Return what is nearest to a text that is none of them."""
        return [self._nears[place] for place in nearest(text, self._texts, MOST_NEAR)]


class NoPage(NotFound):
    """There is no article of that name here. The archive has every issue."""


class StillInAnIssue(Conflict):
    """An issue that has not gone out has this article. Take it out of that issue first, then withdraw it."""


def read_page(
    session: Session, publication_id: int, slug: str, urls: Urls, now: datetime
) -> ArticlePage:
    """Return what the page of an article shows. Raises NoPage, or Withdrawn for an own one that was taken back."""
    try:
        article, body = own_articles.article_by_slug(session, publication_id, slug)
    except own_articles.NoArticle:
        return _other(session, publication_id, slug)
    if article.withdrawn_at is not None:
        raise own_articles.Withdrawn
    if article.published_at > now:
        raise NoPage
    return own_page(article, body, urls)


def read_recent_articles(session: Session, publication_id: int, now: datetime) -> RecentArticles:
    """Return what was published in the last eight weeks and has a page here, newest first."""
    start = now - NEAR_DAYS
    sent = select(Block.article_id).join(Issue, col(Issue.id) == col(Block.issue_id))
    sent = sent.where(
        col(Issue.publication_id) == publication_id,
        col(Issue.status) == "sent",
        col(Issue.sent_at) >= start,
    )
    keys = {key for key in session.exec(sent) if key} | set(
        own_articles.public_article_ids(session, publication_id, start, now)
    )
    shown = col(Article.published_at).between(start, now) & col(Article.withdrawn_at).is_(None)
    query = (
        _with_text()
        .where(col(Article.id).in_(keys), shown)
        .order_by(col(Article.published_at).desc(), col(Article.id).desc())
    )
    return RecentArticles(
        [
            (SimilarArticle(one.slug, one.title, one.dek, one.published_at), _compared(one, text))
            for one, text in session.exec(query)
        ]
    )


def read_similar(session: Session, shelf: RecentArticles, slug: str) -> list[SimilarArticle]:
    """Return what is nearest in words to an article, be it on the shelf or older; nearest first."""
    if slug in shelf:
        return shelf.near(slug)
    return shelf.near_to(
        _compared(*session.exec(_with_text().where(col(Article.slug) == slug)).one())
    )


def withdraw(session: Session, publication_id: int, article_id: int, now: datetime) -> Article:
    """Withdraw an own article. Raises StillInAnIssue while one that has not gone out would lead its readers to it."""
    query = select(Issue.number).join(Block, col(Block.issue_id) == col(Issue.id))
    query = query.where(
        col(Block.article_id) == article_id,
        col(Issue.publication_id) == publication_id,
        col(Issue.status).in_(OPEN),
    )
    number = session.exec(query.order_by(col(Issue.number))).first()
    if number is not None:
        raise StillInAnIssue(
            f"Issue {number} has this article and has not gone out. Take it out there first, then withdraw it."
        )
    return own_writing.withdraw_article(session, publication_id, article_id, now)


def _with_text() -> Select[Article, str]:
    """Articles with the beginning of their text, where we have it."""
    beginning = func.coalesce(func.substr(col(Body.text), 1, TEXT_CHARS), "")
    return select(Article, beginning).join(
        Body, col(Body.article_id) == col(Article.id), isouter=True
    )


def _compared(article: Article, text: str) -> Document:
    return Document(article.title, article.dek, text, published_at=article.published_at)


def _other(session: Session, publication_id: int, slug: str) -> ArticlePage:
    article = session.exec(select(Article).where(col(Article.slug) == slug)).one_or_none()
    if article is None or not _was_sent(session, publication_id, article.key):
        raise NoPage
    return other_page(article, _source_name(session, publication_id, article.key))


def _was_sent(session: Session, publication_id: int, article_id: int) -> bool:
    shows = exists().where(
        col(Block.article_id) == article_id,
        col(Block.issue_id) == col(Issue.id),
        col(Issue.publication_id) == publication_id,
        col(Issue.status) == "sent",
    )
    return bool(session.scalar(select(shows)))


def _source_name(session: Session, publication_id: int, article_id: int) -> str:
    """The first source that showed it; an editor's hand is none."""
    query = select(Source.title).join(Sighting, col(Sighting.source_id) == col(Source.id))
    query = query.where(
        col(Sighting.article_id) == article_id,
        col(Source.publication_id) == publication_id,
        col(Source.kind) != "hand",
    )
    return session.exec(query.order_by(col(Sighting.seen_at), col(Source.id))).first() or ""
