"""Pure. OPML 2.0 (opml.org/spec2.opml): lists of feeds as other readers write and read them, with their folders as categories."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from newsletter.errors import Refused
from newsletter.formats.decoding import decode
from newsletter.formats.found import absolute
from newsletter.formats.markup import CONTROLS, plain_text, replace_surrogates
from newsletter.formats.trees import BadTree, Tree, parse_xml

MOST_FEEDS = 5000
DEEPEST = 20  # folders in folders


class NotOpml(Refused):
    """That file is no OPML that can be read. Export the list from your feed reader again, and leave the file as it is."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list; the category is its folder, "" at the top."""

    title: str
    xml_url: str
    home_url: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class OutlineList:
    """What a file lists, and in words what in it could not be taken, with the line where it stands."""

    outlines: tuple[Outline, ...]
    bad: tuple[str, ...]


def read_opml(content: bytes) -> OutlineList:
    """Return the feeds of a file, each address once. Raises NotOpml; a file with a document type of its own is none."""
    try:
        root = parse_xml(decode(content))
    except BadTree:
        raise NotOpml from None
    body = next((one for one in root if _name(one) == "body"), None)
    if _name(root) != "opml" or body is None:
        raise NotOpml
    outlines: dict[str, Outline] = {}
    bad: list[str] = []
    for element, category in _leaves(body, "", DEEPEST):
        url, title = (
            absolute(_get(element, "xmlUrl"), ""),
            plain_text(_get(element, "title") or _get(element, "text")),
        )
        if not url:
            bad.append(
                f"line {element.sourceline}: {title[:80] or 'an outline'} has no http address of a feed ({_get(element, 'xmlUrl')[:80]!r})"
            )
        elif url in outlines:
            bad.append(f"line {element.sourceline}: {url} is listed twice")
        elif len(outlines) < MOST_FEEDS:
            outlines[url] = Outline(
                title[:200], url, absolute(_get(element, "htmlUrl"), url), category
            )
    return OutlineList(tuple(outlines.values()), tuple(bad))


def write_opml(title: str, outlines: Sequence[Outline]) -> bytes:
    """Return a file of these feeds, in folders by their category."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head><title>{escape(_folded(title))}</title></head>",
        "<body>",
    ]
    for category in dict.fromkeys(outline.category for outline in outlines):
        inside = [_line(outline) for outline in outlines if outline.category == category]
        lines += (
            [f"<outline text={_value(category)}>", *inside, "</outline>"] if category else inside
        )
    return ("\n".join([*lines, "</body>", "</opml>"]) + "\n").encode()


def _line(outline: Outline) -> str:
    home = f" htmlUrl={_value(outline.home_url)}" if outline.home_url else ""
    name = _value(outline.title)
    return f'<outline type="rss" text={name} title={name} xmlUrl={_value(outline.xml_url)}{home}/>'


def _leaves(folder: Tree, category: str, depth: int) -> Iterator[tuple[Tree, str]]:
    for element in folder:
        if _name(element) != "outline":
            continue
        if len(element) and not _get(element, "xmlUrl"):
            if depth:
                yield from _leaves(
                    element,
                    plain_text(_get(element, "text") or _get(element, "title"))[:80] or category,
                    depth - 1,
                )
        else:
            yield (
                element,
                category
                or plain_text(
                    _get(element, "category").split(",")[0].strip("/").rpartition("/")[2]
                )[:80],
            )


def _name(element: Tree) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _get(element: Tree, name: str) -> str:
    """An attribute, whatever its case: xmlUrl is often xmlurl."""
    return next(
        (str(value) for key, value in element.items() if str(key).lower() == name.lower()), ""
    ).strip()


def _value(text: str) -> str:
    return quoteattr(_folded(text))


def _folded(text: str) -> str:
    return " ".join(replace_surrogates(text).translate(CONTROLS).split())
