"""Describing: which articles' pages are worth a look, and what a page said becomes part of its article."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, or_
from sqlmodel import Session, col, select, update

from newsletter.formats.canonical import canonical
from newsletter.formats.pages.images import Picture
from newsletter.formats.pages.main_text import Page
from newsletter.gathering.articles import URL_CHARS, ids_by_url, storable, title_from_url
from newsletter.gathering.models import Alias, Article, Body, Sighting, Source
from newsletter.statements import insert_new

STALE = timedelta(
    days=21
)  # nobody proposes what is older, so nobody needs its page; the publication's own is always wanted


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """An article whose page was not looked at. `is_dated`: a feed said when it was published, which counts more than its page.

    `is_written`: an editor wrote it here, so that its image alone is to be looked at, and is the author's to choose.
    """

    article_id: int
    url: str
    image_url: str
    is_own: bool
    is_dated: bool
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What looking at one article's page gave: `url` is where it was found; no page if it could not be had or read."""

    unread: UnreadPage
    url: str = ""
    page: Page | None = None
    picture: Picture | None = None


def unread_pages(
    session: Session, publication_id: int, now: datetime, each: int, most: int
) -> list[UnreadPage]:
    """Return the articles to look at: of each source the `each` newest, `most` in all; own ones first, then the newest."""
    turn = func.row_number().over(
        partition_by=col(Sighting.source_id),
        order_by=(col(Article.published_at).desc(), col(Article.id)),
    )
    waiting = (
        select(Sighting.article_id, Sighting.source_id, turn.label("turn"))
        .join(Article, col(Article.id) == col(Sighting.article_id))
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(
            col(Source.publication_id) == publication_id,
            col(Source.status) == "active",
            col(Article.read_at).is_(None),
        )
        .where(or_(col(Source.is_own), col(Article.published_at) >= now - STALE))
        .subquery()
    )
    query = (
        select(Article, Source)
        .join(waiting, waiting.c.article_id == col(Article.id))
        .join(Source, col(Source.id) == waiting.c.source_id)
        .where(waiting.c.turn <= each)
        .order_by(col(Source.is_own).desc(), col(Article.published_at).desc(), col(Article.id))
    )
    rows = session.exec(query.limit(most)).all()
    own = {article.id for article, source in rows if source.is_own}
    dated = {article.id for article, source in rows if source.kind == "feed"}
    written = {article.id for article, source in rows if source.is_own and source.kind == "hand"}
    articles = {article.key: article for article, _ in rows}
    return [
        UnreadPage(key, one.url, one.image_url, key in own, key in dated, key in written)
        for key, one in articles.items()
    ]


def add_page_details(session: Session, looked: PageAnswer, now: datetime) -> None:
    """Add what the page says to its article. What the feed said stays, save a date or a title that it did not really have."""
    article = session.get(Article, looked.unread.article_id)
    if (
        article is None
        or article.read_at is not None
        or (looked.unread.is_written and article.image_url != looked.unread.image_url)
    ):
        return
    article.read_at = now
    if looked.page is not None:
        made_up = article.title == title_from_url(article.url)
        article = _at_its_address(session, article, _address_of(article.url, looked))
        _fill(article, looked.page, now, is_dated=looked.unread.is_dated, has_title=not made_up)
        _keep_body(session, article.key, looked.page, is_own=looked.unread.is_own)
    if looked.picture is not None:
        shown = looked.picture
        article.image_url, article.image_width, article.image_height = (
            shown.url,
            shown.width,
            shown.height,
        )
    elif not article.image_width and not looked.unread.is_written:
        article.image_url = ""  # a hole in a letter is worse than no image
    session.flush()


def _fill(article: Article, page: Page, now: datetime, *, is_dated: bool, has_title: bool) -> None:
    article.read_at = now
    article.title = article.title if has_title else storable(page.title, 500) or article.title
    article.dek = article.dek or storable(page.dek, 2000)
    article.author = article.author or storable(page.author, 200)
    article.language = article.language or storable(page.language, 12)
    article.topics = article.topics or [storable(topic, 80) for topic in page.topics]
    article.words = page.words or article.words
    is_guessed = not is_dated or article.published_at == article.first_seen_at
    if is_guessed and page.published_at is not None and page.published_at <= now:
        article.published_at = page.published_at


def _keep_body(session: Session, article_id: int, page: Page, *, is_own: bool) -> None:
    if not page.text:
        return
    body = session.get(Body, article_id) or Body(article_id=article_id)
    body.text = body.text or page.text.replace("\0", "")
    if is_own and not body.markdown:
        body.html = page.html.replace("\0", "")
    session.add(body)


def _address_of(url: str, looked: PageAnswer) -> str:
    """The canonical address of an article by its page: what the page names, if it is on the host that answered and no front page;
    else where the redirects led. A page cannot pass itself off as another site's."""
    if looked.page is None:
        return url
    answered = canonical(looked.url)
    for address in (canonical(looked.page.canonical_url), answered):
        if (
            _site(address) == _site(answered)
            and urlsplit(address).path.strip("/")
            and len(address) <= URL_CHARS
        ):
            return address
    return url


def _site(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")


def _at_its_address(session: Session, article: Article, url: str) -> Article:
    """Let an article be known by its canonical address, and its old one lead there. If another has that, both become that one."""
    if url == article.url:
        return article
    known = ids_by_url(session, [url]).get(url)
    if known == article.id:
        return article
    insert_new(session, Alias, [{"url": article.url, "article_id": known or article.id}])
    if known is None:
        article.url = url
        return article
    sources = session.exec(
        select(Sighting.source_id).where(col(Sighting.article_id) == article.id)
    ).all()
    insert_new(
        session,
        Sighting,
        [
            {"article_id": known, "source_id": key, "seen_at": article.first_seen_at}
            for key in sources
        ],
    )
    for sighting in session.exec(
        select(Sighting).where(col(Sighting.article_id) == article.id)
    ).all():
        session.delete(sighting)
    session.exec(update(Alias).where(col(Alias.article_id) == article.id).values(article_id=known))
    session.flush()
    return session.get_one(Article, known)
