"""Finding what to read of a site.

That is the address itself, a feed that its page names or that is where feeds usually are, a
sitemap, or a page that lists articles.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from newsletter.errors import NewsletterError, NotFound, Refused
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import Fetched
from newsletter.formats.decoding import decode
from newsletter.formats.found import LONGEST_URL, Found, recency
from newsletter.formats.links import same_site
from newsletter.formats.pages.site_links import SiteLinks
from newsletter.gathering.children.outside import Outside
from newsletter.gathering.children.pool import TooMuch
from newsletter.gathering.source_formats import SourceContents, fetch_source, read_source

KINDS = ("feed", "sitemap", "page")
# A person waits for the answer, and hosts do not like to be searched.
MOST_TRIED = 16  # addresses asked for one site, each a second after the other
MOST_SITEMAPS = 2  # of those that robots.txt names
LATEST = 5  # items shown before a source is saved
ENOUGH_LINKS = 3  # on a page that lists articles
# From a path with so many slashes on, nobody keeps a feed below the page itself.
DEEP = 4
# In the order in which they are tried: WordPress, then what generators of static sites write.
USUAL = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss", "feed.json")
SITEMAPS = ("sitemap.xml", "sitemap_index.xml", "news-sitemap.xml")
MOST_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so many are read
MOST_ROBOTS_LINES = 20_000

Progress = Callable[[str], None]  # hears each address before it is asked


class NoSourceKind(Refused):
    """A source is read as a feed, a sitemap or a page."""

    hint = "Leave --kind away to have the best one found."


class NothingToRead(NotFound):
    """That site has no feed, no sitemap and no list of articles that can be read.

    Give the address of the page that lists its articles.
    """


@dataclass(frozen=True, slots=True)
class PossibleSource:
    """An address where a source may be; `kind` is what it would be, or robots for a robots.txt."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """A source that was found and read once, with what it shows."""

    kind: str
    url: str
    title: str
    home_url: str
    found: Sequence[Found]

    @property
    def latest(self) -> list[Found]:
        """Its last items, the newest first where it has dates: an editor looks before saving."""
        return sorted(self.found, key=recency, reverse=True)[:LATEST]

    @property
    def is_dated(self) -> bool:
        """True if enough of its items have a date."""
        return sum(item.published_at is not None for item in self.found) >= ENOUGH_LINKS


async def discover(
    outside: Outside,
    url: str,
    kind: str = "",
    progress: Progress = lambda _: None,
) -> Discovery:
    """Find what to read of a site and read it once; a `kind` asks for that one.

    Raises FetchFailed if the address itself does not answer, NothingToRead if nothing is found.
    """
    progress(url)
    # Not as a robot: an editor typed this address.
    fetched = await outside.fetcher.fetch(url)
    found = await _read_itself(outside, fetched, kind)
    if found is None:
        found = await _look_around(
            outside,
            fetched,
            kind,
            progress,
        )
    if found is None:
        raise NothingToRead
    return found


def usual_feeds(url: str) -> list[str]:
    """Return the addresses where a site's feed usually is, below the page's own path first."""
    folder = _folder_of(url)
    places = _usual_below(urljoin(url, "/"))
    if urlsplit(folder).path.count("/") < DEEP:
        places = _usual_below(folder) + places
    return list(dict.fromkeys(places))


def _folder_of(url: str) -> str:
    """Return a page's address as that of a folder: /blog/ for /blog?page=2."""
    page = url.split("?")[0].split("#")[0]
    return page.removesuffix("/") + "/"


def _usual_below(root: str) -> list[str]:
    """Return the usual addresses below one."""
    return [root + name for name in USUAL]


def _feeds_at(places: Iterable[str]) -> list[PossibleSource]:
    """Make each address a possible feed, once."""
    return [PossibleSource("feed", place) for place in dict.fromkeys(places)]


async def _read_itself(outside: Outside, fetched: Fetched, kind: str) -> Discovery | None:
    """Read the address that was given as the source; None if it is none."""
    for guess in (kind,) if kind else ("feed", "sitemap"):
        here = await _read(outside, guess, fetched)
        # An empty feed is one. Of a page, only its articles say that it is a list of them.
        if here and (here.found or guess != "page"):
            return here
    return None


async def _look_around(
    outside: Outside,
    fetched: Fetched,
    kind: str,
    progress: Progress,
) -> Discovery | None:
    """Find a source of the site whose page was fetched; None if there is none."""
    site = await _site_of(outside, fetched)
    listing = await _read_listing(outside, fetched) if site.is_page and not kind else None
    possible = _possible(
        site,
        fetched.url,
        kind,
        listing,
    )
    elsewhere = await _first_readable(outside, islice(possible, MOST_TRIED), progress)
    # A list of articles is the last resort: it gives neither deks nor, mostly, dates.
    return elsewhere or listing


