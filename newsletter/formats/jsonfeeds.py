"""Pure. JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1), as it is written."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import TypeGuard

from newsletter.formats.found import MOST_READ, SourceFeed, SourceItem
from newsletter.formats.pictures import is_type_in_mail

Object = Mapping[str, object]


def read_json_feed(text: str) -> SourceFeed | None:
    """Return a feed as it is written; None if this is no JSON Feed."""
    feed = _parse(text)
    if not _is_feed(feed):
        return None
    language = _text(feed, "language")
    return SourceFeed(
        links=_texts(feed, "home_page_url"),
        title=escape(_text(feed, "title")),
        language=language,
        items=[_item(item, language) for item in _objects(feed, "items")[:MOST_READ]],
    )


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_feed(value: object) -> TypeGuard[Object]:
    # The version is the address of the specification.
    return (
        isinstance(value, dict)
        and "jsonfeed.org" in _text(value, "version")
        and isinstance(value.get("items"), list)
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
        authors=[escape(name) for name in _authors(item)],
        dates=_texts(item, "date_published", "date_modified"),
        images=_images(item, attachments),
        topics=_topics(item),
        language=_text(item, "language") or language,
        guid=_text(item, "id"),
    )


def _links(item: Object, attachments: Sequence[Object]) -> list[str]:
    # The specification asks for an id that is "ideally the full URL", and some items have no other.
    links = _texts(item, "url", "external_url", "id")
    for attachment in attachments:
        links.append(_text(attachment, "url"))
    return links


def _content(item: Object) -> str:
    if html := _text(item, "content_html"):
        return html
    return escape(_text(item, "content_text"))


def _authors(item: Object) -> list[str]:
    """Return the names of the authors."""
    # Version 1 has one author, 1.1 a list of them.
    authors = [*_list(item, "authors"), item.get("author")]
    return [_text(author, "name") for author in authors if isinstance(author, dict)]


def _images(item: Object, attachments: Sequence[Object]) -> list[str]:
    images = _texts(item, "image", "banner_image")
    for attachment in attachments:
        kind = _text(attachment, "mime_type")
        if is_type_in_mail(kind):
            images.append(_text(attachment, "url"))
    return images


def _topics(item: Object) -> list[str]:
    topics = []
    for tag in _list(item, "tags"):
        if isinstance(tag, str):
            topics.append(escape(tag))
    return topics


def _texts(item: Object, *keys: str) -> list[str]:
    """Return the text at each key, "" where there is none."""
    return [_text(item, key) for key in keys]


def _text(item: Object, key: str) -> str:
    value = item.get(key)
    if isinstance(value, str):
        return value.strip()
    # Some write numbers for ids and dates. A bool is an int to Python.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def _objects(item: Object, key: str) -> Sequence[Object]:
    return [value for value in _list(item, key) if isinstance(value, dict)]


def _list(item: Object, key: str) -> Sequence[object]:
    value = item.get(key)
    return value if isinstance(value, list) else ()
