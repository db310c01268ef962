"""Finding what to read of a site.

That is the address itself, a feed that its page names or that is where feeds usually are, a
sitemap, or a page that lists articles.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from newsletter.errors import NewsletterError, NotFound, Refused
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import Fetched, Fetcher
from newsletter.formats.decoding import decode
from newsletter.formats.found import Found, absolute, recency
from newsletter.formats.links import same_site
from newsletter.formats.trees import Tree, parse_page, text_of
from newsletter.gathering.source_formats import SourceContents, fetch_source, read_source

KINDS = ("feed", "sitemap", "page")
# A person waits for the answer, and hosts do not like to be searched.
MOST_TRIED = 16  # addresses asked for one site, each a second after the other
MOST_NAMED = 6  # feeds of one page
MOST_SITEMAPS = 2  # of those that robots.txt names
LATEST = 5  # items shown before a source is saved
ENOUGH_LINKS = 3  # on a page that lists articles
TITLE_CHARS = 200
# From a path with so many slashes on, nobody keeps a feed below the page itself.
DEEP = 4
FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
)
# As a part of an address, so that /feedback and /atomic are none.
FEED_LINK = re.compile(
    r"(^|[/._?=-])(rss|atom|feed)s?([/._?=-]|$)|\.(rss|atom|rdf)$",
    re.IGNORECASE,
)
# WordPress names a feed of comments on every page.
COMMENTS = re.compile(r"comment|kommentar", re.IGNORECASE)
LABELS = ("rss", "atom", "feed", "rss feed")
# In the order in which they are tried: WordPress, then what generators of static sites write.
USUAL = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss", "feed.json")
SITEMAPS = ("sitemap.xml", "sitemap_index.xml", "news-sitemap.xml")
# A line of robots.txt (sitemaps.org, "Submitting your Sitemap via your robots.txt").
NAMED_SITEMAP = re.compile(r"^\s*sitemap:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)

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
    fetcher: Fetcher,
    url: str,
    kind: str = "",
    progress: Progress = lambda _: None,
) -> Discovery:
    """Find what to read of a site and read it once; a `kind` asks for that one.

    Raises FetchFailed if the address itself does not answer, NothingToRead if nothing is found.
    """
    progress(url)
    # Not as a robot: an editor typed this address.
    fetched = await fetcher.fetch(url)
    found = await _read_itself(fetcher, fetched, kind)
    if found is None:
        found = await _look_around(
            fetcher,
            fetched,
            kind,
            progress,
        )
    if found is None:
        raise NothingToRead
    return found


def named_feeds(root: Tree, url: str) -> list[PossibleSource]:
    """Return the feeds that a page names: in its head, then by links that look like one.

    `url` is the page's own address. Feeds of comments are left out.
    """
    links = [link for link in _feed_links(root) if not _is_of_comments(link)]
    places = [absolute(link.get("href", ""), url) for link in links]
    return _feeds_at(filter(None, places))[:MOST_NAMED]


def usual_feeds(url: str) -> list[PossibleSource]:
    """Return the addresses where a site's feed usually is, below the page's own path first."""
    folder = _folder_of(url)
    places = _usual_below(urljoin(url, "/"))
    if urlsplit(folder).path.count("/") < DEEP:
        places = _usual_below(folder) + places
    return _feeds_at(places)


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


def _feed_links(root: Tree) -> list[Tree]:
    """The elements that lead to a feed, those of the head first."""
    heads = [link for link in root.iter("link") if _is_feed_link(link)]
    return heads + [anchor for anchor in root.iter("a") if _looks_like_feed(anchor)]


def _is_of_comments(link: Tree) -> bool:
    """True if a link leads to the comments of readers."""
    title = link.get("title") or text_of(link)
    return COMMENTS.search(link.get("href", "") + title) is not None


def _is_feed_link(link: Tree) -> bool:
    """True for <link rel="alternate" type="application/rss+xml; charset=utf-8">."""
    is_alternate = "alternate" in link.get("rel", "").lower().split()
    return is_alternate and _media_type_of(link) in FEED_TYPES


def _media_type_of(link: Tree) -> str:
    """Return the type that a link names, without its parameters."""
    return link.get("type", "").lower().split(";")[0].strip()


def _looks_like_feed(anchor: Tree) -> bool:
    """True if an anchor has the address or the label of a feed."""
    if FEED_LINK.search(anchor.get("href", "")):
        return True
    return text_of(anchor).lower() in LABELS


async def _read_itself(fetcher: Fetcher, fetched: Fetched, kind: str) -> Discovery | None:
    """Read the address that was given as the source; None if it is none."""
    for guess in (kind,) if kind else ("feed", "sitemap"):
        here = await _read(fetcher, guess, fetched)
        # An empty feed is one. Of a page, only its articles say that it is a list of them.
        if here and (here.found or guess != "page"):
            return here
    return None


async def _look_around(
    fetcher: Fetcher,
    fetched: Fetched,
    kind: str,
    progress: Progress,
) -> Discovery | None:
    """Find a source of the site whose page was fetched; None if there is none."""
    root = parse_page(decode(fetched.body))
    listing = await _read_listing(fetcher, fetched) if root is not None and not kind else None
    possible = _possible(
        root,
        fetched.url,
        kind,
        listing,
    )
    elsewhere = await _first_readable(fetcher, islice(possible, MOST_TRIED), progress)
    # A list of articles is the last resort: it gives neither deks nor, mostly, dates.
    return elsewhere or listing


async def _read_listing(fetcher: Fetcher, fetched: Fetched) -> Discovery | None:
    """Read a page as a list of articles; None if it has too few links for one."""
    listing = await _read(fetcher, "page", fetched)
    if listing and len(listing.found) >= ENOUGH_LINKS:
        return listing
    return None


def _possible(
    root: Tree | None,
    url: str,
    kind: str,
    listing: Discovery | None,
) -> Iterator[PossibleSource]:
    """Give the addresses to try, the likeliest first; `listing` is what the page itself lists."""
    if kind in ("", "feed"):
        yield from _possible_feeds(root, url)
    # A list of articles with their dates says more than a sitemap of all pages.
    is_dated = listing is not None and listing.is_dated
    if kind == "sitemap" or (not kind and not is_dated):
        yield from _possible_sitemaps(url)


def _possible_feeds(root: Tree | None, url: str) -> Iterator[PossibleSource]:
    """The feeds that the page names, if it is one, go before the usual places."""
    if root is not None:
        yield from named_feeds(root, url)
    yield from usual_feeds(url)


def _possible_sitemaps(url: str) -> Iterator[PossibleSource]:
    """A robots.txt, which may name them, goes before the usual places."""
    yield PossibleSource("robots", urljoin(url, "/robots.txt"))
    for name in SITEMAPS:
        yield PossibleSource("sitemap", urljoin(url, f"/{name}"))


async def _first_readable(
    fetcher: Fetcher,
    possible: Iterable[PossibleSource],
    progress: Progress,
) -> Discovery | None:
    """Try addresses until something can be read at one."""
    for source in possible:
        if there := await _try(fetcher, source, progress):
            return there
    return None


async def _try(fetcher: Fetcher, possible: PossibleSource, progress: Progress) -> Discovery | None:
    """Ask one address; None if it does not answer, or has nothing to read."""
    progress(possible.url)
    fetched = await _fetch(fetcher, possible)
    if fetched is None:
        return None
    if possible.kind == "robots":
        sitemaps = _named_sitemaps(decode(fetched.body), possible.url)
        return await _first_readable(fetcher, sitemaps, progress)
    there = await _read(fetcher, possible.kind, fetched)
    # An address that nobody named is taken only if there is something.
    return there if there and there.found else None


async def _fetch(fetcher: Fetcher, possible: PossibleSource) -> Fetched | None:
    """Fetch what may be a source; None if it does not answer."""
    # A robots.txt is fetched as a feed is: every program may read it.
    kind = "feed" if possible.kind == "robots" else possible.kind
    try:
        return await fetch_source(fetcher, kind, possible.url)
    except FetchFailed:
        return None


def _named_sitemaps(robots: str, url: str) -> list[PossibleSource]:
    """The sitemaps that a robots.txt names on its own site, those of news first."""
    places = [place for place in NAMED_SITEMAP.findall(robots) if same_site(place, url)]
    places.sort(key=lambda place: "news" not in place)
    return [PossibleSource("sitemap", place) for place in places[:MOST_SITEMAPS]]


async def _read(fetcher: Fetcher, kind: str, fetched: Fetched) -> Discovery | None:
    """Read an answer as a source of that kind, or return None if it is none."""
    # A page is no feed, and a feed no sitemap: what cannot be read is no source of this kind.
    try:
        contents = await read_source(fetcher, kind, fetched)
    except NewsletterError:
        return None
    return _discovery(kind, fetched, contents)


def _discovery(kind: str, fetched: Fetched, contents: SourceContents) -> Discovery:
    """Return what was found at an address."""
    # Feeds say their title. A list is read for its links only, so its page is asked.
    title = contents.title or (_title_of(fetched) if kind == "page" else "")
    return Discovery(
        kind,
        fetched.url,
        title or urlsplit(fetched.url).hostname or "",
        contents.home_url or urljoin(fetched.url, "/"),
        contents.found,
    )


def _title_of(fetched: Fetched) -> str:
    """Return the title of a page, "" if it has none."""
    root = parse_page(decode(fetched.body))
    if root is None:
        return ""
    return next(map(text_of, root.iter("title")), "")[:TITLE_CHARS]
