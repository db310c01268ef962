"""By hand: a link that an editor pastes is unfurled to a card, and kept as an article of the editors' own hand."""

import asyncio
from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.fetching.fetcher import open_fetcher
from newsletter.fetching.limits import Limits
from newsletter.formats.canonical import canonical
from newsletter.formats.found import Found, absolute
from newsletter.formats.pages.main_text import Page
from newsletter.gathering.articles import ids_by_url, store_found
from newsletter.gathering.extraction_pool import open_extractor
from newsletter.gathering.models import Alias, Article, Body, Source
from newsletter.gathering.sources import PASTED, NotAnAddress
from newsletter.statements import insert_new

WEIGHT = 2.0  # the highest: what an editor pasted is wanted


def add_link(
    database: Database,
    publication_id: int,
    url: str,
    clock: Clock,
    limits: Limits,
    *,
    title: str = "",
    dek: str = "",
) -> Article:
    """Unfurl a link and keep the article. A `title` and a `dek` of the editor's own go before the page's.

    Raises NotAnAddress, and, unless there is a title by hand, FetchFailed or NotAPage.
    """
    url = absolute(url, "")
    if not url:
        raise NotAnAddress
    try:
        page = asyncio.run(unfurl(url, limits))
    except NewsletterError:
        if not title:
            raise
        page = Page(canonical(url), title)
    return database.write(_keep, publication_id, url, page, title, dek, clock.now())


async def unfurl(url: str, limits: Limits) -> Page:
    """Return what is at an address. Raises FetchFailed or NotAPage."""
    async with open_fetcher(limits) as fetcher, open_extractor(1) as extractor:
        fetched = await fetcher.fetch(url)  # for the person who pasted it, not as a robot
        return await extractor.extract(fetched.body, fetched.url)


def _keep(
    session: Session, publication_id: int, url: str, page: Page, title: str, dek: str, now: datetime
) -> Article:
    found = Found(
        page.canonical_url,
        title or page.title,
        dek or page.dek,
        page.author,
        page.published_at,
        page.image_url,
        page.topics,
        page.language,
    )
    store_found(session, _source(session, publication_id, now), [found], now)
    key = ids_by_url(session, [page.canonical_url])[page.canonical_url]
    pasted = canonical(url)
    if pasted not in ids_by_url(session, [pasted]):
        insert_new(session, Alias, [{"url": pasted, "article_id": key}])
    article = session.get_one(Article, key)
    if article.read_at is None and page.text:
        article.words, article.read_at = page.words, now
        insert_new(
            session, Body, [{"article_id": key, "text": page.text, "html": "", "markdown": ""}]
        )
    session.flush()
    return article


def _source(session: Session, publication_id: int, now: datetime) -> int:
    query = select(Source.id).where(
        col(Source.publication_id) == publication_id, col(Source.url) == PASTED
    )
    row = {
        "publication_id": publication_id,
        "kind": "hand",
        "url": PASTED,
        "title": "By hand",
        "weight": WEIGHT,
        "added_at": now,
    }
    insert_new(session, Source, [row])
    return session.exec(query).one() or 0
