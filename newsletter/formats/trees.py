"""Pure. XML documents and HTML pages as trees, whatever their bytes. The only home of lxml.

Nothing outside the bytes is ever opened, and no entity that a document declares is expanded (XXE, entity bombs).
"""

import re
from collections.abc import Iterator
from html import escape

from lxml import etree, html

from newsletter.formats.decoding import DECLARATION

Tree = etree._Element  # how lxml names what it gives


class BadTree(ValueError):
    """Not well-formed, or with a document type of its own."""


def parse_xml(text: str) -> Tree:
    """Return the root of a well-formed document without a document type. Raises BadTree."""
    text = DECLARATION.sub(_lines, text, count=1)
    if not (start := text[:1000].lstrip()).startswith("<") or start[:9].upper() == "<!DOCTYPE":
        raise BadTree
    root = _parsed(text, repair=False)
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise BadTree("a document type of its own")
    return root


def repair_xml(text: str) -> Tree | None:
    """Return the root of a document that may be broken or broken off, with what is whole of it; None if there is nothing."""
    try:
        return _parsed(DECLARATION.sub("", text, count=1).lstrip(), repair=True)
    except BadTree:
        return None


def _lines(declaration: re.Match[str]) -> str:
    """What stands for a declaration, so that every line keeps its number."""
    return "\n" * declaration[0].count("\n")


def _parsed(text: str, *, repair: bool) -> Tree | None:
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
    """Return the root of an HTML page, repaired as far as it goes; None if there is no element in it."""
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    text = DECLARATION.sub("", text.replace("\0", ""), count=1)
    try:
        return (
            html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
            if text.strip()
            else None
        )
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def inner_markup(element: Tree) -> str:
    """Return what an element holds, as markup without namespaces."""
    held = [escape(element.text or "")]
    for child in element:
        held.append(
            re.sub(
                r'(</?)[\w.-]+:|\sxmlns(:[\w.-]+)?="[^"]*"',
                r"\1",
                etree.tostring(child, encoding="unicode"),
            )
        )
    return "".join(held).strip()


def as_html(element: Tree) -> str:
    """Return an element as HTML."""
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def drop(element: Tree) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def text_of(element: Tree) -> str:
    """Return the text of an element and all that is in it, white space folded; pieces of different elements stay apart."""
    return " ".join(" ".join(text_pieces(element)).split())


def text_pieces(element: Tree) -> Iterator[str]:
    """The pieces of text in an element, white space folded, empty ones left out; no script or style."""
    found = element.xpath(".//text()[not(parent::script or parent::style or parent::template)]")
    for text in found if isinstance(found, list) else ():
        if folded := " ".join(str(text).split()):
            yield folded
