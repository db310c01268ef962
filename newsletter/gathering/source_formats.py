"""Reading a source by its kind: what was fetched of it, as found items."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.errors import NewsletterError, Refused
from newsletter.fetching.fetcher import Fetched, Fetcher
from newsletter.formats.found import Found, recency
from newsletter.formats.sitemaps import Sitemap
from newsletter.gathering.children.outside import Outside

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


async def read_source(outside: Outside, kind: str, fetched: Fetched) -> SourceContents:
    """Read what was fetched. Raises NotAFeed, NotASitemap, NothingListed or TooMuch."""
    if kind == "sitemap":
        return await _read_sitemap(outside, fetched)
    if kind == "page":
        return await _read_listing(outside, fetched)
    return await _read_feed(outside, fetched)


async def _read_feed(outside: Outside, fetched: Fetched) -> SourceContents:
    """Read a feed, which says its own title. Raises NotAFeed."""
    feed = await outside.children.read_feed(fetched.body, fetched.url, fetched.charset)
    return SourceContents(feed.found, feed.title, feed.home_url)


async def _read_listing(outside: Outside, fetched: Fetched) -> SourceContents:
    """Read a page without a feed. Raises NothingListed."""
    found = await outside.children.read_listing(fetched.body, fetched.url, fetched.charset)
    if not found:
        raise NothingListed
    return SourceContents(found, home_url=fetched.url)


async def _read_sitemap(outside: Outside, fetched: Fetched) -> SourceContents:
    """Read a sitemap, or an index of them."""
    sitemap = await outside.children.read_sitemap(fetched.body, fetched.url, fetched.charset)
    if not sitemap.more:
        return SourceContents(sitemap.found)
    return await _read_nested(outside, sitemap)


async def _read_nested(outside: Outside, index: Sitemap) -> SourceContents:
    """Read the newest sitemaps of an index, one level down.

    One that fails is left out; if all do, so does the source.
    """
    found = list(index.found)
    errors = []
    # One after the other: they are on one host.
    for url in index.more[:MOST_NESTED]:
        try:
            found += await _fetch_sitemap(outside, url)
        except NewsletterError as error:
            errors.append(error)
    # The first error names the cause: the others are mostly the same.
    if errors and not found:
        raise errors[0]
    newest = sorted(found, key=recency, reverse=True)[:MOST_ITEMS]
    # Not whole: the index may stay the same while a sitemap that it names changes.
    return SourceContents(newest, whole=False)


async def _fetch_sitemap(outside: Outside, url: str) -> Sequence[Found]:
    """Return what one sitemap lists; those that it names in turn are left out."""
    fetched = await outside.fetcher.fetch_as_robot(url)
    sitemap = await outside.children.read_sitemap(fetched.body, fetched.url, fetched.charset)
    return sitemap.found
