"""Own articles: written here, changed, withdrawn and brought back.

Every change raises the version; a stale one is refused. An article is own if a source that is
marked own shows it and its whole text is kept: written here, or gathered from the publication's
site.
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
from newsletter.gathering.models import Article, Body, Sighting, Source
from newsletter.publications.models import Publication
from newsletter.statements import insert_new
from newsletter.text import free_name, slug
from newsletter.urls import Urls

WEIGHT = 2.0  # the highest: what was written for this publication is proposed
NEWEST_FIRST = (col(Article.published_at).desc(), col(Article.id).desc())
ADDRESS_STAYS = "The address of an article stays, because letters link to it. Leave it {slug}."
ALREADY_PUBLIC = (
    "This article is public already, so its date cannot be one to come. "
    "Withdraw it to take it back."
)
NUMBER_CHARS = 4  # what free_name may add to a slug: -999


class NoArticle(NotFound):
    """There is no own article of that name."""

    hint = "`newsletter article list` shows those there are."


class Withdrawn(NotFound):
    """The editors withdrew this article."""


class ArticleChanged(Conflict):
    """Somebody changed this article since you opened it.

    Nothing of yours was saved: put the two together, then save again.
    """


class SlugTaken(Conflict):
    """Another article has that slug. Choose another."""


class NotWrittenHere(Refused):
    """This article was gathered from your own site.

    Change it there: the next gathering brings it here.
    """


def write_article(
    session: Session,
    publication: Publication,
    written: WrittenArticle,
    urls: Urls,
    now: datetime,
) -> Article:
    """Keep a new article under an address of its own. Raises SlugTaken.

    A date to come keeps it back until then.
    """
    article = _add_article(
        session,
        publication,
        written,
        urls,
        now,
    )
    body = Body(article_id=article.key)
    _fill(
        article,
        body,
        written,
        now,
    )
    session.add(body)
    source_id = _editors_source(
        session,
        publication,
        urls,
        now,
    )
    session.add(Sighting(article_id=article.key, source_id=source_id, seen_at=now))
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
    """Change an article of which the editor saw that version.

    Its address stays, and what is public cannot go back to a date to come. Raises NoArticle,
    NotWrittenHere, ArticleChanged or BadField.
    """
    article, body = read_article(
        session,
        publication_id,
        article_id,
        lock=True,
    )
    if not body.markdown:
        raise NotWrittenHere
    if body.version != version:
        raise ArticleChanged
    _refuse_moves(article, written, now)
    _fill(
        article,
        body,
        written,
        now,
    )
    body.version += 1
    session.flush()
    return article


def withdraw_article(
    session: Session,
    publication_id: int,
    article_id: int,
    now: datetime,
) -> Article:
    """Take an article back: its page says so, and no issue takes it any more.

    What was sent stays sent. Raises NoArticle.
    """
    article, _ = read_article(
        session,
        publication_id,
        article_id,
        lock=True,
    )
    article.withdrawn_at = article.withdrawn_at or now
    session.flush()
    return article


def restore_article(session: Session, publication_id: int, article_id: int) -> Article:
    """Bring a withdrawn article back. Raises NoArticle."""
    article, _ = read_article(
        session,
        publication_id,
        article_id,
        lock=True,
    )
    article.withdrawn_at = None
    session.flush()
    return article


def read_article(
    session: Session,
    publication_id: int,
    article_id: int,
    *,
    lock: bool = False,
) -> tuple[Article, Body]:
    """Return an own article, public or not. Raises NoArticle."""
    query = _own_articles(publication_id).where(col(Article.id) == article_id)
    return _one_of(session, query.with_for_update() if lock else query)


def article_by_slug(session: Session, publication_id: int, slug: str) -> tuple[Article, Body]:
    """Return the own article of that slug, public or not. Raises NoArticle."""
    return _one_of(session, _own_articles(publication_id).where(col(Article.slug) == slug))


def all_articles(session: Session, publication_id: int) -> Sequence[tuple[Article, Body]]:
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
    query = (
        select(Article)
        .join(Body, col(Body.article_id) == col(Article.id))
        .where(*is_public(publication_id, now))
        .order_by(*NEWEST_FIRST)
    )
    return session.exec(query.offset(skip).limit(most)).all()


def is_public(publication_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
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
    query = (
        select(Body.article_id)
        .join(Article, col(Article.id) == col(Body.article_id))
        .where(*is_public(publication_id, now), col(Article.published_at) >= start)
    )
    return session.exec(query).all()


def slugs_written_here(session: Session, publication_id: int, now: datetime) -> Sequence[str]:
    """Return the slugs of those that are canonical here, newest first.

    What was gathered from the publication's site has its canonical address there.
    """
    query = (
        select(Article.slug)
        .join(Body, col(Body.article_id) == col(Article.id))
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
        .join(Body, col(Body.article_id) == col(Article.id))
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


def _add_article(
    session: Session,
    publication: Publication,
    written: WrittenArticle,
    urls: Urls,
    now: datetime,
) -> Article:
    name = written.slug or _free_slug(session, written.title)
    article = Article(
        url=urls.article(name),
        slug=name,
        title=written.title,
        language=publication.language,
        published_at=written.published_at,
        first_seen_at=now,
    )
    try:
        # A savepoint: after an error PostgreSQL takes no more statements of this transaction.
        with session.begin_nested():
            session.add(article)
            session.flush()
    except IntegrityError:
        raise SlugTaken from None
    return article


def _free_slug(session: Session, title: str) -> str:
    words = slug(title)[: SLUG_CHARS - NUMBER_CHARS].rstrip("-") or "article"
    taken = session.exec(select(Article.slug).where(col(Article.slug).like(f"{words}%")))
    return free_name(words, set(taken))


def _refuse_moves(article: Article, written: WrittenArticle, now: datetime) -> None:
    """Raise BadField if an article would move to another address, or back to a date to come."""
    if written.slug not in ("", article.slug):
        raise BadField("slug", ADDRESS_STAYS.format(slug=article.slug))
    if article.published_at <= now < written.published_at:
        raise BadField("date", ALREADY_PUBLIC)


def _fill(
    article: Article,
    body: Body,
    written: WrittenArticle,
    now: datetime,
) -> None:
    _set_image(article, written.image_url, now)
    article.title = written.title
    article.dek = written.dek
    article.author = written.author
    article.topics = list(written.topics)
    article.published_at = written.published_at
    article.words = len(written.text.split())
    _fill_body(body, written)


def _fill_body(body: Body, written: WrittenArticle) -> None:
    body.text = written.text
    body.html = written.html
    body.markdown = written.markdown
    body.source_line = written.source_line
    body.source_date = written.source_date
    body.image_alt = written.image_alt


def _set_image(article: Article, image_url: str, now: datetime) -> None:
    if article.image_url != image_url:
        article.image_width = 0
        article.image_height = 0
        article.read_at = None  # the next gathering measures its image
    if not image_url:
        article.read_at = article.read_at or now  # nothing of it is elsewhere
    article.image_url = image_url


def _editors_source(
    session: Session,
    publication: Publication,
    urls: Urls,
    now: datetime,
) -> int:
    """The id of the editors as a source; made when the first article is written."""
    query = select(Source).where(
        col(Source.publication_id) == publication.id,
        col(Source.kind) == "hand",
        col(Source.is_own),
    )
    found = session.exec(query).first()
    if found is not None:
        return found.key
    row = _editors_row(publication, urls, now)
    # Two first articles may be written at the same time: the second finds the row of the first.
    insert_new(session, Source, [row])
    return session.exec(query).one().key


def _editors_row(publication: Publication, urls: Urls, now: datetime) -> dict[str, object]:
    return {
        "publication_id": publication.key,
        "kind": "hand",
        "url": urls.articles(),
        "title": publication.name,
        "weight": WEIGHT,
        "is_own": True,
        "added_at": now,
    }


def _own_articles(publication_id: int) -> Select[Article, Body]:
    return (
        select(Article, Body)
        .join(Body, col(Body.article_id) == col(Article.id))
        .where(*_is_own(publication_id))
    )


def _one_of(session: Session, query: Select[Article, Body]) -> tuple[Article, Body]:
    found = session.exec(query).one_or_none()
    if found is None:
        raise NoArticle
    return found


def _is_own(publication_id: int) -> tuple[ColumnElement[bool], ...]:
    shown = (
        select(Sighting.article_id)
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(Source.publication_id) == publication_id, col(Source.is_own))
    )
    return col(Article.id).in_(shown), col(Body.html) != ""
