"""Which articles have a page here, what each shows, and what else is near to it.

Own articles have one from their date on, until they are withdrawn; another's has one if an issue that was sent shows it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists
from sqlmodel import Session, col, select

from newsletter.errors import Conflict, NotFound
from newsletter.gathering import own
from newsletter.gathering.models import Article, Sighting, Source
from newsletter.gathering.showing import ArticlePage, other_page, own_page
from newsletter.issues.models import Block, Issue
from newsletter.issues.similar import Text, nearest
from newsletter.urls import Urls

NEAR_DAYS = timedelta(weeks=8)
MOST_NEAR = 6
OPEN = ("proposed", "held", "approved")


@dataclass(frozen=True, slots=True)
class Near:
    """An article with a page here, as the page of another shows it."""

    slug: str
    title: str
    dek: str
    published_at: datetime


class NoPage(NotFound):
    """There is no article of that name here. The archive has every issue."""


class StillInAnIssue(Conflict):
    """An issue that has not gone out has this article. Take it out of that issue first, then withdraw it."""


def read_page(session: Session, publication_id: int, slug: str, urls: Urls, now: datetime) -> ArticlePage:
    """Return what the page of an article shows. Raises NoPage, or Withdrawn for an own one that was taken back."""
    try:
        article, body = own.by_slug(session, publication_id, slug)
    except own.NoArticle:
        return _other(session, publication_id, slug)
    if article.withdrawn_at is not None:
        raise own.Withdrawn
    if article.published_at > now:
        raise NoPage
    return own_page(article, body, urls)


def read_near(session: Session, publication_id: int, slug: str, now: datetime) -> list[Near]:
    """Return the articles of the last eight weeks that have a page here and are nearest in words, nearest first."""
    query = select(Article.title, Article.dek, Article.published_at).where(col(Article.slug) == slug)
    title, dek, at = session.exec(query).one()
    others = [other for other in with_pages(session, publication_id, now - NEAR_DAYS, now) if other.slug != slug]
    texts = [Text(other.title, other.dek, published_at=other.published_at) for other in others]
    chosen = nearest(Text(title, dek, published_at=at), texts, MOST_NEAR)
    return [others[index] for index in chosen]


def with_pages(session: Session, publication_id: int, start: datetime, now: datetime) -> list[Near]:
    """Return what was published since `start` and has a page here, newest first."""
    sent = select(Block.article_id).join(Issue, col(Issue.id) == col(Block.issue_id))
    sent = sent.where(col(Issue.publication_id) == publication_id, col(Issue.status) == "sent", col(Issue.sent_at) >= start)
    keys = {key for key in session.exec(sent) if key} | set(own.public_ids(session, publication_id, start, now))
    query = select(Article.slug, Article.title, Article.dek, Article.published_at).where(
        col(Article.id).in_(keys), col(Article.published_at).between(start, now), col(Article.withdrawn_at).is_(None)
    )
    return [Near(*row) for row in session.exec(query.order_by(col(Article.published_at).desc(), col(Article.id).desc()))]


def withdraw(session: Session, publication_id: int, article_id: int, now: datetime) -> Article:
    """Withdraw an own article. Raises StillInAnIssue while one that has not gone out would lead its readers to it."""
    query = select(Issue.number).join(Block, col(Block.issue_id) == col(Issue.id))
    query = query.where(col(Block.article_id) == article_id, col(Issue.publication_id) == publication_id, col(Issue.status).in_(OPEN))
    number = session.exec(query.order_by(col(Issue.number))).first()
    if number is not None:
        raise StillInAnIssue(f"Issue {number} has this article and has not gone out. Take it out there first, then withdraw it.")
    return own.withdraw(session, publication_id, article_id, now)


def _other(session: Session, publication_id: int, slug: str) -> ArticlePage:
    article = session.exec(select(Article).where(col(Article.slug) == slug)).one_or_none()
    if article is None or not _was_sent(session, publication_id, article.id or 0):
        raise NoPage
    return other_page(article, _source_name(session, publication_id, article.id or 0))


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
    query = query.where(col(Sighting.article_id) == article_id, col(Source.publication_id) == publication_id, col(Source.kind) != "hand")
    return session.exec(query.order_by(col(Sighting.seen_at), col(Source.id))).first() or ""
