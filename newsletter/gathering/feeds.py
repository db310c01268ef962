"""Pure. The bytes of a feed (RSS, Atom, JSON Feed 1.1) as found items. The only home of feedparser.

Deks are made plain text and cut at a sentence. A date in the future is not believed.
"""

import calendar
import html
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin

import feedparser

from newsletter.errors import Refused
from newsletter.gathering.found import Found
from newsletter.gathering.markup import cut, plain

MOST_ITEMS = 500
IMAGE = re.compile(r"<img\b[^>]*?\bsrc=[\"']([^\"']+)", re.IGNORECASE)


class NotAFeed(Refused):
    """That address gives no RSS, Atom or JSON feed. Look for the site's feed address and add that."""


def read_feed(body: bytes, url: str, now: datetime) -> tuple[str, tuple[Found, ...]]:
    """Return the feed's title and its items. Raises NotAFeed."""
    if body.lstrip()[:1] == b"{":
        return _json(body, url, now)
    parsed: Mapping[str, object] = feedparser.parse(body, resolve_relative_uris=False)
    entries = parsed.get("entries")
    if not parsed.get("version") or not isinstance(entries, list):
        raise NotAFeed
    feed = parsed.get("feed")
    title = plain(str(feed.get("title", ""))) if isinstance(feed, Mapping) else ""
    found = (_entry(entry, url, now) for entry in entries[:MOST_ITEMS] if isinstance(entry, Mapping))
    return title[:200], tuple(item for item in found if item is not None)


def _entry(entry: Mapping[str, object], base: str, now: datetime) -> Found | None:
    title, link = plain(str(entry.get("title") or "")), str(entry.get("link") or "").strip()
    if not title or not link:
        return None
    markup = str(entry.get("summary") or "") or _content(entry)
    tags = entry.get("tags")
    topics = tuple(plain(str(tag.get("term") or "")) for tag in tags if isinstance(tag, Mapping)) if isinstance(tags, list) else ()
    return _found(base, link, title, markup, plain(str(entry.get("author") or "")), _date(entry, now), _image(entry, markup), topics)


def _found(
    base: str, link: str, title: str, markup: str, author: str, at: datetime | None, image: str, topics: Sequence[str]
) -> Found | None:
    try:
        url, image_url = urljoin(base, link), urljoin(base, image) if image else ""
    except ValueError:
        return None
    if not url.startswith(("http://", "https://")):
        return None
    if not image_url.startswith(("http://", "https://")):
        image_url = ""
    dek = cut(plain(markup))
    return Found(
        url=url[:2000],
        title=title[:500],
        dek="" if dek == title else dek,
        author=author[:200],
        published_at=at,
        image_url=image_url[:2000],
        topics=tuple(topic[:80] for topic in topics if topic)[:10],
    )


def _content(entry: Mapping[str, object]) -> str:
    content = entry.get("content")
    if isinstance(content, list) and content and isinstance(content[0], Mapping):
        return str(content[0].get("value") or "")
    return ""


def _image(entry: Mapping[str, object], markup: str) -> str:
    for key in ("media_content", "media_thumbnail", "enclosures"):
        listed = entry.get(key)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, Mapping):
                kind = str(one.get("type") or one.get("medium") or "image")
                address = str(one.get("url") or one.get("href") or "")
                if address and kind.startswith("image"):
                    return address
    found = IMAGE.search(markup) or IMAGE.search(_content(entry))
    return html.unescape(found[1]) if found else ""


def _date(entry: Mapping[str, object], now: datetime) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        parts = entry.get(key)
        if isinstance(parts, tuple):
            try:
                at = datetime.fromtimestamp(calendar.timegm(parts), UTC)
            except (ValueError, OverflowError, OSError):
                continue
            return at if at <= now else None
    return None


def _json(body: bytes, url: str, now: datetime) -> tuple[str, tuple[Found, ...]]:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAFeed from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise NotAFeed
    found = (_json_item(item, url, now) for item in items[:MOST_ITEMS] if isinstance(item, dict))
    return plain(str(feed.get("title") or ""))[:200], tuple(item for item in found if item is not None)


def _json_item(item: Mapping[str, object], base: str, now: datetime) -> Found | None:
    title, link = plain(str(item.get("title") or "")), str(item.get("url") or item.get("external_url") or "")
    if not title or not link:
        return None
    markup = str(item.get("summary") or item.get("content_html") or item.get("content_text") or "")
    authors = item.get("authors")
    author = plain(str(authors[0].get("name") or "")) if isinstance(authors, list) and authors and isinstance(authors[0], dict) else ""
    tags = item.get("tags")
    topics = [plain(str(tag)) for tag in tags] if isinstance(tags, list) else []
    return _found(base, link, title, markup, author, _iso(str(item.get("date_published") or ""), now), str(item.get("image") or ""), topics)


def _iso(text: str, now: datetime) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at <= now else None
