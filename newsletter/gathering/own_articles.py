"""Own articles: written here, changed, withdrawn and brought back. Every change raises the version; a stale one is refused.

An article is own if a source marked own shows it and its whole text is kept: by hand here, or gathered from the publication's site.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.formats.pages.article_form import ArticleForm, BadField, stamp
from newsletter.formats.pages.article_rules import SLUG_CHARS, WrittenArticle
from newsletter.gathering.articles import slug_words
from newsletter.gathering.models import Article, Body, Sighting, Source
from newsletter.publications.models import Publication
from newsletter.statements import insert_new
from newsletter.urls import Urls

WEIGHT = 2.0  # the highest: what was written for this publication is proposed


class NoArticle(NotFound):
    """There is no own article of that name."""

    hint = "`newsletter article list` shows those there are."


class Withdrawn(NotFound):
    """The editors withdrew this article."""


class ArticleChanged(Conflict):
    """Somebody changed this article since you opened it. Nothing of yours was saved: put the two together, then save again."""


class SlugTaken(Conflict):
    """Another article has that slug. Choose another."""


class NotWrittenHere(Refused):
    """This article was gathered from your own site. Change it there: the next gathering brings it here."""


def write_article(
    session: Session, publication: Publication, written: WrittenArticle, urls: Urls, now: datetime
) -> Article:
    """Keep a new article under an address of its own; a time to come keeps it back until then. Raises SlugTaken."""
    slug = written.slug or _free_slug(session, written.title)
    article = Article(
        url=urls.article(slug),
        slug=slug,
        title=written.title,
        language=publication.language,
        published_at=written.published_at,
        first_seen_at=now,
    )
    try:
        with session.begin_nested():
            session.add(article)
            session.flush()
    except IntegrityError:
        raise SlugTaken from None
    key = article.key
    body = Body(article_id=key)
    _fill(article, body, written, now)
    session.add(body)
    session.add(
        Sighting(article_id=key, source_id=_source(session, publication, urls, now), seen_at=now)
    )
    session.flush()
    return article


def change_article(
    session: Session,
    publication_id: int,
    article_id: int,
    written: WrittenArticle,
    version: int,
    now: datetime,
) -> Article:
    """Change an article. Its address stays; what is public cannot go back to a time to come. Raises ArticleChanged."""
    article, body = read_article(session, publication_id, article_id, lock=True)
    if not body.markdown:
        raise NotWrittenHere
    if body.version != version:
        raise ArticleChanged
    if written.slug not in ("", article.slug):
        raise BadField(
            "slug",
            f"The address of an article stays, because letters link to it. Leave it {article.slug}.",
        )
    if article.published_at <= now < written.published_at:
        raise BadField(
            "date",
            "This article is public already, so its date cannot be one to come. Withdraw it to take it back.",
        )
    _fill(article, body, written, now)
    body.version += 1
    session.flush()
    return article


def withdraw_article(
    session: Session, publication_id: int, article_id: int, now: datetime
) -> Article:
    """Take an article back: its page says so, and no issue takes it any more. What was sent stays sent."""
    article, _ = read_article(session, publication_id, article_id, lock=True)
    article.withdrawn_at = article.withdrawn_at or now
    session.flush()
    return article


def restore_article(session: Session, publication_id: int, article_id: int) -> Article:
    """Bring a withdrawn article back."""
    article, _ = read_article(session, publication_id, article_id, lock=True)
    article.withdrawn_at = None
    session.flush()
    return article


def read_article(
    session: Session, publication_id: int, article_id: int, *, lock: bool = False
) -> tuple[Article, Body]:
    """Return an own article, public or not. Raises NoArticle."""
    query = _own(publication_id).where(col(Article.id) == article_id)
    found = session.exec(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NoArticle
    return found


def article_by_slug(session: Session, publication_id: int, slug: str) -> tuple[Article, Body]:
    """Return the own article of that slug, public or not. Raises NoArticle."""
    found = session.exec(_own(publication_id).where(col(Article.slug) == slug)).one_or_none()
    if found is None:
        raise NoArticle
    return found


def all_articles(session: Session, publication_id: int) -> Sequence[tuple[Article, Body]]:
    """Return all own articles, those to come and the withdrawn ones too, newest first."""
    return session.exec(
        _own(publication_id).order_by(col(Article.published_at).desc(), col(Article.id).desc())
    ).all()


def public_articles(
    session: Session, publication_id: int, now: datetime, *, skip: int = 0, most: int = 100
) -> Sequence[Article]:
    """Return the own articles that readers may see, newest first."""
    query = (
        select(Article)
        .join(Body, col(Body.article_id) == col(Article.id))
        .where(*is_public(publication_id, now))
    )
    return session.exec(
        query.order_by(col(Article.published_at).desc(), col(Article.id).desc())
        .offset(skip)
        .limit(most)
    ).all()


def is_public(publication_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Article and Body by which readers may see an own article."""
    return (
        *_whole(publication_id),
        col(Article.published_at) <= now,
        col(Article.withdrawn_at).is_(None),
    )


