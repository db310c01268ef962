"""Pure. The issues as RSS 2.0, Atom 1.0 (RFC 4287) and JSON Feed 1.1, and the addresses of a site as a sitemap (sitemaps.org 0.9)."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

ATOM, CONTENT, SITEMAP = (
    "http://www.w3.org/2005/Atom",
    "http://purl.org/rss/1.0/modules/content/",
    "http://www.sitemaps.org/schemas/sitemap/0.9",
)
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without an issue changed last
MOST_ADDRESSES = 50_000  # of one sitemap
register_namespace("atom", ATOM)
register_namespace("content", CONTENT)


@dataclass(frozen=True, slots=True)
class Told:
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
    issues: Sequence[Told]

    @property
    def changed_at(self) -> datetime:
        return max((issue.at for issue in self.issues), default=NEVER)


def rss(channel: Channel) -> bytes:
    """Return the feed as RSS 2.0, with content:encoded and the feed's own address as the RSS Advisory Board asks."""
    root = Element("rss", version="2.0")
    top = SubElement(root, "channel")
    _add(top, "title", channel.name)
    _add(top, "link", channel.home)
    _add(top, "description", channel.about or channel.name)
    _add(top, "language", channel.language)
    _add(top, "lastBuildDate", format_datetime(channel.changed_at))
    SubElement(top, f"{{{ATOM}}}link", href=channel.url, rel="self", type="application/rss+xml")
    for issue in channel.issues:
        item = SubElement(top, "item")
        _add(item, "title", issue.title)
        _add(item, "link", issue.url)
        _add(item, "guid", issue.url)
        _add(item, "pubDate", format_datetime(issue.at))
        _add(
            item, "description", escape(issue.summary or issue.title, quote=False)
        )  # what stands there is taken for HTML
        _add(item, f"{{{CONTENT}}}encoded", issue.html)
    return _document(root)


def atom(channel: Channel) -> bytes:
    """Return the feed as Atom: RFC 4287, 4.1.1 and 4.1.2 say what must be there."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": channel.language})
    _add(root, "id", channel.home)
    _add(root, "title", channel.name)
    if channel.about:
        _add(root, "subtitle", channel.about)
    _add(root, "updated", channel.changed_at.isoformat())
    SubElement(root, "link", rel="self", type="application/atom+xml", href=channel.url)
    SubElement(root, "link", rel="alternate", type="text/html", href=channel.home)
    _add(SubElement(root, "author"), "name", channel.name)
    for issue in channel.issues:
        entry = SubElement(root, "entry")
        _add(entry, "id", issue.url)
        _add(entry, "title", issue.title)
        _add(entry, "updated", issue.at.isoformat())
        _add(entry, "published", issue.at.isoformat())
        SubElement(entry, "link", rel="alternate", type="text/html", href=issue.url)
        if issue.summary:
            _add(entry, "summary", issue.summary)
        _add(entry, "content", issue.html).set("type", "html")
    return _document(root)


def json_feed(channel: Channel) -> bytes:
    """Return the feed as JSON Feed 1.1."""
    items = [
        {
            "id": issue.url,
            "url": issue.url,
            "title": issue.title,
            "content_html": issue.html,
            **({"summary": issue.summary} if issue.summary else {}),
            "date_published": issue.at.isoformat(),
        }
        for issue in channel.issues
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.name,
        **({"description": channel.about} if channel.about else {}),
        "home_page_url": channel.home,
        "feed_url": channel.url,
        "language": channel.language,
        "authors": [{"name": channel.name, "url": channel.home}],
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def sitemap(addresses: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Return a sitemap of addresses and when each changed last, where that is known; of too many the first."""
    root = Element("urlset", xmlns=SITEMAP)
    for url, changed_at in list(addresses)[:MOST_ADDRESSES]:
        one = SubElement(root, "url")
        _add(one, "loc", url)
        if changed_at:
            _add(one, "lastmod", changed_at.isoformat(timespec="seconds"))
    return _document(root)


def _add(parent: Element, tag: str, text: str) -> Element:
    child = SubElement(parent, tag)
    child.text = NOT_XML.sub("", text)
    return child


def _document(root: Element) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, "unicode")}\n'.encode()
