"""Pure. OPML 2.0 (opml.org/spec2.opml): lists of feeds, with their folders as categories.

It is read and written as other feed readers do.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from newsletter.errors import Refused
from newsletter.formats.decoding import decode
from newsletter.formats.found import absolute
from newsletter.formats.markup import CONTROLS, plain_text, replace_surrogates
from newsletter.formats.trees import BadTree, Tree, all_named, first_named, local_name, parse_xml

MOST_FEEDS = 5000
DEEPEST = 20  # folders in folders
TITLE_CHARS = 200
CATEGORY_CHARS = 80


class NotOpml(Refused):
    """That file is no OPML that can be read. Export the list from your feed reader again, and leave
    the file as it is.
    """


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list; the category is its folder, "" at the top."""

    title: str
    xml_url: str
    home_url: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class OutlineList:
    """The feeds of a file, and a sentence for each outline that could not be taken."""

    outlines: tuple[Outline, ...]
    bad: tuple[str, ...]


def read_opml(content: bytes) -> OutlineList:
    """Return the feeds of a file, each address once.

    Raises NotOpml; a file with a document type of its own is none.
    """
    outlines: dict[str, Outline] = {}
    bad = []
    for element, category in _feeds(_body(content), "", DEEPEST):
        outline = _outline(element, category)
        problem = _problem(element, outline, outlines)
        if problem:
            bad.append(f"line {element.sourceline}: {problem}")
        elif len(outlines) < MOST_FEEDS:
            outlines[outline.xml_url] = outline
    return OutlineList(tuple(outlines.values()), tuple(bad))


def write_opml(title: str, outlines: Sequence[Outline]) -> bytes:
    """Return a file of these feeds, in folders by their category."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head><title>{escape(_one_line(title))}</title></head>",
        "<body>",
    ]
    for category, inside in _folders(outlines).items():
        lines += _folder(category, inside)
    lines += ["</body>", "</opml>", ""]
    return "\n".join(lines).encode()


def _body(content: bytes) -> Tree:
    """Return the body of a file. Raises NotOpml."""
    try:
        root = parse_xml(decode(content))
    except BadTree:
        raise NotOpml from None
    body = first_named(root, "body")
    if body is None or local_name(root) != "opml":
        raise NotOpml
    return body


def _feeds(
    folder: Tree,
    category: str,
    depth: int,
) -> Iterator[tuple[Tree, str]]:
    """Yield each outline of a feed with its category, those in folders too, in order."""
    for element in all_named(folder, "outline"):
        # An outline with outlines in it is a folder, unless it is a feed itself.
        if not len(element) or _attribute(element, "xmlUrl"):
            yield element, category or _own_category(element)
        elif depth:
            yield from _feeds(element, _folder_name(element) or category, depth - 1)


def _folder_name(element: Tree) -> str:
    name = _attribute(element, "text") or _attribute(element, "title")
    return plain_text(name)[:CATEGORY_CHARS]


def _own_category(element: Tree) -> str:
    # OPML 2.0: paths with slashes, with commas between them. The last part of the first is a name.
    path = _attribute(element, "category").split(",")[0]
    name = path.strip("/").rpartition("/")[2]
    return plain_text(name)[:CATEGORY_CHARS]


def _outline(element: Tree, category: str) -> Outline:
    title = _attribute(element, "title") or _attribute(element, "text")
    url = absolute(_attribute(element, "xmlUrl"), "")
    return Outline(
        title=plain_text(title)[:TITLE_CHARS],
        xml_url=url,
        home_url=absolute(_attribute(element, "htmlUrl"), url),
        category=category,
    )


def _problem(
    element: Tree,
    outline: Outline,
    outlines: Mapping[str, Outline],
) -> str:
    """Return why an outline cannot be taken, "" if it can."""
    if not outline.xml_url:
        name = outline.title[:80] or "an outline"
        written = _attribute(element, "xmlUrl")
        return f"{name} has no http address of a feed ({written[:80]!r})"
    return f"{outline.xml_url} is listed twice" if outline.xml_url in outlines else ""


def _folders(outlines: Sequence[Outline]) -> Mapping[str, list[str]]:
    """Return the lines of each category, in the order of its first feed."""
    folders: dict[str, list[str]] = defaultdict(list)
    for outline in outlines:
        folders[outline.category].append(_line(outline))
    return folders


def _folder(category: str, inside: Sequence[str]) -> Sequence[str]:
    # What has no category is at the top, and in no folder.
    if not category:
        return inside
    return [f"<outline text={_quoted(category)}>", *inside, "</outline>"]


def _line(outline: Outline) -> str:
    name = _quoted(outline.title)
    url = _quoted(outline.xml_url)
    home = ""
    if outline.home_url:
        home = f" htmlUrl={_quoted(outline.home_url)}"
    # Some readers show `text`, others `title`: both are the name.
    return f'<outline type="rss" text={name} title={name} xmlUrl={url}{home}/>'


def _attribute(element: Tree, name: str) -> str:
    """Return an attribute, whatever its case: many write xmlUrl as xmlurl."""
    for key, value in element.items():
        if str(key).lower() == name.lower():
            return str(value).strip()
    return ""


def _quoted(text: str) -> str:
    return quoteattr(_one_line(text))


def _one_line(text: str) -> str:
    return " ".join(replace_surrogates(text).translate(CONTROLS).split())
