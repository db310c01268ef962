"""Pure. The bytes of a feed (RSS 0.9 to 2.0, Atom, JSON Feed; broken ones too) as found items. The only home of feedparser.

JSON goes to jsonfeeds.py, what is well-formed XML to xmlfeeds.py, and everything else to feedparser, which repairs what it can.
Dates are as the feed has them; whether one in the future is believed is judged where articles are stored.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import feedparser

from newsletter.errors import Refused
from newsletter.formats import jsonfeeds, xmlfeeds
from newsletter.formats.decoding import DECLARATION, decode, unpack
from newsletter.formats.found import Found, SourceItem, absolute, make_found, newest
from newsletter.formats.markup import plain_text
from newsletter.formats.trees import BadTree

MOST_READ = 5000  # items of one document
LONGEST_BROKEN = 1_000_000  # characters of one that is not well-formed: feedparser takes seconds for as many, if they are meant to harm
ITEM_TAG = re.compile(r"<(/?)(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)


class NotAFeed(Refused):
    """That address gives no RSS, Atom or JSON feed. Look for the site's feed address and add that."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself, plain, and its items; "" for what it does not say."""

    title: str
    home_url: str
    found: tuple[Found, ...]


def read_feed(content: bytes, url: str) -> Feed:
    """Return the feed that was fetched from `url`. Raises NotAFeed, whatever the bytes."""
    text = decode(unpack(content))
    spoken = _read(text)
    if spoken is None:
        raise NotAFeed
    feed, items = spoken
    home_url = next(filter(None, (absolute(link, url) for link in feed.links)), "")
    return Feed(
        plain_text(feed.title)[:200],
        home_url,
        newest(make_found(item, home_url or url) for item in items[:MOST_READ]),
    )


def _read(text: str) -> tuple[SourceItem, list[SourceItem]] | None:
    start = text[:1000].lstrip("\ufeff \t\r\n\0").lower()
    if start.startswith("{"):
        return jsonfeeds.read_json_feed(text.lstrip("\ufeff \t\r\n\0"))
    if start.startswith(("<!doctype html", "<html")):
        return None
    try:
        return xmlfeeds.read_xml_feed(text)
    except BadTree:
        return repair_feed(text)


def repair_feed(text: str) -> tuple[SourceItem, list[SourceItem]] | None:
    """What feedparser makes of it. An item that is broken off is left away: half a title would be kept for good."""
    text = text[:LONGEST_BROKEN]
    marks = [*ITEM_TAG.finditer(text)]
    if len(marks) > 2 * MOST_READ:
        text, marks = text[: marks[2 * MOST_READ].start()], marks[: 2 * MOST_READ]
    content = io.BytesIO(
        DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
    )  # of plain bytes it would open the file so named
    try:
        parsed = feedparser.parse(
            content,
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (
        Exception
    ):  # it repairs more than anyone, and of what it cannot it lets out whatever went wrong
        return None
    entries, feed = parsed.get("entries"), parsed.get("feed")
    if not parsed.get("version") or not isinstance(entries, list) or not isinstance(feed, Mapping):
        return None
    spoken = SourceItem(
        [_text(feed, "link")], _text(feed, "title"), language=_text(feed, "language")
    )
    whole = entries[:-1] if marks and not marks[-1][1] else entries
    return spoken, [_entry(entry, spoken.language) for entry in whole if isinstance(entry, Mapping)]


def _entry(entry: Mapping[str, object], language: str) -> SourceItem:
    enclosed = _all(entry, "enclosures")
    media = [
        *_all(entry, "media_content"),
        *({**one, "type": "image"} for one in _all(entry, "media_thumbnail")),
        *enclosed,
    ]
    pictures = [
        one
        for one in media
        if (_text(one, "type") or _text(one, "medium") or "image").startswith("image")
    ]
    return SourceItem(
        links=[
            _text(entry, "feedburner_origlink"),
            _text(entry, "link"),
            *(_text(one, "href") for one in enclosed),
        ],
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content=next((_text(one, "value") for one in _all(entry, "content")), ""),
        author=_text(_of(entry, "author_detail"), "name") or _text(entry, "author"),
        dates=[_text(entry, "published"), _text(entry, "created"), _text(entry, "updated")],
        images=[
            *(_text(one, "url") or _text(one, "href") for one in pictures),
            _text(_of(entry, "image"), "href"),
        ],
        topics=[_text(tag, "label") or _text(tag, "term") for tag in _all(entry, "tags")],
        language=language,
    )


def _text(entry: Mapping[str, object], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _of(entry: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = entry.get(key)
    return value if isinstance(value, Mapping) else {}


def _all(entry: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    listed = entry.get(key)
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
