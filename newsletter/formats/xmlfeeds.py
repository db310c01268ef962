"""Pure. Well-formed RSS (0.9 to 2.0, with RDF) and Atom, as they are written.

It reads what feedparser would, some fifty times faster; what is not well-formed goes to feedparser
(feeds.py). A name that comes second in a list below is what some feeds use in place of the first.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from newsletter.formats.bases import ABOUT, resolve_bases
from newsletter.formats.found import MOST_READ, SourceFeed, SourceItem
from newsletter.formats.markup import is_plain
from newsletter.formats.pictures import is_type_in_mail
from newsletter.formats.trees import Tree, has_own_type, inner_markup, parse_xml, repair_xml

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
RSS_SUMMARIES = (
    "description",
    "dc:description",
    "atom:summary",
    "media:description",
    "itunes:summary",
    "itunes:subtitle",
)
# The day of publication before that of the last change.
RSS_DATES = (
    "pubDate",
    "dc:issued",
    "dc:date",
    "atom:published",
    "dc:created",
    "atom:updated",
    "dc:modified",
)
ATOM_DATES = (
    "atom:published",
    "atom:issued",
    "dc:issued",
    "dc:date",
    "atom:created",
    "atom:updated",
    "atom:modified",
)
AUTHORS = ("dc:creator", "dc:author", "atom:author", "author", "itunes:author")
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

    def construct(self, name: str) -> str:
        """Return the markup of the first text construct (RFC 4287, 3.1) that has any, or ""."""
        return next(filter(None, map(_construct, self.named(name))), "")

    def texts(self, names: Sequence[str]) -> list[str]:
        """Return the words of each, "" where there are none."""
        return [self.text(name) for name in names]


def read_xml_feed(text: str, url: str) -> SourceFeed | None:
    """Return what a feed has to say; None if the document is no RSS or Atom. Raises BadTree.

    It was fetched from `url`.
    """
    root = parse_xml(text)
    # Few feeds name a base, and the walk costs as much as reading: their prefix is fixed.
    if "xml:base" in text:
        resolve_bases(root, url)
    return _feed(root)


def repair_xml_feed(text: str) -> SourceFeed | None:
    """Return what is whole of a feed that is not well-formed; None without a whole item."""
    root = repair_xml(text)
    # Entities of its own would be left in its tree, as nodes that are no elements.
    if root is None or has_own_type(root):
        return None
    feed = _feed(root)
    return feed if feed and feed.items else None


def _feed(root: Tree) -> SourceFeed | None:
    match _name(root.tag):
        case "atom:feed":
            return _atom_feed(root)
        case "rss" | "rdf:RDF":
            return _rss_feed(root)
    return None


def _rss_feed(root: Tree) -> SourceFeed | None:
    top = _Children(root)
    channels = top.named("channel")
    if not channels:
        return None
    channel = channels[0]
    children = _Children(channel)
    language = children.text("language", "dc:language") or channel.get(LANG, "")
    # RSS 2.0 has its items in the channel, RSS 1.0 (RDF) beside it.
    items = [*children.named("item"), *top.named("item")][:MOST_READ]
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
        publisher=children.text("source"),
        summary=children.text(*RSS_SUMMARIES) or _group(children).text("media:description"),
        content=children.text("content:encoded", "xhtml:body", "atom:content"),
        authors=_authors(children),
        dates=children.texts(RSS_DATES),
        images=list(_images(children)),
        topics=_rss_topics(children),
        language=children.text("dc:language") or item.get(LANG, "") or language,
        guid=children.text("guid"),
    )


def _rss_links(item: Tree, children: _Children) -> list[str]:
    """Return the links of an item, the best first: its page before its sound."""
    # FeedBurner keeps the article's address here, and writes its own counter into `link`.
    links = children.texts(["feedburner:origLink", "link"])
    links += _attributes(_alternates(children), "href")
    links += [_permalink(children), item.get(ABOUT, "")]
    links += _attributes(children.named("enclosure"), "url")
    return links


def _attributes(elements: Sequence[Tree], name: str) -> list[str]:
    return [element.get(name, "") for element in elements]


def _permalink(children: _Children) -> str:
    """Return the first guid, which is a link unless it says that it is none (RSS 2.0)."""
    for guid in children.named("guid"):
        is_link = guid.get("isPermaLink", "true").strip().lower() != "false"
        return _text(guid) if is_link else ""
    return ""


def _rss_topics(children: _Children) -> list[str]:
    topics = [*children.named("category"), *children.named("dc:subject")]
    return list(map(_text, topics))


def _atom_feed(root: Tree) -> SourceFeed:
    children = _Children(root)
    language = root.get(LANG, "")
    return SourceFeed(
        links=_atom_links(children),
        title=children.construct("atom:title") or children.text("media:title"),
        language=language,
        is_atom=True,
        items=[_atom_item(entry, language) for entry in children.named("atom:entry")[:MOST_READ]],
    )


def _atom_item(entry: Tree, language: str) -> SourceItem:
    children = _Children(entry)
    return SourceItem(
        links=_atom_links(children),
        title=children.construct("atom:title") or children.text("media:title"),
        summary=children.construct("atom:summary")
        or children.text("media:description")
        or _group(children).text("media:description"),
        content=children.construct("atom:content"),
        authors=_authors(children),
        dates=children.texts(ATOM_DATES),
        images=list(_images(children)),
        topics=[_atom_topic(category) for category in children.named("atom:category")],
        language=entry.get(LANG, "") or language,
        guid=children.text("atom:id"),
    )


def _group(children: _Children) -> _Children:
    """Return the children of the first group of media: video sites describe an entry in there."""
    groups = children.named("media:group")
    return _Children(groups[0]) if groups else children


def _atom_links(children: _Children) -> list[str]:
    """Return the links of an entry, the best first."""
    # An entry may have an alternate in JSON or PDF: people read HTML.
    alternates = sorted(_alternates(children), key=_is_no_html)
    return [
        children.text("feedburner:origLink"),
        *_attributes(alternates, "href"),
        children.text("atom:id"),
        *_enclosed(children),
    ]


def _alternates(children: _Children) -> list[Tree]:
    """Return links to the thing itself."""
    # A link without `rel` is one, too (RFC 4287, 4.2.7.2).
    links = children.named("atom:link")
    return [link for link in links if link.get("rel", "alternate") == "alternate"]


def _is_no_html(link: Tree) -> bool:
    return link.get("type", "text/html") not in HTML_TYPES


def _atom_topic(category: Tree) -> str:
    return category.get("label", "") or category.get("term", "")


def _authors(children: _Children) -> list[str]:
    """Return the names of all authors, as one of the elements for them has them."""
    for name in AUTHORS:
        names = [_person_name(person) for person in children.named(name)]
        if any(names):
            return names
    return []


def _person_name(person: Tree) -> str:
    # Atom has a name within (RFC 4287, 3.2.1), RSS the words themselves.
    if len(person):
        return _Children(person).text("atom:name", "name")
    return _text(person)


def _enclosed(children: _Children) -> list[str]:
    """Return the addresses of an entry's enclosures."""
    return _attributes(_enclosures(children), "href")


