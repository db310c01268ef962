"""Pure. What parent and child say to each other: a document, and what was read from it.

Values travel as JSON, and are checked when they arrive: a child read what strangers wrote, so
nothing that it says is unpickled.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from newsletter.errors import Refused
from newsletter.formats.feeds import Feed, NotAFeed
from newsletter.formats.found import Found
from newsletter.formats.pages.page import NotAPage, Page
from newsletter.formats.pages.site_links import SiteLinks
from newsletter.formats.sitemaps import ListedPages, NotASitemap, Sitemap
from newsletter.formats.tools.found import NotAToolList, ToolList
from newsletter.formats.tools.pages import AsksForLogin, NotAToolPage, ToolPage

T = TypeVar("T")
# Unsigned and big-endian: both ends are ours, and documents have a limit far below 4 GB.
# of the names of kind and encoding, of the address and of the document
SIZES = struct.Struct(">IIII")
SIZE = struct.Struct(">I")
VALUE, REFUSAL = b"+", b"-"  # how an answer begins
REFUSALS: tuple[type[Refused], ...] = (
    *(NotAFeed, NotASitemap, NotAPage),
    *(NotAToolList, NotAToolPage, AsksForLogin),
)
BY_NAME = {error.__name__.encode(): error for error in REFUSALS}


@dataclass(frozen=True, slots=True)
class DocumentKind(Generic[T]):
    """One kind of document, and how what is read from it travels."""

    name: str
    adapter: TypeAdapter[T]


FEED = DocumentKind("feed", TypeAdapter(Feed))
SITEMAP = DocumentKind("sitemap", TypeAdapter(Sitemap))
LISTING = DocumentKind("listing", TypeAdapter(list[Found]))
PAGE = DocumentKind("page", TypeAdapter(Page))
SITE = DocumentKind("site", TypeAdapter(SiteLinks))
LISTED_PAGES = DocumentKind("listed pages", TypeAdapter(ListedPages))
TOOL_LIST = DocumentKind("tool list", TypeAdapter(ToolList))
TOOL_PAGE = DocumentKind("tool page", TypeAdapter(ToolPage))
KINDS: Mapping[str, DocumentKind[Any]] = {
    kind.name: kind
    for kind in (FEED, SITEMAP, LISTING, PAGE, SITE, LISTED_PAGES, TOOL_LIST, TOOL_PAGE)
}


@dataclass(frozen=True, slots=True)
class GivenDocument:
    """What a child is to read, by the name of its kind; it was fetched from `url`.

    `charset` is the encoding that HTTP named, "" if it named none.
    """

    kind: str
    content: bytes
    url: str
    charset: str = ""


def pack_document(document: GivenDocument) -> bytes:
    """Return a document with its sizes before it, as a child reads it."""
    kind = document.kind.encode()
    charset = document.charset.encode("utf-8", "replace")
    address = document.url.encode("utf-8", "replace")
    sizes = SIZES.pack(len(kind), len(charset), len(address), len(document.content))
    return sizes + kind + charset + address + document.content


def value_answer(kind: DocumentKind[T], value: T) -> bytes:
    """Return what was read, as a child answers it."""
    return VALUE + kind.adapter.dump_json(value)


def refusal_answer(error: Refused) -> bytes:
    """Return the answer of a child that was given no document of the kind."""
    return REFUSAL + type(error).__name__.encode()


def answered_value(kind: DocumentKind[T], answer: bytes) -> T:
    """Return what a child read. Raises the error that the format raised, or ValueError."""
    mark, text = answer[:1], answer[1:]
    if mark == REFUSAL and text in BY_NAME:
        raise BY_NAME[text]
    return kind.adapter.validate_json(text)
