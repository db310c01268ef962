"""Pure. XML documents and HTML pages as trees, whatever their bytes. The only home of lxml.

Nothing outside the bytes is ever opened, and no entity that a document declares is expanded (XXE, entity bombs).
"""

import codecs
import re
from collections.abc import Iterator
from html import escape

from lxml import etree, html

Tree = etree._Element  # how lxml names what it gives
DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>\s*")
ENCODING = re.compile(
    rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
MARKS = (  # a byte order mark says the encoding before any declaration does
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"),
)  # fmt: skip
LAST_RESORT = "windows-1252"  # what most bytes are that are not UTF-8 (WHATWG Encoding)


class BadTree(ValueError):
    """Not well-formed, or with a document type of its own."""


def decode(content: bytes) -> str:
    """Return the text of a document: by its byte order mark, as UTF-8 wherever it can be, then as it declares itself. Never raises."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").removeprefix("\ufeff")
    declared = ENCODING.search(content[:2048])
    name = (declared[1] or declared[2]).decode() if declared else LAST_RESORT
    shifting = name.lower().startswith(
        ("iso-2022", "hz", "utf-7")
    )  # these are all ASCII, and UTF-8 only to the eye
    for encoding in (name, "utf-8") if shifting else ("utf-8", name, LAST_RESORT):
        try:
            return content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def xml(text: str) -> Tree:
    """Return the root of a well-formed document without a document type. Raises BadTree."""
    text = DECLARATION.sub(_lines, text, count=1)
    if not (start := text[:1000].lstrip()).startswith("<") or start[:9].upper() == "<!DOCTYPE":
        raise BadTree
    root = _parsed(text, repair=False)
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise BadTree("a document type of its own")
    return root


def repaired_xml(text: str) -> Tree | None:
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


def page(text: str) -> Tree | None:
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


def inner(element: Tree) -> str:
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


def markup(element: Tree) -> str:
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


def words(element: Tree) -> str:
    """Return the text of an element and all that is in it, white space folded; pieces of different elements stay apart."""
    return " ".join(" ".join(pieces(element)).split())


def pieces(element: Tree) -> Iterator[str]:
    """The pieces of text in an element, white space folded, empty ones left out; no script or style."""
    found = element.xpath(".//text()[not(parent::script or parent::style or parent::template)]")
    for text in found if isinstance(found, list) else ():
        if folded := " ".join(str(text).split()):
            yield folded