def _enclosures(children: _Children) -> list[Tree]:
    return [link for link in children.named("atom:link") if link.get("rel") == "enclosure"]


def _images(children: _Children) -> Iterator[str]:
    """Yield the pictures that go with an item, the best first."""
    # Media RSS nests: a thumbnail may be in the item, in a group, or in the content of either.
    groups = [children, *map(_Children, children.named("media:group"))]
    for group in groups:
        yield from _media_images(group)
    for group in groups:
        for content in group.named("media:content"):
            yield from _media_images(_Children(content))
    yield from _enclosed_images(children)
    yield from _attributes(children.named("itunes:image"), "href")


def _media_images(children: _Children) -> Iterator[str]:
    contents = children.named("media:content")
    yield from _attributes([content for content in contents if _is_picture(content)], "url")
    yield from _attributes(children.named("media:thumbnail"), "url")


def _is_picture(content: Tree) -> bool:
    # Media RSS lets both be left out; such a content is a picture nearly always.
    kind = content.get("type") or content.get("medium") or "image"
    return is_type_in_mail(kind)


def _enclosed_images(children: _Children) -> Iterator[str]:
    for enclosure in children.named("enclosure"):
        if is_type_in_mail(enclosure.get("type", "")):
            yield enclosure.get("url", "")
    for link in _enclosures(children):
        if is_type_in_mail(link.get("type", "")):
            yield link.get("href", "")


def _text(element: Tree) -> str:
    """Return the text of an element, or its markup."""
    # Markup that was not escaped: XHTML in Atom, or a feed that forgot to.
    if len(element):
        return inner_markup(element)
    return (element.text or "").strip()


def _construct(element: Tree) -> str:
    """Return a text construct of Atom as markup: text that is no markup is escaped."""
    text = _text(element)
    if len(element) or not text:
        return text
    kind = element.get("type")
    return escape(text, quote=False) if is_plain(kind, text) else text


@lru_cache(maxsize=1024)  # a feed repeats the same thirty names in each of its items
def _name(tag: str) -> str:
    """Return `{namespace}name` as we write it: `atom:link`, or `?:link` of an unknown namespace."""
    space, _, name = tag.rpartition("}")
    if not space:
        return name
    return SPACES.get(space[1:].lower(), "?:") + name
