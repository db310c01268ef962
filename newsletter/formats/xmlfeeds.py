"""Pure. Well-formed RSS (0.9 to 2.0, with RDF) and Atom, as they are written.

It reads what feedparser would, some fifty times faster; what is not well-formed goes to feedparser
(feeds.py). A name that comes second in a list below is what some feeds use in place of the first.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from newsletter.formats.found import SourceFeed, SourceItem
from newsletter.formats.trees import Tree, inner_markup, parse_xml

# Namespaces whose words we know, in lower case, and how they are commonly prefixed. RSS had five
# of its own before 2.0 had none; Atom 0.3 came from purl.org; Yahoo's is written in both ways.
SPACES = {
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dc:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
RSS_SUMMARIES = (
    "description",
    "dc:description",
    "atom:summary",
    "media:description",
    "itunes:summary",
    "itunes:subtitle",
)
# The day of publication before that of the last change.
RSS_DATES = ("pubDate", "dc:date", "atom:published", "dc:created", "atom:updated", "dc:modified")
ATOM_DATES = (
    "atom:published",
    "atom:issued",
    "dc:date",
    "atom:created",
    "atom:updated",
    "atom:modified",
)
HTML_TYPES = ("text/html", "application/xhtml+xml")


class _Children:
    """The children of one element by name: an item is walked once, however much is asked of it."""

    def __init__(self, element: Tree) -> None:
        self._by_name: dict[str, list[Tree]] = {}
        for child in element:
            self._by_name.setdefault(_name(child.tag), []).append(child)

    def named(self, name: str) -> Sequence[Tree]:
        return self._by_name.get(name, ())

    def text(self, *names: str) -> str:
        """Return the words of the first child that has any, or ""."""
        # Two loops, not one generator in another: this runs a dozen times for every item.
        for name in names:
            for child in self._by_name.get(name, ()):
                if text := _text(child):
                    return text
        return ""

    def texts(self, names: Sequence[str]) -> list[str]:
        """Return the words of each, "" where there are none."""
        return [self.text(name) for name in names]


def read_xml_feed(text: str) -> SourceFeed | None:
    """Return what a feed has to say; None if the document is no RSS or Atom. Raises BadTree."""
    root = parse_xml(text)
    kind = _name(root.tag)
    if kind == "atom:feed":
        return _atom_feed(root)
    channel = next((child for child in root if _name(child.tag) == "channel"), None)
    if channel is None or kind not in ("rss", "rdf:RDF"):
        return None
    return _rss_feed(root, channel)


def _rss_feed(root: Tree, channel: Tree) -> SourceFeed:
    children = _Children(channel)
    language = children.text("language", "dc:language") or channel.get(LANG, "")
    # RSS 1.0 (RDF) has its items beside the channel, RSS 2.0 in it.
    items = (*children.named("item"), *(child for child in root if _name(child.tag) == "item"))
    return SourceFeed(
        links=children.texts(["link"]),
        title=children.text("title", "dc:title"),
        language=language,
        items=[_rss_item(item, language) for item in items],
    )


def _rss_item(item: Tree, language: str) -> SourceItem:
    children = _Children(item)
    return SourceItem(
        links=_rss_links(item, children),
        title=children.text("title", "dc:title", "media:title", "itunes:title"),
        summary=children.text(*RSS_SUMMARIES),
        content=children.text("content:encoded", "xhtml:body", "atom:content"),
        author=_author(children),
        dates=children.texts(RSS_DATES),
        images=list(_images(children)),
        topics=_rss_topics(children),
        language=children.text("dc:language") or item.get(LANG, "") or language,
    )


def _rss_links(item: Tree, children: _Children) -> list[str]:
    """Return the links of an item, the best first: its page before its sound."""
    return [
        # FeedBurner keeps the article's address here, and writes its own counter into `link`.
        children.text("feedburner:origLink"),
        children.text("link"),
        *(link.get("href", "") for link in _alternates(children)),
        _permalink(children),
        item.get(ABOUT, ""),
        *(enclosure.get("url", "") for enclosure in children.named("enclosure")),
    ]


def _permalink(children: _Children) -> str:
    """Return the first guid, which is a link unless it says that it is none (RSS 2.0)."""
    for guid in children.named("guid"):
        is_link = guid.get("isPermaLink", "true").strip().lower() != "false"
        return _text(guid) if is_link else ""
    return ""


def _rss_topics(children: _Children) -> list[str]:
    topics = (*children.named("category"), *children.named("dc:subject"))
    return [_text(topic) for topic in topics]


def _atom_feed(root: Tree) -> SourceFeed:
    children = _Children(root)
    language = root.get(LANG, "")
    return SourceFeed(
        links=_atom_links(children),
        title=children.text("atom:title", "media:title"),
        language=language,
        items=[_atom_item(entry, language) for entry in children.named("atom:entry")],
    )


def _atom_item(entry: Tree, language: str) -> SourceItem:
    children = _Children(entry)
    return SourceItem(
        links=_atom_links(children),
        title=children.text("atom:title", "media:title"),
        summary=children.text("atom:summary", "media:description"),
        content=children.text("atom:content"),
        author=_author(children),
        dates=children.texts(ATOM_DATES),
        images=[*_images(children), *_enclosed(children, "image/")],
        topics=[_atom_topic(category) for category in children.named("atom:category")],
        language=entry.get(LANG, "") or language,
    )


def _atom_links(children: _Children) -> list[str]:
    """Return the links of an entry, the best first."""
    links = sorted(_alternates(children), key=_is_no_html)
    return [
        children.text("feedburner:origLink"),
        *(link.get("href", "") for link in links),
        children.text("atom:id"),
        *_enclosed(children, ""),
    ]


def _alternates(children: _Children) -> list[Tree]:
    """Return links to the thing itself: a link without `rel` is one, too (RFC 4287, 4.2.7.2)."""
    return [
        link for link in children.named("atom:link") if link.get("rel", "alternate") == "alternate"
    ]


def _is_no_html(link: Tree) -> bool:
    return link.get("type", "text/html") not in HTML_TYPES


def _atom_topic(category: Tree) -> str:
    return category.get("label") or category.get("term") or ""


def _author(children: _Children) -> str:
    if creator := children.text("dc:creator"):
        return creator
    persons = children.named("atom:author") or children.named("author")
    name = next(filter(None, map(_person_name, persons)), "")
    return name or children.text("itunes:author")


def _person_name(person: Tree) -> str:
    # Atom has a name within (RFC 4287, 3.2.1), RSS the words themselves.
    return _Children(person).text("atom:name", "name") if len(person) else _text(person)


def _enclosed(children: _Children, kind: str) -> list[str]:
    return [
        link.get("href", "")
        for link in children.named("atom:link")
        if link.get("rel") == "enclosure" and link.get("type", "").startswith(kind)
    ]


def _images(children: _Children) -> Iterator[str]:
    """Yield the pictures that go with an item, the best first."""
    # Media RSS nests: a thumbnail may be in the item, in a group, or in the content of either.
    groups = [children, *map(_Children, children.named("media:group"))]
    for group in groups:
        yield from _media_images(group)
    for group in groups:
        for content in group.named("media:content"):
            yield from _media_images(_Children(content))
    for enclosure in children.named("enclosure"):
        if enclosure.get("type", "").startswith("image"):
            yield enclosure.get("url", "")
    for image in children.named("itunes:image"):
        yield image.get("href", "")


def _media_images(children: _Children) -> Iterator[str]:
    for content in children.named("media:content"):
        # Media RSS lets both be left out; such a content is a picture nearly always.
        kind = content.get("type") or content.get("medium") or "image"
        if kind.startswith("image"):
            yield content.get("url", "")
    for thumbnail in children.named("media:thumbnail"):
        yield thumbnail.get("url", "")


def _text(element: Tree) -> str:
    # Markup that was not escaped: XHTML in Atom, or a feed that forgot to.
    if len(element):
        return inner_markup(element)
    return (element.text or "").strip()


@lru_cache(maxsize=1024)  # a feed repeats the same thirty names in each of its items
def _name(tag: str) -> str:
    space, _, name = tag.rpartition("}")
    return SPACES.get(space[1:].lower(), "?:") + name if space else name