def public_article_ids(
    session: Session, publication_id: int, start: datetime, now: datetime
) -> Sequence[int]:
    """Return the ids of those published since `start` that readers may see."""
    query = (
        select(Body.article_id)
        .join(Article, col(Article.id) == col(Body.article_id))
        .where(*is_public(publication_id, now))
    )
    return session.exec(query.where(col(Article.published_at) >= start)).all()


def slugs_written_here(session: Session, publication_id: int, now: datetime) -> Sequence[str]:
    """Return the slugs of those that are canonical here, newest first: what was gathered has its own address elsewhere."""
    query = (
        select(Article.slug)
        .join(Body, col(Body.article_id) == col(Article.id))
        .where(*is_public(publication_id, now))
    )
    return session.exec(
        query.where(col(Body.markdown) != "").order_by(col(Article.published_at).desc())
    ).all()


def page_urls(
    session: Session, publication_id: int, article_ids: Sequence[int], urls: Urls
) -> Mapping[str, str]:
    """Return the page here for the address of each own article among `article_ids`."""
    query = (
        select(Article.url, Article.slug)
        .join(Body, col(Body.article_id) == col(Article.id))
        .where(*_whole(publication_id))
    )
    return {
        url: urls.article(slug)
        for url, slug in session.exec(query.where(col(Article.id).in_(article_ids)))
    }


def article_form(article: Article, body: Body, zone: ZoneInfo) -> ArticleForm:
    """Return an article as its author types it."""
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


def _own(publication_id: int) -> Select[Article, Body]:
    return (
        select(Article, Body)
        .join(Body, col(Body.article_id) == col(Article.id))
        .where(*_whole(publication_id))
    )


def _whole(publication_id: int) -> tuple[ColumnElement[bool], ...]:
    shown = select(Sighting.article_id).join(Source, col(Source.id) == col(Sighting.source_id))
    shown = shown.where(col(Source.publication_id) == publication_id, col(Source.is_own))
    return col(Article.id).in_(shown), col(Body.html) != ""


def _fill(article: Article, body: Body, written: WrittenArticle, now: datetime) -> None:
    if article.image_url != written.image_url:
        article.image_width = article.image_height = 0
        article.read_at = None  # the next gathering measures its image
    if not written.image_url:
        article.read_at = article.read_at or now  # nothing of it is elsewhere
    article.title, article.dek, article.author = written.title, written.dek, written.author
    article.image_url, article.topics = written.image_url, list(written.topics)
    article.published_at, article.words = written.published_at, len(written.text.split())
    body.text, body.html, body.markdown = written.text, written.html, written.markdown
    body.source_line, body.source_date, body.image_alt = (
        written.source_line,
        written.source_date,
        written.image_alt,
    )


def _free_slug(session: Session, title: str) -> str:
    words = slug_words(title)[: SLUG_CHARS - 4].rstrip("-") or "article"
    taken = set(session.exec(select(Article.slug).where(col(Article.slug).like(f"{words}%"))))
    return next(
        slug
        for slug in (words, *(f"{words}-{n}" for n in range(2, len(taken) + 3)))
        if slug not in taken
    )


def _source(session: Session, publication: Publication, urls: Urls, now: datetime) -> int:
    """The editors' own hand as a source; made when the first article is written."""
    query = select(Source.id).where(
        col(Source.publication_id) == publication.id, col(Source.kind) == "hand", col(Source.is_own)
    )
    found = session.exec(query).first()
    if found is None:
        row = {
            "kind": "hand",
            "url": urls.articles(),
            "title": publication.name,
            "weight": WEIGHT,
            "is_own": True,
            "added_at": now,
        }
        insert_new(session, Source, [{"publication_id": publication.id, **row}])
        found = session.exec(query).one()
    return found or 0
