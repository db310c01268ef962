"""Reading a source by its kind: what was fetched of it, as found items."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from newsletter.errors import NewsletterError, Refused
from newsletter.fetching.fetcher import Fetched, Fetcher
from newsletter.formats.feeds import read_feed
from newsletter.formats.found import Found, recency
from newsletter.formats.listings import read_listing
from newsletter.formats.sitemaps import Sitemap, read_sitemap

T = TypeVar("T")
MOST_NESTED = 5  # sitemaps of an index, the newest first
MOST_ITEMS = 500


class NothingListed(Refused):
    """No article links are found on that page any more.

    Look whether it moved, or whether the site has a feed now.
    """


@dataclass(frozen=True, slots=True)
class SourceContents:
    """What a source says of itself, and what it shows.

    It is `whole` if the same bytes would say the same again.
    """

    found: Sequence[Found]
    title: str = ""
    home_url: str = ""
    whole: bool = True


async def fetch_source(
    fetcher: Fetcher,
    kind: str,
    url: str,
    etag: str = "",
    last_modified: str = "",
) -> Fetched:
    """Fetch a source as its kind asks for. Raises FetchFailed.

    A feed is made for programs; everything else heeds robots.txt (RFC 9309).
    """
    fetch = fetcher.fetch if kind == "feed" else fetcher.fetch_as_robot
    return await fetch(url, etag, last_modified)


async def read_source(fetcher: Fetcher, kind: str, fetched: Fetched) -> SourceContents:
    """Read what was fetched. Raises NotAFeed, NotASitemap or NothingListed."""
    if kind == "sitemap":
        return await _read_sitemap(fetcher, fetched)
    if kind == "page":
        return await _read_listing(fetched)
    return await _read_feed(fetched)


async def _read_feed(fetched: Fetched) -> SourceContents:
    """Read a feed, which says its own title. Raises NotAFeed."""
    feed = await _parse(read_feed, fetched)
    return SourceContents(feed.found, feed.title, feed.home_url)


async def _read_listing(fetched: Fetched) -> SourceContents:
    """Read a page without a feed. Raises NothingListed."""
    found = await _parse(read_listing, fetched)
    if not found:
        raise NothingListed
    return SourceContents(found, home_url=fetched.url)


async def _read_sitemap(fetcher: Fetcher, fetched: Fetched) -> SourceContents:
    """Read a sitemap, or an index of them."""
    sitemap = await _parse(read_sitemap, fetched)
    if not sitemap.more:
        return SourceContents(sitemap.found)
    return await _read_nested(fetcher, sitemap)


async def _read_nested(fetcher: Fetcher, index: Sitemap) -> SourceContents:
    """Read the newest sitemaps of an index, one level down.

    One that fails is left out; if all do, so does the source.
    """
    found = list(index.found)
    errors = []
    # One after the other: they are on one host.
    for url in index.more[:MOST_NESTED]:
        try:
            found += await _fetch_sitemap(fetcher, url)
        except NewsletterError as error:
            errors.append(error)
    # The first error names the cause: the others are mostly the same.
    if errors and not found:
        raise errors[0]
    newest = sorted(found, key=recency, reverse=True)[:MOST_ITEMS]
    # Not whole: the index may stay the same while a sitemap that it names changes.
    return SourceContents(newest, whole=False)


async def _fetch_sitemap(fetcher: Fetcher, url: str) -> Sequence[Found]:
    """Return what one sitemap lists; those that it names in turn are left out."""
    fetched = await fetcher.fetch_as_robot(url)
    sitemap = await _parse(read_sitemap, fetched)
    return sitemap.found


async def _parse(read: Callable[[bytes, str], T], fetched: Fetched) -> T:
    """Read in a thread: a large feed would hold up all other requests."""
    return await asyncio.to_thread(read, fetched.body, fetched.url)
