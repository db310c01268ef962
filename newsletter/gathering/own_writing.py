"""Own articles are written here, changed, withdrawn and brought back.

Every change raises the version; a stale one is refused.
"""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from newsletter.errors import Conflict, Refused
from newsletter.formats.pages.article_form import BadField
from newsletter.formats.pages.article_rules import SLUG_CHARS, WrittenArticle
from newsletter.gathering.models import Article, Body, Sighting, Source
from newsletter.gathering.own_articles import read_article
from newsletter.publications.models import Publication
from newsletter.statements import RowValues, insert_new
from newsletter.text import free_name, slug
from newsletter.urls import Urls

WEIGHT = 2.0  # the highest: what was written for this publication is proposed
NUMBER_CHARS = 4  # what free_name may add to a slug: -999
ADDRESS_STAYS = "The address of an article stays, because letters link to it. Leave it {slug}."
ALREADY_PUBLIC = (
    "This article is public already, so its date cannot be one to come. "
    "Withdraw it to take it back."
)


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
    _add_body(
        session,
        article,
        written,
        now,
    )
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
    # The version is compared under the lock of the row: of two who save at once, one is refused.
    article, body = read_article(
        session,
        publication_id,
        article_id,
        lock=True,
    )
    _refuse_unseen_words(body, version)
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
    article = _lock_article(session, publication_id, article_id)
    # Done twice, the first time counts.
    article.withdrawn_at = article.withdrawn_at or now
    session.flush()
    return article


def restore_article(session: Session, publication_id: int, article_id: int) -> Article:
    """Bring a withdrawn article back. Raises NoArticle."""
    article = _lock_article(session, publication_id, article_id)
    article.withdrawn_at = None
    session.flush()
    return article


def _add_article(
    session: Session,
    publication: Publication,
    written: WrittenArticle,
    urls: Urls,
    now: datetime,
) -> Article:
    """Add the row of a new article. Raises SlugTaken."""
    name = written.slug or _free_slug(session, written.title)
    article = Article(
        url=urls.article(name),
        slug=name,
        title=written.title,
        language=publication.language,
        published_at=written.published_at,
        first_seen_at=now,
    )
    _take_slug(session, article)
    return article


def _free_slug(session: Session, title: str) -> str:
    """Return the words of a title as a slug that no article has."""
    words = slug(title)[: SLUG_CHARS - NUMBER_CHARS].rstrip("-") or "article"
    # Of all publications: a slug is unique in the table.
    taken = session.exec(select(Article.slug).where(col(Article.slug).like(f"{words}%")))
    return free_name(words, set(taken))


def _take_slug(session: Session, article: Article) -> None:
    """Store a new article under its slug. Raises SlugTaken."""
    try:
        # A savepoint: after an error PostgreSQL takes no more statements of this transaction.
        with session.begin_nested():
            session.add(article)
            session.flush()
    except IntegrityError:
        raise SlugTaken from None


def _add_body(
    session: Session,
    article: Article,
    written: WrittenArticle,
    now: datetime,
) -> None:
    """Write the words of a new article."""
    body = Body(article_id=article.key)
    _fill(
        article,
        body,
        written,
        now,
    )
    session.add(body)


def _lock_article(session: Session, publication_id: int, article_id: int) -> Article:
    """Return an own article that nobody else changes meanwhile. Raises NoArticle."""
    article, _ = read_article(
        session,
        publication_id,
        article_id,
        lock=True,
    )
    return article


def _refuse_unseen_words(body: Body, version: int) -> None:
    """Raise NotWrittenHere or ArticleChanged if the words are not those that the editor saw."""
    if not body.markdown:
        raise NotWrittenHere
    if body.version != version:
        raise ArticleChanged


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
    """Write what its author typed into an article."""
    _set_image(article, written.image_url, now)
    article.title = written.title
    article.dek = written.dek
    article.author = written.author
    article.topics = list(written.topics)
    article.published_at = written.published_at
    article.words = len(written.text.split())
    _fill_body(body, written)


def _fill_body(body: Body, written: WrittenArticle) -> None:
    """Write the parts that are not listed but shown."""
    body.text = written.text
    body.html = written.html
    body.markdown = written.markdown
    body.source_line = written.source_line
    body.source_date = written.source_date
    body.image_alt = written.image_alt


def _set_image(article: Article, image_url: str, now: datetime) -> None:
    """Set the image; a new one is measured by the next gathering."""
    if article.image_url != image_url:
        _forget_measures(article)
    if not image_url:
        article.read_at = article.read_at or now  # nothing of it is elsewhere
    article.image_url = image_url


def _forget_measures(article: Article) -> None:
    """Let the next gathering measure the image: it reads what was never read."""
    article.image_width = 0
    article.image_height = 0
    article.read_at = None


def _editors_source(
    session: Session,
    publication: Publication,
    urls: Urls,
    now: datetime,
) -> int:
    """The id of the editors as a source; made when the first article is written."""
    known = select(Source).filter_by(publication_id=publication.key, kind="hand")
    found = next((source for source in session.exec(known) if source.is_editors), None)
    if found is None:
        # Two first articles may be written at the same time: the second finds the row of the first.
        insert_new(session, Source, [_editors_row(publication, urls, now)])
        here = select(Source).filter_by(publication_id=publication.key, url=urls.articles())
        found = session.exec(here).one()
    # The list of our own articles may have been added as a source, or the mark taken away.
    found.kind = "hand"
    found.is_own = True
    return found.key


def _editors_row(publication: Publication, urls: Urls, now: datetime) -> RowValues:
    """Return the row of the editors as a source."""
    return {
        "publication_id": publication.key,
        "kind": "hand",
        "url": urls.articles(),
        "title": publication.name,
        "weight": WEIGHT,
        "is_own": True,
        "added_at": now,
    }
