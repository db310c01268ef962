"""Pure. The bytes of a feed (RSS 0.9 to 2.0, Atom, JSON Feed) as found items.

JSON goes to jsonfeeds.py, well-formed XML to xmlfeeds.py, and everything else to feedparser, which
repairs what it can; this is its only home. Dates are as the feed has them: whether one in the
future is believed is judged where articles are stored.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
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
from newsletter.formats.links import host_of
from newsletter.formats.markup import is_plain, plain_text
from newsletter.formats.pictures import is_type_in_mail
from newsletter.formats.trees import BadTree
from newsletter.formats.xmlfeeds import read_xml_feed, repair_xml_feed

# Characters of a document that is not well-formed. feedparser takes most of a second for as many,
# if they are meant to harm: of a longer one, lxml repairs what it can.
LONGEST_BROKEN = 150_000
BLANKS = "\ufeff \t\r\n\0"  # some servers send a byte order mark, blank lines or zeros first
NEARLY = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>]")
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
    feed = _read_dialect(decode(unpack(content)), url)
    if feed is None:
        raise NotAFeed
    home_url = first_absolute(feed.links, url)
    base = url if feed.is_atom else _base_without_rule(home_url, url)
    return Feed(
        title=plain_text(feed.title[:LONGEST_NAME])[:200],
        home_url=home_url,
        found=make_newest(feed.items, base),
    )


def _base_without_rule(home_url: str, url: str) -> str:
    """Return what the addresses of a feed are relative to where its format has no rule.

    That is the document (RFC 3986, 5.1.3). One that another host serves means its site.
    """
    return home_url if home_url and host_of(home_url) != host_of(url) else url


def _read_dialect(text: str, url: str) -> SourceFeed | None:
    start = text[:1000].lstrip(BLANKS).lower()
    if start.startswith("{"):
        return read_json_feed(text.lstrip(BLANKS))
    # feedparser would look for a feed in a page, too, and take long.
    if start.startswith(("<!doctype html", "<html")):
        return None
    try:
        feed = read_xml_feed(text, url)
    except BadTree:
        longer = repair_xml_feed(text) if len(text) > LONGEST_BROKEN else None
        return longer or repair_feed(text)
    # RSS without a channel, Atom without its namespace. Other XML is not worth the time.
    return feed if feed or not NEARLY.search(start) else repair_feed(text)


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
    is_atom = str(parsed["version"]).startswith("atom")
    return _feed(_mapping(parsed, "feed"), entries, is_atom=is_atom)


def _feed(feed: Entry, entries: Sequence[Entry], *, is_atom: bool) -> SourceFeed:
    """Return a feed with these of its items."""
    language = _text(feed, "language")
    return SourceFeed(
        links=_texts(feed, "link"),
        title=_construct(feed, "title") if is_atom else _text(feed, "title"),
        language=language,
        items=[_item(entry, language, is_atom=is_atom) for entry in entries],
        is_atom=is_atom,
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


def _item(entry: Entry, language: str, *, is_atom: bool) -> SourceItem:
    enclosures = _mappings(entry, "enclosures")
    text = _construct if is_atom else _text
    return SourceItem(
        links=_links(entry, enclosures),
        title=text(entry, "title"),
        summary=text(entry, "summary"),
        content=_content(entry),
        authors=_authors(entry),
        dates=_texts(entry, "published", "created", "updated"),
        images=list(_images(entry, enclosures)),
        topics=[_topic(tag) for tag in _mappings(entry, "tags")],
        language=language,
        guid=_text(entry, "id"),
    )


def _construct(entry: Entry, key: str) -> str:
    """Return a text of Atom as markup; feedparser calls plain what is, and what has no type."""
    text = _text(entry, key)
    kind = _text(_mapping(entry, f"{key}_detail"), "type")
    is_text = kind == "text/plain" and is_plain(None, text)
    return escape(text, quote=False) if is_text else text


def _links(entry: Entry, enclosures: Sequence[Entry]) -> list[str]:
    links = _texts(entry, "feedburner_origlink", "link")
    for enclosure in enclosures:
        links.append(_text(enclosure, "href"))
    return links


def _content(entry: Entry) -> str:
    # feedparser lists the same text in several types; the first is the feed's own.
    contents = _mappings(entry, "content")
    return _text(contents[0], "value") if contents else ""


def _authors(entry: Entry) -> list[str]:
    names = [_text(author, "name") for author in _mappings(entry, "authors")]
    # Of one alone it has the words themselves; what it takes apart loses a part of long addresses.
    return names if len(names) > 1 else [_text(entry, "author")]


def _images(entry: Entry, enclosures: Sequence[Entry]) -> Iterator[str]:
    """Yield the pictures of an item in the order in which xmlfeeds.py has them."""
    yield from map(_address, filter(_is_image, _mappings(entry, "media_content")))
    yield from map(_address, _mappings(entry, "media_thumbnail"))
    yield from map(_address, filter(_is_image, enclosures))
    yield _text(_mapping(entry, "image"), "href")


def _is_image(media: Entry) -> bool:
    kind = _text(media, "type") or _text(media, "medium") or "image"
    return is_type_in_mail(kind)


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
