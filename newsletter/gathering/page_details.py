"""Which articles' pages are to be read, and what a page adds to its article.

A feed gives a title and a dek. The page has the rest: a date, an author, the whole text, an image
with its size, and the address by which the article wants to be known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Subquery, or_
from sqlmodel import Session, col, delete, select, update
from sqlmodel.sql.expression import Select

from newsletter.formats.canonical import canonical
from newsletter.formats.pages.images import Picture
from newsletter.formats.pages.page import Page
from newsletter.gathering.articles import (
    AUTHOR_CHARS,
    DEK_CHARS,
    LANGUAGE_CHARS,
    RANK,
    TITLE_CHARS,
    URL_CHARS,
    add_alias,
    add_sightings,
    ids_by_url,
    storable,
    storable_topics,
    title_from_url,
)
from newsletter.gathering.models import Alias, Article, Body, Sighting, Source
from newsletter.statements import Conditions

# Nobody proposes what is older, so nobody needs its page. The publication's own pages are always
# wanted.
STALE = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """The page of an article that was not read yet.

    `is_own`: the publication's own site shows it, so its whole text is kept.
    `is_dated`: a feed gave its date, which counts for more than a date on the page.
    `is_written`: an editor wrote it here, so only its image is read: the image is their choice.
    """

    article_id: int
    url: str
    image_url: str
    is_own: bool
    is_dated: bool
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What reading one page gave; `url` is the address that answered, after redirects.

    `page` is None if the page could not be had or read, `picture` if no image of it could.
    """

    unread: UnreadPage
    url: str = ""
    page: Page | None = None
    picture: Picture | None = None


def unread_pages(
    session: Session,
    publication_id: int,
    now: datetime,
    each: int,
    most: int,
) -> list[UnreadPage]:
    """Return the pages to read: of each source the `each` newest, `most` in all.

    Own ones come first, then the newest.
    """
    newest = _newest_of_each(_ranked_by_source(publication_id, now), each)
    return _merged(session.exec(newest.limit(most)).all())


def add_page_details(session: Session, answer: PageAnswer, now: datetime) -> None:
    """Add what the page says to its article.

    What the feed gave stays, save a date or a title that it did not really have.
    """
    article = _waiting_article(session, answer.unread)
    if article is None:
        return
    article.read_at = now
    if answer.page is not None:
        article = _add_page(session, article, answer.page, answer, now)
    _set_picture(article, answer)
    session.flush()


def _ranked_by_source(publication_id: int, now: datetime) -> Subquery:
    """The unread articles that each active source shows, the newest of each with rank 1."""
    # An article may have several sources, and has a rank in each.
    return (
        select(Sighting.article_id, Sighting.source_id, RANK)
        .select_from(Sighting)
        .join(Article)
        .join(Source)
        .where(*_is_wanted(publication_id, now))
        .subquery()
    )


def _is_wanted(publication_id: int, now: datetime) -> Conditions:
    """The conditions on Article and Source by which a page is to be read."""
    return (
        col(Source.publication_id) == publication_id,
        col(Source.status) == "active",
        col(Article.read_at).is_(None),
        or_(col(Source.is_own), col(Article.published_at) >= now - STALE),
    )


def _newest_of_each(ranked: Subquery, each: int) -> Select[Article, Source]:
    """Select so many articles of each source; the publication's own first, then the newest."""
    return (
        select(Article, Source)
        .join(ranked, ranked.c.article_id == col(Article.id))
        .join(Source, col(Source.id) == ranked.c.source_id)
        .where(ranked.c.rank <= each)
        .order_by(
            col(Source.is_own).desc(),
            col(Article.published_at).desc(),
            col(Article.id),
        )
    )


def _merged(rows: Sequence[tuple[Article, Source]]) -> list[UnreadPage]:
    """One page for each article, with what all the sources that show it make of it."""
    sources_of: dict[int, list[Source]] = {}
    for article, source in rows:
        sources_of.setdefault(article.key, []).append(source)
    articles = {article.key: article for article, _ in rows}
    return [_unread(article, sources_of[key]) for key, article in articles.items()]


def _unread(article: Article, sources: Sequence[Source]) -> UnreadPage:
    """Say what all its sources make of an article."""
    return UnreadPage(
        article.key,
        article.url,
        article.image_url,
        is_own=any(source.is_own for source in sources),
        is_dated=any(source.kind == "feed" for source in sources),
        is_written=any(source.is_own and source.kind == "hand" for source in sources),
    )


def _waiting_article(session: Session, unread: UnreadPage) -> Article | None:
    """Return the article if its page is still to be read."""
    # Reading took its time: the article may be gone, or changed by somebody else.
    article = session.get(Article, unread.article_id)
    if article is None or _is_overtaken(article, unread):
        return None
    return article


def _is_overtaken(article: Article, unread: UnreadPage) -> bool:
    """True if another process read the page meanwhile, or its author chose another image."""
    if article.read_at is not None:
        return True
    return unread.is_written and article.image_url != unread.image_url


