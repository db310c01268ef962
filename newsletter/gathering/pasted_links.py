"""A link that an editor pastes: its page is read, and it is kept as an article.

Its source is the editors themselves: nothing is ever fetched from that one.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.fetching.limits import Limits
from newsletter.formats.canonical import canonical
from newsletter.formats.found import Found, absolute
from newsletter.formats.pages.page import Page
from newsletter.gathering.articles import add_alias, ids_by_url, store_found
from newsletter.gathering.children.outside import open_outside
from newsletter.gathering.models import Article, Body, Source
from newsletter.gathering.sources import PASTED, NotAnAddress
from newsletter.statements import RowValues, insert_new

WEIGHT = 2.0  # the highest: what an editor pasted is wanted


@dataclass(frozen=True, slots=True)
class _PastedLink:
    """A pasted link, and the words of it that are shown."""

    url: str
    title: str
    dek: str
    page: Page


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
    """Read the page of a link and keep the article.

    A `title` and a `dek` of the editor's own go before the page's. Raises NotAnAddress, and unless
    the editor gives a title, FetchFailed or NotAPage.
    """
    url = absolute(url, "")
    if not url:
        raise NotAnAddress
    page = _page_at(url, limits, title)
    card = _PastedLink(url, title or page.title, dek or page.dek, page)
    return database.write(_keep, publication_id, card, clock.now())


def _page_at(url: str, limits: Limits, title: str) -> Page:
    """Return the page of a link; if it cannot be read, one of that title. Raises without one."""
    try:
        return asyncio.run(unfurl(url, limits))
    except NewsletterError:
        if not title:
            raise
        # Many sites let browsers in only. The editor has seen the page, and says what it is.
        return Page(canonical(url), title)


async def unfurl(url: str, limits: Limits) -> Page:
    """Return what is at an address. Raises FetchFailed or NotAPage."""
    async with open_outside(limits, processes=1) as outside:
        # A person asks for this page, as with a browser: robots.txt is for robots.
        fetched = await outside.fetcher.fetch(url)
        return await outside.children.extract_page(fetched.body, fetched.url, fetched.charset)


def _keep(
    session: Session,
    publication_id: int,
    card: _PastedLink,
    now: datetime,
) -> Article:
    """Store the article, and its text unless its page was read before."""
    source_id = _pasted_source(session, publication_id, now)
    store_found(
        session,
        source_id,
        [_found_of(card)],
        now,
    )
    article = _article_at(session, card.page.canonical_url)
    _add_alias(session, article, canonical(card.url))
    if article.read_at is None and card.page.text:
        _keep_body(session, article, card.page, now)
    session.flush()
    return article


def _article_at(session: Session, url: str) -> Article:
    """Return the article of an address that is known."""
    return session.get_one(Article, ids_by_url(session, [url])[url])


def _add_alias(session: Session, article: Article, url: str) -> None:
    """Let an address lead to an article, unless it is known."""
    # The page may name another address. Who pastes the same link again finds the article.
    if url not in ids_by_url(session, [url]):
        add_alias(session, url, article.key)


def _found_of(card: _PastedLink) -> Found:
    """Return a card as an item of a source."""
    return Found(
        card.page.canonical_url,
        card.title,
        card.dek,
        card.page.author,
        card.page.published_at,
        card.page.image_url,
        card.page.topics,
        card.page.language,
    )


def _keep_body(
    session: Session,
    article: Article,
    page: Page,
    now: datetime,
) -> None:
    """Keep the text: the page was read just now, so the next gathering need not read it."""
    article.words = page.words
    article.read_at = now
    body = {"article_id": article.key, "text": page.text, "html": "", "markdown": ""}
    insert_new(session, Body, [body])


def _pasted_source(session: Session, publication_id: int, now: datetime) -> int:
    """The id of the source of pasted links; made with the first of them."""
    # Inserted first, then read: two editors may paste their first links at the same time.
    insert_new(session, Source, [_pasted_row(publication_id, now)])
    query = select(Source).filter_by(publication_id=publication_id, url=PASTED)
    return session.exec(query).one().key


def _pasted_row(publication_id: int, now: datetime) -> RowValues:
    """Return the row of the source of pasted links."""
    return {
        "publication_id": publication_id,
        "kind": "hand",
        "url": PASTED,
        "title": "By hand",
        "weight": WEIGHT,
        "added_at": now,
    }
