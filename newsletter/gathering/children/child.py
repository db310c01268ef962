"""A child: it reads document after document from its input, and writes what it read.

It keeps its own limits, so that it ends even when its parent has died.
"""

import resource
import sys
from collections.abc import Callable, Mapping
from typing import BinaryIO

from newsletter.errors import Refused
from newsletter.formats.decoding import with_charset
from newsletter.formats.feeds import read_feed
from newsletter.formats.listings import read_listing
from newsletter.formats.pages.page import Page
from newsletter.formats.pages.site_links import read_site
from newsletter.formats.sitemaps import list_pages, read_sitemap
from newsletter.formats.tools.lists import read_tool_list
from newsletter.formats.tools.pages import read_tool_page
from newsletter.gathering.children.messages import (
    KINDS,
    SIZE,
    SIZES,
    GivenDocument,
    refusal_answer,
    value_answer,
)


def _read_page(content: bytes, url: str) -> Page:
    # trafilatura takes half a second to load, and a child that reads feeds never needs it.
    from newsletter.formats.pages.main_text import extract_page

    return extract_page(content, url)


READERS: Mapping[str, Callable[[bytes, str], object]] = {
    "feed": read_feed,
    "sitemap": read_sitemap,
    "listing": read_listing,
    "page": _read_page,
    "site": read_site,
    "listed pages": list_pages,
    "tool list": read_tool_list,
    "tool page": read_tool_page,
}


def serve_documents(
    documents: BinaryIO,
    answers: BinaryIO,
    memory: int,
    seconds: int,
) -> None:
    """Answer document after document until there are no more.

    The child keeps within `memory` bytes, and within `seconds` of work for each document.
    """
    # Set by the child itself, before it reads the first one: more memory is a MemoryError there.
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    while len(sizes := documents.read(SIZES.size)) == SIZES.size:
        document = _next_document(documents, sizes)
        _limit_work(seconds)
        _write_answer(answers, _answer_to(document))


def _next_document(documents: BinaryIO, sizes: bytes) -> GivenDocument:
    """Read a document, whose sizes came before it."""
    kind_size, charset_size, address_size, size = SIZES.unpack(sizes)
    kind = documents.read(kind_size).decode()
    charset = documents.read(charset_size).decode()
    url = documents.read(address_size).decode()
    return GivenDocument(kind, documents.read(size), url, charset)


def _limit_work(seconds: int) -> None:
    """Allow so many seconds of work from now on: the system counts all since the process began."""
    # The soft limit only: what was lowered for good could not be raised for the next document.
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (_spent_s() + seconds, hard))


def _spent_s() -> int:
    """Return the seconds of work of this process, its own and those of the system for it."""
    return int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))


def _answer_to(document: GivenDocument) -> bytes:
    """Read one document; an error that a format raises is an answer, too."""
    content = with_charset(document.content, document.charset)
    try:
        value = READERS[document.kind](content, document.url)
    except Refused as error:
        return refusal_answer(error)
    return value_answer(KINDS[document.kind], value)


def _write_answer(answers: BinaryIO, answer: bytes) -> None:
    """Write an answer with its size before it, at once: the parent waits for it."""
    answers.write(SIZE.pack(len(answer)) + answer)
    answers.flush()


if __name__ == "__main__":
    serve_documents(
        sys.stdin.buffer,
        sys.stdout.buffer,
        int(sys.argv[1]),
        int(sys.argv[2]),
    )