def _add_page(
    session: Session,
    article: Article,
    page: Page,
    answer: PageAnswer,
    now: datetime,
) -> Article:
    """Add what a page says. Returns the article that it was added to: it may be another."""
    # Asked before the address changes: a title made of the old address is no title.
    has_title = article.title != title_from_url(article.url)
    article = _known_by(session, article, _address_of(article.url, answer.url, page))
    article.read_at = now
    if not has_title:
        article.title = storable(page.title, TITLE_CHARS) or article.title
    _fill_gaps(article, page)
    if not _has_date(article, answer.unread):
        _set_date(article, page, now)
    _keep_body(
        session,
        article.key,
        page,
        is_own=answer.unread.is_own,
    )
    return article


def _address_of(url: str, answered_url: str, page: Page) -> str:
    """The canonical address of an article by its page.

    That is what the page names, if it is on the host that answered and no front page; else where
    the redirects led. A page cannot pass itself off as another site's. An article that shares its
    page with others keeps its mark.
    """
    if canonical(url) != url:
        return url
    answered = canonical(answered_url)
    for address in (canonical(page.canonical_url), answered):
        if _site_of(address) == _site_of(answered) and _can_be_kept(address):
            return address
    return url


def _can_be_kept(url: str) -> bool:
    """True for an address that fits its column and is no front page."""
    # A front page as canonical is a mistake of many sites: all their articles would be one.
    return urlsplit(url).path.strip("/") != "" and len(url) <= URL_CHARS


def _site_of(url: str) -> str:
    """Return the host without the parts that name a version of it."""
    host = urlsplit(url).hostname or ""
    # Pages for telephones and AMP pages name the page that they are made of.
    return host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")


def _known_by(session: Session, article: Article, url: str) -> Article:
    """Make `url` the address of an article; its old address becomes an alias.

    If another article has that address, the two become that one. Returns the article that is left.
    """
    if url == article.url:
        return article
    other_id = ids_by_url(session, [url]).get(url)
    if other_id == article.id:
        return article
    # Feeds go on showing the old address: by the alias it is known for ever.
    add_alias(session, article.url, other_id or article.key)
    if other_id is None:
        article.url = url
        return article
    return _merge(session, article, other_id)


def _merge(session: Session, article: Article, other_id: int) -> Article:
    """Make another article of one: its sightings and aliases are the other's from now on."""
    _move_sightings(session, article, other_id)
    _move_aliases(session, article, other_id)
    session.flush()
    return session.get_one(Article, other_id)


def _move_sightings(session: Session, article: Article, other_id: int) -> None:
    """The sources that show one article show the other instead."""
    source_ids = session.exec(select(Sighting.source_id).filter_by(article_id=article.id))
    sighted = [(other_id, source_id) for source_id in source_ids]
    # Inserted and deleted, not updated: a source may show both addresses already.
    add_sightings(session, sighted, article.first_seen_at)
    session.exec(delete(Sighting).filter_by(article_id=article.id))


def _move_aliases(session: Session, article: Article, other_id: int) -> None:
    """The other addresses of one article lead to the other instead."""
    aliases = update(Alias).filter_by(article_id=article.id)
    session.exec(aliases.values(article_id=other_id))


def _fill_gaps(article: Article, page: Page) -> None:
    """Take from a page what the feed did not say."""
    article.dek = article.dek or storable(page.dek, DEK_CHARS)
    article.author = article.author or storable(page.author, AUTHOR_CHARS)
    article.language = article.language or storable(page.language, LANGUAGE_CHARS)
    article.topics = article.topics or storable_topics(page.topics)
    article.words = page.words or article.words


def _has_date(article: Article, unread: UnreadPage) -> bool:
    """True if a feed gave the date; that of the first sighting is a guess."""
    return unread.is_dated and article.published_at != article.first_seen_at


def _set_date(article: Article, page: Page, now: datetime) -> None:
    """Take the date of a page, if it can be."""
    if page.published_at is not None and page.published_at <= now:
        article.published_at = page.published_at


def _keep_body(
    session: Session,
    article_id: int,
    page: Page,
    *,
    is_own: bool,
) -> None:
    """Keep the text, and of an own article what is shown."""
    if not page.text:
        return
    body = _body_of(session, article_id)
    # PostgreSQL takes no NUL in a text.
    body.text = body.text or page.text.replace("\0", "")
    # A body with Markdown was written here: its author's words win over any page.
    if is_own and not body.markdown:
        body.html = page.html.replace("\0", "")
    session.add(body)


def _body_of(session: Session, article_id: int) -> Body:
    """Return the body of an article, a new one if it has none."""
    return session.get(Body, article_id) or Body(article_id=article_id)


def _set_picture(article: Article, answer: PageAnswer) -> None:
    """Set the picture that could be loaded, or none."""
    if answer.picture is not None:
        article.image_url = answer.picture.url
        article.image_width = answer.picture.width
        article.image_height = answer.picture.height
    elif not article.image_width and not answer.unread.is_written:
        article.image_url = ""  # a hole in a letter is worse than no image
