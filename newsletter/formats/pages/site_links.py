"""Pure. What a site's page says of where its articles are listed: the feeds that it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from newsletter.formats.bases import page_base
from newsletter.formats.decoding import decode
from newsletter.formats.found import absolute
from newsletter.formats.trees import Tree, parse_page, text_of, text_start

MOST_NAMED = 6  # feeds of one page
MOST_LINKS = 2000  # looked at
LABEL_CHARS = 200  # of a link's address or label: what names a feed is shorter
TITLE_CHARS = 200
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


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """What a page says of its site; a page without any element is `is_page` = False."""

    is_page: bool
    title: str = ""
    feeds: tuple[str, ...] = ()  # addresses, the likeliest first


def read_site(content: bytes, url: str) -> SiteLinks:
    """Return what the page that was fetched from `url` says of its site, whatever the bytes."""
    root = parse_page(decode(content))
    if root is None:
        return SiteLinks(is_page=False)
    title = next(map(text_of, root.iter("title")), "")[:TITLE_CHARS]
    return SiteLinks(is_page=True, title=title, feeds=tuple(_named_feeds(root, url)))


def _named_feeds(root: Tree, url: str) -> list[str]:
    """Return the feeds that a page names: in its head, then by links that look like one.

    Feeds of comments are left out.
    """
    links = [link for link in _feed_links(root) if not _is_of_comments(link)]
    base = page_base(root, url)
    places = [absolute(link.get("href", ""), base) for link in links]
    return list(dict.fromkeys(filter(None, places)))[:MOST_NAMED]


def _feed_links(root: Tree) -> Iterator[Tree]:
    """Yield the elements that lead to a feed, those of the head first."""
    heads = filter(_is_feed_link, islice(root.iter("link"), MOST_LINKS))
    return chain(heads, filter(_looks_like_feed, islice(root.iter("a"), MOST_LINKS)))


def _is_of_comments(link: Tree) -> bool:
    """True if a link leads to the comments of readers."""
    title = link.get("title") or text_start(link, LABEL_CHARS)
    named = link.get("href", "")[:LABEL_CHARS] + title[:LABEL_CHARS]
    return COMMENTS.search(named) is not None


def _is_feed_link(link: Tree) -> bool:
    """True for <link rel="alternate" type="application/rss+xml; charset=utf-8">."""
    is_alternate = "alternate" in link.get("rel", "").lower().split()
    return is_alternate and _media_type_of(link) in FEED_TYPES


def _media_type_of(link: Tree) -> str:
    """Return the type that a link names, without its parameters."""
    return link.get("type", "").lower().split(";")[0].strip()


def _looks_like_feed(anchor: Tree) -> bool:
    """True if an anchor has the address or the label of a feed."""
    href = anchor.get("href", "")
    # Of a longer address only its end may name a feed: what is before are folders.
    if FEED_LINK.search(href[-LABEL_CHARS:]):
        return True
    return text_start(anchor, LABEL_CHARS).lower() in LABELS
