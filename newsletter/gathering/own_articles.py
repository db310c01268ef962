"""Own articles, as they are read.

An article is own if a source that is marked own shows it and its whole text is kept: written here,
or gathered from the publication's site.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.errors import Conflict, NotFound
from newsletter.formats.pages.article_form import ArticleForm, stamp
from newsletter.gathering.models import Article, Body, Sighting, Source
from newsletter.statements import Conditions
from newsletter.urls import Urls

NEWEST_FIRST = (col(Article.published_at).desc(), col(Article.id).desc())

OwnArticle = tuple[Article, Body]


class NoArticle(NotFound):
    """There is no own article of that name."""

    hint = "`newsletter article list` shows those there are."


class OwnStays(Conflict):
    """What editors write is always your own, and what they paste never is.

    Nothing was changed. Open the source again, and change its other fields only.
    """


class Withdrawn(NotFound):
    """The editors withdrew this article."""


def read_article(
    session: Session,
    publication_id: int,
    article_id: int,
    *,
    lock: bool = False,
) -> OwnArticle:
    """Return an own article, public or not. Raises NoArticle."""
    query = _own_articles(publication_id).where(Article.id == article_id)
    return _one_of(session, query.with_for_update() if lock else query)


def article_by_slug(session: Session, publication_id: int, slug: str) -> OwnArticle:
    """Return the own article of that slug, public or not. Raises NoArticle."""
    return _one_of(session, _own_articles(publication_id).where(Article.slug == slug))


def all_articles(session: Session, publication_id: int) -> Sequence[OwnArticle]:
    """Return all own articles, newest first, those to come and the withdrawn ones too."""
    query = _own_articles(publication_id).order_by(*NEWEST_FIRST)
    return session.exec(query).all()


def public_articles(
    session: Session,
    publication_id: int,
    now: datetime,
    *,
    skip: int = 0,
    most: int = 100,
) -> Sequence[Article]:
    """Return the own articles that readers may see, newest first."""
    # Here and below a join without a condition follows the foreign key.
    query = select(Article).join(Body).where(*is_public(publication_id, now))
    return session.exec(query.order_by(*NEWEST_FIRST).offset(skip).limit(most)).all()


def is_public(publication_id: int, now: datetime) -> Conditions:
    """Return the conditions on Article and Body by which readers may see an own article."""
    return (
        *_is_own(publication_id),
        col(Article.published_at) <= now,
        col(Article.withdrawn_at).is_(None),
    )


def public_article_ids(
    session: Session,
    publication_id: int,
    start: datetime,
    now: datetime,
) -> Sequence[int]:
    """Return the ids of those published since `start` that readers may see."""
    public = select(Body.article_id).join(Article).where(*is_public(publication_id, now))
    return session.exec(public.where(col(Article.published_at) >= start)).all()


def slugs_written_here(session: Session, publication_id: int, now: datetime) -> Sequence[str]:
    """Return the slugs of those that are canonical here, newest first.

    What was gathered from the publication's site has its canonical address there.
    """
    query = (
        select(Article.slug)
        .join(Body)
        .where(*is_public(publication_id, now), col(Body.markdown) != "")
        .order_by(col(Article.published_at).desc())
    )
    return session.exec(query).all()


def page_urls(
    session: Session,
    publication_id: int,
    article_ids: Sequence[int],
    urls: Urls,
) -> Mapping[str, str]:
    """Return the page here for the address of each own article among `article_ids`."""
    query = (
        select(Article.url, Article.slug)
        .join(Body)
        .where(*_is_own(publication_id), col(Article.id).in_(article_ids))
    )
    return {url: urls.article(slug) for url, slug in session.exec(query)}


def article_form(article: Article, body: Body, zone: ZoneInfo) -> ArticleForm:
    """Return an article as its author types it; its date is in `zone`."""
    return ArticleForm(
        title=article.title,
        dek=article.dek,
        date=stamp(article.published_at, zone),
        author=article.author,
        source=body.source_line,
        source_date=body.source_date,
        image=article.image_url,
        image_alt=body.image_alt,
        topics=", ".join(article.topics),
        slug=article.slug,
        version=str(body.version),
        body=body.markdown,
    )


def _own_articles(publication_id: int) -> Select[Article, Body]:
    """Select the own articles of a publication with their bodies."""
    return select(Article, Body).join(Body).where(*_is_own(publication_id))


def _one_of(session: Session, query: Select[Article, Body]) -> OwnArticle:
    """Return the one row of a query. Raises NoArticle."""
    # One row: an article has one body, and its slug is unique.
    found = session.exec(query).one_or_none()
    if found is None:
        raise NoArticle
    return found


def refuse_own(source: Source, is_own: bool) -> None:
    """Raise OwnStays if the mark of a source that nothing fetches would be wrong."""
    # Without its mark the pages of all articles that were written here would be gone.
    if source.kind == "hand" and is_own is not source.is_editors:
        raise OwnStays


def _is_own(publication_id: int) -> Conditions:
    """The conditions by which an article is own."""
    # By its source, so that an article of another publication here is not this one's.
    return col(Article.id).in_(_shown_by_own_source(publication_id)), col(Body.html) != ""


def _shown_by_own_source(publication_id: int) -> SelectOfScalar[int]:
    """Select the articles that the publication's own sources show."""
    own = select(Sighting.article_id).join(Source).where(col(Source.is_own))
    return own.where(Source.publication_id == publication_id)
