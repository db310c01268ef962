"""Finding what to read of a site: the address itself, a feed that its page names or that is where feeds usually are, a sitemap, a list."""

import re
from collections.abc import Callable, Iterator, Sequence
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
from newsletter.gathering.source_formats import fetch_source, read_source

KINDS = ("feed", "sitemap", "page")
MOST_TRIED = 16  # addresses asked for one site, each a second after the other
MOST_NAMED = 6  # feeds of one page
LATEST = 5  # items shown before a source is saved
ENOUGH_LINKS = 3  # on a page that lists articles
FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
)
FEED_LINK = re.compile(
    r"(^|[/._?=-])(rss|atom|feed)s?([/._?=-]|$)|\.(rss|atom|rdf)$", re.IGNORECASE
)
COMMENTS = re.compile(r"comment|kommentar", re.IGNORECASE)
LABELS = ("rss", "atom", "feed", "rss feed")
USUAL = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss", "feed.json")
SITEMAPS = ("sitemap.xml", "sitemap_index.xml", "news-sitemap.xml")
NAMED_SITEMAP = re.compile(r"^\s*sitemap:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)


class NoSourceKind(Refused):
    """A source is read as a feed, a sitemap or a page."""

    hint = "Leave --kind away to have the best one found."


class NothingToRead(NotFound):
    """That site has no feed, no sitemap and no list of articles that can be read. Give the address of the page that lists its articles."""


@dataclass(frozen=True, slots=True)
class PossibleSource:
    """An address where a source may be, and what it would be."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """A source that was found and read once, with what it shows, the newest first where it says so."""

    kind: str
    url: str
    title: str
    home_url: str
    found: Sequence[Found]

    @property
    def latest(self) -> list[Found]:
        """Its last items, to be looked at before it is saved."""
        return sorted(self.found, key=recency, reverse=True)[:LATEST]


def named_feeds(root: Tree, url: str) -> list[PossibleSource]:
    """Return the feeds that a page names: in its head, then by links that look like one."""
    feeds = [
        one for one in root.iter("link") if "alternate" in (one.get("rel") or "").lower().split()
    ]
    feeds = [
        one for one in feeds if (one.get("type") or "").lower().split(";")[0].strip() in FEED_TYPES
    ]
    links = [
        one
        for one in root.iter("a")
        if FEED_LINK.search(one.get("href") or "") or text_of(one).lower() in LABELS
    ]
    given = [(one.get("href") or "", one.get("title") or text_of(one)) for one in (*feeds, *links)]
    places = [absolute(href, url) for href, title in given if not COMMENTS.search(href + title)]
    return [PossibleSource("feed", place) for place in dict.fromkeys(places) if place][:MOST_NAMED]


def usual_feeds(url: str) -> list[PossibleSource]:
    """Return the addresses where a site's feed usually is, below the page's own path first."""
    below = url.split("?")[0].split("#")[0]
    below = below if below.endswith("/") else below + "/"
    roots = (
        [below, urljoin(url, "/")] if urlsplit(below).path.count("/") < 4 else [urljoin(url, "/")]
    )
    return [
        PossibleSource("feed", place)
        for place in dict.fromkeys(root + name for root in roots for name in USUAL)
    ]


async def discover(
    fetcher: Fetcher, url: str, kind: str = "", progress: Callable[[str], None] = lambda _: None
) -> Discovery:
    """Find what to read of a site and read it once; a `kind` asks for that one. `progress` hears each address.

    Raises FetchFailed if the address itself does not answer, NothingToRead if nothing is found.
    """
    progress(url)
    fetched = await fetcher.fetch(url)
    for direct in (kind,) if kind else ("feed", "sitemap"):
        if (here := await _read(fetcher, direct, fetched)) is not None and (
            here.found or direct != "page"
        ):
            return here
    root = parse_page(decode(fetched.body))
    listing = await _read(fetcher, "page", fetched) if root is not None and not kind else None
    dated = (
        listing is not None
        and sum(one.published_at is not None for one in listing.found) >= ENOUGH_LINKS
    )
    for candidate in islice(_candidates(root, fetched.url, kind, dated=dated), MOST_TRIED):
        if (there := await _try(fetcher, candidate, progress)) is not None:
            return there
    if listing is not None and len(listing.found) >= ENOUGH_LINKS:
        return listing
    raise NothingToRead


def _candidates(root: Tree | None, url: str, kind: str, *, dated: bool) -> Iterator[PossibleSource]:
    if kind in ("", "feed"):
        yield from named_feeds(root, url) if root is not None else ()
        yield from usual_feeds(url)
    if kind == "sitemap" or (
        not kind and not dated
    ):  # a list of articles with their dates says more than one of all pages
        yield PossibleSource("robots", urljoin(url, "/robots.txt"))
        yield from (PossibleSource("sitemap", urljoin(url, f"/{name}")) for name in SITEMAPS)


async def _try(
    fetcher: Fetcher, candidate: PossibleSource, progress: Callable[[str], None]
) -> Discovery | None:
    progress(candidate.url)
    try:
        fetched = await fetch_source(
            fetcher, "feed" if candidate.kind == "robots" else candidate.kind, candidate.url, "", ""
        )
    except FetchFailed:
        return None
    if candidate.kind != "robots":
        there = await _read(fetcher, candidate.kind, fetched)
        return there if there is not None and there.found else None
    places = [
        place
        for place in NAMED_SITEMAP.findall(decode(fetched.body))
        if same_site(place, candidate.url)
    ]
    for place in sorted(places, key=lambda one: "news" not in one)[:2]:
        if (there := await _try(fetcher, PossibleSource("sitemap", place), progress)) is not None:
            return there
    return None


async def _read(fetcher: Fetcher, kind: str, fetched: Fetched) -> Discovery | None:
    """What an answer says if it is read as a source of that kind, or None if it is none."""
    try:
        reading = await read_source(fetcher, kind, fetched)
    except NewsletterError:
        return None
    title = reading.title or (_title(fetched) if kind == "page" else "")
    home_url = reading.home_url or urljoin(fetched.url, "/")
    return Discovery(
        kind, fetched.url, title or (urlsplit(fetched.url).hostname or ""), home_url, reading.found
    )


def _title(fetched: Fetched) -> str:
    root = parse_page(decode(fetched.body))
    return next(map(text_of, root.iter("title")), "")[:200] if root is not None else ""
