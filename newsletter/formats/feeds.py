"""Pure. The bytes of a feed (RSS 0.9 to 2.0, Atom, JSON Feed) as found items.

JSON goes to jsonfeeds.py, well-formed XML to xmlfeeds.py, and everything else to feedparser, which
repairs what it can; this is its only home. Dates are as the feed has them: whether one in the
future is believed is judged where articles are stored.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import feedparser

from newsletter.errors import Refused
from newsletter.formats.decoding import DECLARATION, decode, unpack
from newsletter.formats.found import (
    LONGEST_NAME,
    MOST_READ,
    Found,
    SourceFeed,
    SourceItem,
    first_absolute,
    make_newest,
)
from newsletter.formats.jsonfeeds import read_json_feed
from newsletter.formats.markup import plain_text
from newsletter.formats.trees import BadTree
from newsletter.formats.xmlfeeds import read_xml_feed, repair_xml_feed

# Characters of a document that is not well-formed. feedparser takes most of a second for as many,
# if they are meant to harm: of a longer one, lxml repairs what it can.
LONGEST_BROKEN = 150_000
BLANKS = "\ufeff \t\r\n\0"  # some servers send a byte order mark, blank lines or zeros first
ITEM_TAG = re.compile(r"<(/?)(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)

Entry = Mapping[str, object]  # feedparser's own, which keeps no promise about its values


class NotAFeed(Refused):
    """That address gives no RSS, Atom or JSON feed. Look for the site's feed address and add
    that.
    """


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's name and site, plain and "" where it names none, and its items in its order."""

    title: str
    home_url: str
    found: tuple[Found, ...]


def read_feed(content: bytes, url: str) -> Feed:
    """Return the feed that was fetched from `url`. Raises NotAFeed, whatever the bytes."""
    feed = _read_dialect(decode(unpack(content)))
    if feed is None:
        raise NotAFeed
    home_url = first_absolute(feed.links, url)
    # RSS has no rule for relative addresses: most feeds that have them mean the site, not the feed.
    base = home_url or url
    return Feed(
        title=plain_text(feed.title[:LONGEST_NAME])[:200],
        home_url=home_url,
        found=make_newest(feed.items, base),
    )


def _read_dialect(text: str) -> SourceFeed | None:
    start = text[:1000].lstrip(BLANKS).lower()
    if start.startswith("{"):
        return read_json_feed(text.lstrip(BLANKS))
    # feedparser would look for a feed in a page, too, and take long.
    if start.startswith(("<!doctype html", "<html")):
        return None
    try:
        return read_xml_feed(text)
    except BadTree:
        longer = repair_xml_feed(text) if len(text) > LONGEST_BROKEN else None
        return longer or repair_feed(text)


def repair_feed(text: str) -> SourceFeed | None:
    """Return what feedparser makes of a document that is not well-formed; None if it is no feed."""
    text, is_broken_off = _bounded(text)
    parsed = _parse(text)
    # Without a version feedparser found no feed, whatever it made of the rest.
    if not parsed.get("version"):
        return None
    entries = _mappings(parsed, "entries")
    # Half a title would be kept for good: an item that is broken off is left out.
    if is_broken_off:
        entries = entries[:-1]
    return _feed(_mapping(parsed, "feed"), entries)


def _feed(feed: Entry, entries: Sequence[Entry]) -> SourceFeed:
    """Return a feed with these of its items."""
    language = _text(feed, "language")
    return SourceFeed(
        links=_texts(feed, "link"),
        title=_text(feed, "title"),
        language=language,
        items=[_item(entry, language) for entry in entries],
    )


def _bounded(text: str) -> tuple[str, bool]:
    """Return the text up to MOST_READ items, and whether the last item has no end."""
    text = text[:LONGEST_BROKEN]
    most = 2 * MOST_READ  # each item has two tags
    # One more than may be: where it begins, the text is cut.
    tags = list(islice(ITEM_TAG.finditer(text), most + 1))
    if len(tags) > most:
        text = text[: tags[most].start()]
        tags = tags[:most]
    # The last tag opens an item, if the item has no end.
    return text, bool(tags) and not tags[-1][1]


def _parse(text: str) -> Entry:
    """Return what feedparser makes of a text; nothing if it fails."""
    # A stream: plain bytes feedparser would take for the name of a file, and open it.
    content = io.BytesIO(DECLARATION.sub("", text, count=1).encode("utf-8", "replace"))
    try:
        parsed: Entry = feedparser.parse(
            content,
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:
        # It repairs more than anyone, and lets out any exception at all where it cannot.
        return {}
    return parsed


def _item(entry: Entry, language: str) -> SourceItem:
    enclosures = _mappings(entry, "enclosures")
    return SourceItem(
        links=_links(entry, enclosures),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content=_content(entry),
        author=_author(entry),
        dates=_texts(entry, "published", "created", "updated"),
        images=list(_images(entry, enclosures)),
        topics=[_topic(tag) for tag in _mappings(entry, "tags")],
        language=language,
    )


def _links(entry: Entry, enclosures: Sequence[Entry]) -> list[str]:
    links = _texts(entry, "feedburner_origlink", "link")
    for enclosure in enclosures:
        links.append(_text(enclosure, "href"))
    return links


def _content(entry: Entry) -> str:
    # feedparser lists the same text in several types; the first is the feed's own.
    contents = _mappings(entry, "content")
    return _text(contents[0], "value") if contents else ""


def _author(entry: Entry) -> str:
    detail = _mapping(entry, "author_detail")
    return _text(detail, "name") or _text(entry, "author")


def _images(entry: Entry, enclosures: Sequence[Entry]) -> Iterator[str]:
    """Yield the pictures of an item in the order in which xmlfeeds.py has them."""
    yield from map(_address, filter(_is_image, _mappings(entry, "media_content")))
    yield from map(_address, _mappings(entry, "media_thumbnail"))
    yield from map(_address, filter(_is_image, enclosures))
    yield _text(_mapping(entry, "image"), "href")


def _is_image(media: Entry) -> bool:
    kind = _text(media, "type") or _text(media, "medium") or "image"
    return kind.startswith("image")


def _address(media: Entry) -> str:
    return _text(media, "url") or _text(media, "href")


def _topic(tag: Entry) -> str:
    return _text(tag, "label") or _text(tag, "term")


def _texts(entry: Entry, *keys: str) -> list[str]:
    """Return the text at each key, "" where there is none."""
    return [_text(entry, key) for key in keys]


def _text(entry: Entry, key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _mapping(entry: Entry, key: str) -> Entry:
    value = entry.get(key)
    return value if isinstance(value, Mapping) else {}


def _mappings(entry: Entry, key: str) -> Sequence[Entry]:
    return [value for value in _list(entry, key) if isinstance(value, Mapping)]


def _list(entry: Entry, key: str) -> Sequence[object]:
    value = entry.get(key)
    return value if isinstance(value, list) else ()
