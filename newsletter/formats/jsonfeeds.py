"""Pure. JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1), as it is written."""

import json
from collections.abc import Mapping, Sequence
from html import escape

from newsletter.formats.found import SourceFeed, SourceItem

Object = Mapping[str, object]


def read_json_feed(text: str) -> SourceFeed | None:
    """Return a feed as it is written; None if this is no JSON Feed."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    if "jsonfeed.org" not in _text(feed, "version"):
        return None
    language = _text(feed, "language")
    return SourceFeed(
        links=_texts(feed, "home_page_url"),
        title=escape(_text(feed, "title")),
        language=language,
        items=[_item(item, language) for item in _objects(feed, "items")],
    )


def _item(item: Object, language: str) -> SourceItem:
    attachments = _objects(item, "attachments")
    # JSON Feed has plain text where RSS has markup. It is escaped, because all that comes after
    # this reads markup.
    return SourceItem(
        links=_links(item, attachments),
        title=escape(_text(item, "title")),
        summary=escape(_text(item, "summary")),
        content=_content(item),
        author=escape(_author(item)),
        dates=_texts(item, "date_published", "date_modified"),
        images=_images(item, attachments),
        topics=_topics(item),
        language=_text(item, "language") or language,
    )


def _links(item: Object, attachments: Sequence[Object]) -> list[str]:
    # The specification asks for an id that is "ideally the full URL", and some items have no other.
    links = _texts(item, "url", "external_url", "id")
    for attachment in attachments:
        links.append(_text(attachment, "url"))
    return links


def _content(item: Object) -> str:
    return _text(item, "content_html") or escape(_text(item, "content_text"))


def _author(item: Object) -> str:
    # Version 1 has one author, 1.1 a list of them.
    author = item.get("author")
    authors = [*_list(item, "authors"), author]
    names = (_text(person, "name") for person in authors if isinstance(person, dict))
    return next(filter(None, names), "")


def _images(item: Object, attachments: Sequence[Object]) -> list[str]:
    images = _texts(item, "image", "banner_image")
    for attachment in attachments:
        if _text(attachment, "mime_type").startswith("image/"):
            images.append(_text(attachment, "url"))
    return images


def _topics(item: Object) -> list[str]:
    return [escape(tag) for tag in _list(item, "tags") if isinstance(tag, str)]


def _texts(item: Object, *keys: str) -> list[str]:
    return [_text(item, key) for key in keys]


def _text(item: Object, key: str) -> str:
    """Return a text, or a number, which some write for ids and dates; anything else is ""."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def _objects(item: Object, key: str) -> list[Object]:
    return [value for value in _list(item, key) if isinstance(value, dict)]


def _list(item: Object, key: str) -> Sequence[object]:
    value = item.get(key)
    return value if isinstance(value, list) else ()