async def _read_listing(outside: Outside, fetched: Fetched) -> Discovery | None:
    """Read a page as a list of articles; None if it has too few links for one."""
    listing = await _read(outside, "page", fetched)
    if listing and len(listing.found) >= ENOUGH_LINKS:
        return listing
    return None


async def _site_of(outside: Outside, fetched: Fetched) -> SiteLinks:
    """Return what a page says of its site."""
    try:
        return await outside.children.read_site(fetched.body, fetched.url, fetched.charset)
    except TooMuch:
        # The site's feed may still be where feeds usually are.
        return SiteLinks(is_page=False)


def _possible(
    site: SiteLinks,
    url: str,
    kind: str,
    listing: Discovery | None,
) -> Iterator[PossibleSource]:
    """Give the addresses to try, the likeliest first; `listing` is what the page itself lists."""
    if kind in ("", "feed"):
        yield from _feeds_at((*site.feeds, *usual_feeds(url)))
    # A list of articles with their dates says more than a sitemap of all pages.
    is_dated = listing is not None and listing.is_dated
    if kind == "sitemap" or (not kind and not is_dated):
        yield from _possible_sitemaps(url)


def _possible_sitemaps(url: str) -> Iterator[PossibleSource]:
    """A robots.txt, which may name them, goes before the usual places."""
    yield PossibleSource("robots", urljoin(url, "/robots.txt"))
    for name in SITEMAPS:
        yield PossibleSource("sitemap", urljoin(url, f"/{name}"))


async def _first_readable(
    outside: Outside,
    possible: Iterable[PossibleSource],
    progress: Progress,
) -> Discovery | None:
    """Try addresses until something can be read at one."""
    for source in possible:
        if there := await _try(outside, source, progress):
            return there
    return None


async def _try(outside: Outside, possible: PossibleSource, progress: Progress) -> Discovery | None:
    """Ask one address; None if it does not answer, or has nothing to read."""
    progress(possible.url)
    fetched = await _fetch(outside, possible)
    if fetched is None:
        return None
    if possible.kind == "robots":
        sitemaps = _named_sitemaps(fetched.body, possible.url)
        return await _first_readable(outside, sitemaps, progress)
    there = await _read(outside, possible.kind, fetched)
    # An address that nobody named is taken only if there is something.
    return there if there and there.found else None


async def _fetch(outside: Outside, possible: PossibleSource) -> Fetched | None:
    """Fetch what may be a source; None if it does not answer."""
    # A robots.txt is fetched as a feed is: every program may read it.
    kind = "feed" if possible.kind == "robots" else possible.kind
    try:
        return await fetch_source(outside.fetcher, kind, possible.url)
    except FetchFailed:
        return None


def _named_sitemaps(robots: bytes, url: str) -> list[PossibleSource]:
    """The sitemaps that a robots.txt names on its own site, those of news first."""
    lines = decode(robots[:MOST_ROBOTS_BYTES]).splitlines()[:MOST_ROBOTS_LINES]
    named = [_named_sitemap(line[:LONGEST_URL]) for line in lines]
    places = [place for place in named if place and same_site(place, url)]
    places.sort(key=lambda place: "news" not in place)
    return [PossibleSource("sitemap", place) for place in places[:MOST_SITEMAPS]]


def _named_sitemap(line: str) -> str:
    """Return the address in a line of a robots.txt that names a sitemap, "" for other lines."""
    key, _, value = line.partition(":")
    place = value.strip()
    # No address has a space in it, even one that was left unescaped.
    return place if key.strip().lower() == "sitemap" and len(place.split()) == 1 else ""


async def _read(outside: Outside, kind: str, fetched: Fetched) -> Discovery | None:
    """Read an answer as a source of that kind, or return None if it is none."""
    # A page is no feed, and a feed no sitemap: what cannot be read is no source of this kind.
    try:
        contents = await read_source(outside, kind, fetched)
    except NewsletterError:
        return None
    title = contents.title
    # Feeds say their title. A list is read for its links only, so its page is asked.
    if kind == "page":
        title = (await _site_of(outside, fetched)).title
    return _discovery(
        kind,
        fetched,
        contents,
        title,
    )


def _discovery(
    kind: str,
    fetched: Fetched,
    contents: SourceContents,
    title: str,
) -> Discovery:
    """Return what was found at an address."""
    return Discovery(
        kind,
        fetched.url,
        title or urlsplit(fetched.url).hostname or "",
        contents.home_url or urljoin(fetched.url, "/"),
        contents.found,
    )
