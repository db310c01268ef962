"""Pure. XML documents and HTML pages as trees, whatever their bytes. The only home of lxml.

Nothing outside the bytes is ever opened, and no entity that a document declares is expanded: an
entity may name a file of this machine (XXE), or grow without end (entity bombs).
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice

from lxml import etree, html

from newsletter.formats.decoding import DECLARATION

Tree = etree._Element  # the type has no public name in lxml
HIDDEN = frozenset({"script", "style", "template"})
NAMESPACES = re.compile(r'(</?)[\w.-]++:|\sxmlns(?::[\w.-]++)?="[^"]*+"')


class BadTree(ValueError):
    """Not well-formed, or with a document type of its own."""


def parse_xml(text: str) -> Tree:
    """Return the root of a well-formed document without a document type. Raises BadTree."""
    # The text is decoded already: a declaration that names another encoding would mislead lxml.
    text = DECLARATION.sub(_blank_lines, text, count=1)
    start = text[:1000].lstrip()
    if not start.startswith("<") or start[:9].upper() == "<!DOCTYPE":
        raise BadTree
    root = _parse(text, repair=False)
    # A document type may also come after a comment, where the look above misses it.
    if root is None or has_own_type(root):
        raise BadTree("a document type of its own")
    return root


def repair_xml(text: str) -> Tree | None:
    """Return the root of a document that may be broken; None if nothing of it is whole."""
    try:
        return _parse(DECLARATION.sub("", text, count=1).lstrip(), repair=True)
    except BadTree:
        return None


def _blank_lines(declaration: re.Match[str]) -> str:
    """Return what replaces a declaration, so that every line keeps its number."""
    return "\n" * declaration[0].count("\n")


def has_own_type(root: Tree) -> bool:
    """Whether a document declares its type itself, with entities of its own perhaps."""
    return root.getroottree().docinfo.internalDTD is not None


def _parse(text: str, *, repair: bool) -> Tree | None:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=repair,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadTree(str(error)) from None


def parse_page(text: str) -> Tree | None:
    """Return the root of an HTML page, repaired as far as it goes; None if no element is in it."""
    parser = html.HTMLParser(
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    # libxml2 ends a page at its first zero byte.
    text = DECLARATION.sub("", text.replace("\0", ""), count=1)
    if not text.strip():
        return None
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def local_name(element: Tree) -> str:
    """Return an element's name in lower case, without its namespace.

    For formats whose namespaces are written in many wrong ways, and whose names suffice.
    """
    return str(element.tag).rpartition("}")[2].lower()


def all_named(element: Tree, name: str) -> Iterator[Tree]:
    """Yield the children of an element that have this local name."""
    for child in element:
        if local_name(child) == name:
            yield child


def first_named(element: Tree, name: str) -> Tree | None:
    """Return the first child of an element that has this local name."""
    return next(all_named(element, name), None)


def inner_markup(element: Tree) -> str:
    """Return what an element holds, as markup without namespaces."""
    parts = [escape(element.text or "")]
    for child in element:
        markup = etree.tostring(child, encoding="unicode")
        parts.append(NAMESPACES.sub(r"\1", markup))
    return "".join(parts).strip()


def as_html(element: Tree) -> str:
    """Return an element as HTML, without the text behind it."""
    return etree.tostring(
        element,
        encoding="unicode",
        method="html",
        with_tail=False,
    )


def drop(element: Tree) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        _hand_on_tail(element, parent)
        parent.remove(element)


def _hand_on_tail(element: Tree, parent: Tree) -> None:
    """Give the text behind an element, which lxml keeps at the element, to what is before it."""
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail


def text_of(element: Tree) -> str:
    """Return the text of an element and all in it, white space folded.

    Pieces of different elements stay apart, so that the cells of a table do not run together.
    """
    return " ".join(text_pieces(element))


def text_start(element: Tree, most: int) -> str:
    """Return the first `most` characters of the text of an element, as `text_of` has it.

    It looks at `most` elements and no more. Elements are in each other, hundreds deep on a hostile
    page: the whole text of each would be the page's, hundreds of times.
    """
    pieces: list[str] = []
    chars = 0
    for piece in _folded(islice(_walk_texts(element), 2 * most)):
        pieces.append(piece)
        chars += len(piece) + 1
        if chars > most:
            break
    return " ".join(pieces)[:most]


def text_pieces(element: Tree) -> Iterator[str]:
    """Yield the pieces of text in an element, white space folded, without scripts and styles.

    Who stops early has not read the rest.
    """
    return _folded(_walk_texts(element))


def _folded(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if folded := " ".join(text.split()):
            yield folded


def _walk_texts(element: Tree) -> Iterator[str]:
    """Yield the text at each step of a walk through an element, "" where none is shown."""
    for event, each in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            yield "" if each.tag in HIDDEN else each.text or ""
        elif each is not element and each.tail:
            yield "" if each.getparent().tag in HIDDEN else each.tail
        else:
            yield ""
