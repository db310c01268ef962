"""Pure. Issues as RSS 2.0, Atom 1.0 (RFC 4287) and JSON Feed 1.1; addresses as a sitemap."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without an issue changed last
MOST_ADDRESSES = 50_000  # of one sitemap
DatedUrl = tuple[str, datetime | None]  # of a page, and when it changed last if that is known
register_namespace("atom", ATOM)
register_namespace("content", CONTENT)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One issue in a feed: `summary` is plain text, `html` sanitised with absolute addresses."""

    url: str
    title: str
    summary: str
    html: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed of a publication, its newest issue first; `url` is the feed's own."""

    name: str
    about: str
    language: str
    home: str
    url: str
    entries: Sequence[FeedEntry]

    @property
    def changed_at(self) -> datetime:
        return max((entry.at for entry in self.entries), default=NEVER)


def rss(channel: Channel) -> bytes:
    """Return the feed as RSS 2.0.

    It has content:encoded, and its own address as the RSS Advisory Board asks.
    """
    root = Element("rss", version="2.0")
    top = SubElement(root, "channel")
    _add_texts(
        top,
        title=channel.name,
        link=channel.home,
        description=channel.about or channel.name,
        language=channel.language,
        lastBuildDate=format_datetime(channel.changed_at),
    )
    SubElement(
        top,
        f"{{{ATOM}}}link",
        href=channel.url,
        rel="self",
        type="application/rss+xml",
    )
    for entry in channel.entries:
        _add_rss_item(top, entry)
    return _document(root)


def _add_rss_item(parent: Element, entry: FeedEntry) -> None:
    item = SubElement(parent, "item")
    _add_texts(
        item,
        title=entry.title,
        link=entry.url,
        guid=entry.url,
        pubDate=format_datetime(entry.at),
        # Readers take a description for HTML, so plain text is escaped once more.
        description=escape(entry.summary or entry.title, quote=False),
    )
    _add(item, f"{{{CONTENT}}}encoded", entry.html)


def atom(channel: Channel) -> bytes:
    """Return the feed as Atom: RFC 4287, 4.1.1 and 4.1.2 list the required elements."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": channel.language})
    _add_texts(
        root,
        id=channel.home,
        title=channel.name,
        subtitle=channel.about or None,
        updated=channel.changed_at.isoformat(),
    )
    SubElement(
        root,
        "link",
        rel="self",
        type="application/atom+xml",
        href=channel.url,
    )
    SubElement(
        root,
        "link",
        rel="alternate",
        type="text/html",
        href=channel.home,
    )
    _add_texts(SubElement(root, "author"), name=channel.name)
    for entry in channel.entries:
        _add_atom_entry(root, entry)
    return _document(root)


def _add_atom_entry(parent: Element, entry: FeedEntry) -> None:
    element = SubElement(parent, "entry")
    _add_texts(
        element,
        id=entry.url,
        title=entry.title,
        updated=entry.at.isoformat(),
        published=entry.at.isoformat(),
    )
    SubElement(
        element,
        "link",
        rel="alternate",
        type="text/html",
        href=entry.url,
    )
    _add_texts(element, summary=entry.summary or None)
    _add(element, "content", entry.html).set("type", "html")


def json_feed(channel: Channel) -> bytes:
    """Return the feed as JSON Feed 1.1."""
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.name,
        "home_page_url": channel.home,
        "feed_url": channel.url,
        "language": channel.language,
        "authors": [{"name": channel.name, "url": channel.home}],
        "items": [_json_item(entry) for entry in channel.entries],
    }
    if channel.about:
        feed["description"] = channel.about
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(entry: FeedEntry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": entry.at.isoformat(),
    }
    if entry.summary:
        item["summary"] = entry.summary
    return item


def sitemap(addresses: Iterable[DatedUrl]) -> bytes:
    """Return a sitemap of the first 50,000 addresses, with the last change where it is known."""
    root = Element("urlset", xmlns=SITEMAP)
    for url, changed_at in list(addresses)[:MOST_ADDRESSES]:
        place = SubElement(root, "url")
        _add(place, "loc", url)
        if changed_at:
            _add(place, "lastmod", changed_at.isoformat(timespec="seconds"))
    return _document(root)


def _add_texts(parent: Element, **texts: str | None) -> None:
    """Add an element for each text, by its tag and in this order; None is left out."""
    for tag, text in texts.items():
        if text is not None:
            _add(parent, tag, text)


def _add(parent: Element, tag: str, text: str) -> Element:
    child = SubElement(parent, tag)
    child.text = NOT_XML.sub("", text)
    return child


def _document(root: Element) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, "unicode")}\n'.encode()
