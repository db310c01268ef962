"""Pure. JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1) as what it says of its items."""

import json
from collections.abc import Mapping, Sequence
from html import escape

from newsletter.formats.found import SourceItem


def read_json_feed(text: str) -> tuple[SourceItem, list[SourceItem]] | None:
    """Return what the feed says of itself and of its items; None if this is no JSON Feed."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = _list(feed, "items")
    if (
        not isinstance(feed, dict)
        or not isinstance(feed.get("items"), list)
        or "jsonfeed.org" not in _text(feed, "version")
    ):
        return None
    spoken = SourceItem(
        [_text(feed, "home_page_url")],
        escape(_text(feed, "title")),
        language=_text(feed, "language"),
    )
    return spoken, [_item(item, spoken.language) for item in items if isinstance(item, dict)]


def _item(item: Mapping[str, object], language: str) -> SourceItem:
    authors = [
        one for one in (*_list(item, "authors"), item.get("author")) if isinstance(one, dict)
    ]
    attached = [one for one in _list(item, "attachments") if isinstance(one, dict)]
    return SourceItem(
        links=[
            _text(item, "url"),
            _text(item, "external_url"),
            _text(item, "id"),
            *(_text(one, "url") for one in attached),
        ],
        title=escape(_text(item, "title")),
        summary=escape(_text(item, "summary")),
        content=_text(item, "content_html") or escape(_text(item, "content_text")),
        author=escape(next((name for one in authors if (name := _text(one, "name"))), "")),
        dates=[_text(item, "date_published"), _text(item, "date_modified")],
        images=[
            *(_text(item, "image"), _text(item, "banner_image")),
            *(
                _text(one, "url")
                for one in attached
                if _text(one, "mime_type").startswith("image/")
            ),
        ],
        topics=[escape(tag) for tag in _list(item, "tags") if isinstance(tag, str)],
        language=_text(item, "language") or language,
    )


def _text(item: Mapping[str, object], key: str) -> str:
    """A text or a number, which some write for ids and dates; anything else is nothing."""
    value = item.get(key)
    return (
        str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    )


def _list(item: object, key: str) -> Sequence[object]:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, list) else ()
