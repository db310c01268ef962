"""Pure. Well-formed RSS (0.9 to 2.0, with RDF) and Atom as what they say of their items.

It reads what feedparser would, some fifty times faster; what is not well-formed goes to feedparser (feeds.py).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from newsletter.formats import trees
from newsletter.formats.found import SourceItem
from newsletter.formats.trees import Tree

SPACES = {  # namespaces whose words we know, by how they are commonly prefixed
    "http://www.w3.org/2005/atom": "atom:", "http://purl.org/atom/ns#": "atom:", "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "", "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/dc/elements/1.1/": "dc:", "http://purl.org/dc/terms/": "dc:", "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss/": "media:", "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:", "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:", "http://www.w3.org/1999/xhtml": "xhtml:",
}  # fmt: skip
XML = "{http://www.w3.org/XML/1998/namespace}"
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def read_xml_feed(text: str) -> tuple[SourceItem, list[SourceItem]] | None:
    """Return what the feed says of itself and of its items; None if the document is no RSS or Atom. Raises BadTree."""
    root = trees.parse_xml(text)
    kind = _name(root.tag)
    if kind == "atom:feed":
        return _atom(root, root), [
            _atom(entry, root) for entry in root if _name(entry.tag) == "atom:entry"
        ]
    channel = next((one for one in root if _name(one.tag) == "channel"), None)
    if kind not in ("rss", "rdf:RDF") or channel is None:
        return None
    spoken = _channel(channel)
    items = (one for one in (*channel, *root) if _name(one.tag) == "item")
    return spoken, [_item(item, spoken.language) for item in items]


def _channel(channel: Tree) -> SourceItem:
    said = _Element(channel)
    language = said.text("language", "dc:language") or channel.get(f"{XML}lang", "")
    return SourceItem([said.text("link")], said.text("title", "dc:title"), language=language)


def _item(item: Tree, language: str) -> SourceItem:
    said = _Element(item)
    guid = said.first("guid")
    permalink = (
        _text(guid)
        if guid is not None and guid.get("isPermaLink", "true").strip().lower() != "false"
        else ""
    )
    enclosures = [one.get("url", "") for one in said.every("enclosure")]
    atom = [
        one.get("href", "")
        for one in said.every("atom:link")
        if one.get("rel", "alternate") == "alternate"
    ]
    return SourceItem(
        links=[
            said.text("feedburner:origLink"),
            said.text("link"),
            *atom,
            permalink,
            item.get(ABOUT, ""),
            *enclosures,
        ],
        title=said.text("title", "dc:title", "media:title", "itunes:title"),
        summary=said.text(
            "description",
            "dc:description",
            "atom:summary",
            "media:description",
            "itunes:summary",
            "itunes:subtitle",
        ),
        content=said.text("content:encoded", "xhtml:body", "atom:content"),
        author=_author(said),
        dates=[
            said.text(name)
            for name in (
                "pubDate",
                "dc:date",
                "atom:published",
                "dc:created",
                "atom:updated",
                "dc:modified",
            )
        ],
        images=list(_images(said)),
        topics=[_text(one) for name in ("category", "dc:subject") for one in said.every(name)],
        language=said.text("dc:language") or item.get(f"{XML}lang", "") or language,
    )


def _atom(entry: Tree, feed: Tree) -> SourceItem:
    said = _Element(entry)
    links = [one for one in said.every("atom:link") if one.get("rel", "alternate") == "alternate"]
    links.sort(
        key=lambda one: one.get("type", "text/html") not in ("text/html", "application/xhtml+xml")
    )
    return SourceItem(
        links=[
            said.text("feedburner:origLink"),
            *(one.get("href", "") for one in links),
            said.text("atom:id"),
            *_enclosed(said, ""),
        ],
        title=said.text("atom:title", "media:title"),
        summary=said.text("atom:summary", "media:description"),
        content=said.text("atom:content"),
        author=_author(said),
        dates=[
            said.text(name)
            for name in (
                "atom:published",
                "atom:issued",
                "dc:date",
                "atom:created",
                "atom:updated",
                "atom:modified",
            )
        ],
        images=[*_images(said), *_enclosed(said, "image/")],
        topics=[one.get("label") or one.get("term") or "" for one in said.every("atom:category")],
        language=entry.get(f"{XML}lang") or feed.get(f"{XML}lang") or "",
    )


def _author(said: "_Element") -> str:
    persons = said.every("atom:author") or said.every("author")
    named = (
        _Element(person).text("atom:name", "name") if len(person) else _text(person)
        for person in persons
    )
    return said.text("dc:creator") or next(filter(None, named), "") or said.text("itunes:author")


def _enclosed(said: "_Element", kind: str) -> list[str]:
    links = said.every("atom:link")
    return [
        one.get("href", "")
        for one in links
        if one.get("rel") == "enclosure" and one.get("type", "").startswith(kind)
    ]


def _images(said: "_Element") -> Iterator[str]:
    """Pictures that go with an item, the best first."""
    groups = (said, *map(_Element, said.every("media:group")))
    for inside in (
        *groups,
        *(_Element(one) for group in groups for one in group.every("media:content")),
    ):
        for one in inside.every("media:content"):
            if (one.get("type") or one.get("medium") or "image").startswith("image"):
                yield one.get("url", "")
        yield from (one.get("url", "") for one in inside.every("media:thumbnail"))
    yield from (
        one.get("url", "")
        for one in said.every("enclosure")
        if one.get("type", "").startswith("image")
    )
    yield from (one.get("href", "") for one in said.every("itunes:image"))


class _Element:
    """The children of an element by name, with the words of those that were not empty."""

    def __init__(self, element: Tree) -> None:
        self._by_name: dict[str, list[Tree]] = {}
        for child in element:
            self._by_name.setdefault(_name(child.tag), []).append(child)

    def every(self, name: str) -> Sequence[Tree]:
        return self._by_name.get(name, ())

    def first(self, name: str) -> Tree | None:
        return next(iter(self.every(name)), None)

    def text(self, *names: str) -> str:
        """The words of the first that has any."""
        return next(
            filter(None, (_text(child) for name in names for child in self.every(name))), ""
        )


def _text(element: Tree) -> str:
    if len(element):  # markup that was not escaped: XHTML in Atom, or a feed that forgot to
        return trees.inner_markup(element)
    return (element.text or "").strip()


@lru_cache(maxsize=1024)
def _name(tag: str) -> str:
    space, _, name = tag.rpartition("}")
    return SPACES.get(space[1:].lower(), "?:") + name if space else name
