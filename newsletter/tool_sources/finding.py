"""Finding of what kind a new tool source is: it is looked at once before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.errors import NewsletterError, NotFound, Refused
from newsletter.fetching.fetcher import Fetched
from newsletter.formats.tools.found import FoundTool, NotAToolList
from newsletter.gathering import discovery
from newsletter.gathering.children.outside import Outside
from newsletter.tool_sources.documents import ToolDocument, read_document, read_file
from newsletter.tool_sources.sources import FILE, KINDS

LATEST = 5  # shown before a source is saved


class NoToolSourceKind(Refused):
    """A tool source is read as a list, a feed or pages."""

    hint = "Leave --kind away to have it found."


class NoToolsThere(NotFound):
    """Neither a list of tools, nor a feed, nor a sitemap is there.

    Give the address of a CSV or JSON list, of a feed, or of the site's sitemap.
    """


@dataclass(frozen=True, slots=True)
class FoundToolSource:
    """A source that was looked at: its kind, some of its tools or pages, and how many there are."""

    url: str
    kind: str
    tools: Sequence[FoundTool] = ()
    pages: Sequence[str] = ()
    count: int = 0
    note: str = ""


async def find_tool_source(
    outside: Outside,
    url: str,
    kind: str = "",
    below: str = "",
    most_bytes: int = 5_000_000,
) -> FoundToolSource:
    """Look at an address and say what is there; a `kind` asks for that one.

    Raises FetchFailed if it does not answer, NoToolSourceKind, NotAToolList or NoToolsThere.
    """
    if kind not in ("", *KINDS):
        raise NoToolSourceKind
    if url.startswith(FILE):
        # Only a list is worth a file: a feed or a site changes elsewhere.
        return _found("list", await read_document(outside, "list", read_file(url, most_bytes)))
    # Not as a robot: an editor typed this address.
    fetched = await outside.fetcher.fetch(url)
    for guess in (kind,) if kind else ("feed", "list", "pages"):
        if document := await _try(outside, guess, fetched, below):
            return _found(guess, document)
    if kind in ("", "pages"):
        return await _find_sitemap(outside, url, below)
    raise NotAToolList if kind == "list" else NoToolsThere


async def _try(
    outside: Outside,
    kind: str,
    fetched: Fetched,
    below: str,
) -> ToolDocument | None:
    """Read what was fetched as that kind; None if it is none, or has nothing."""
    try:
        document = await read_document(outside, kind, fetched, below)
    except NewsletterError:
        return None
    return document if document.has_tools else None


async def _find_sitemap(
    outside: Outside,
    url: str,
    below: str,
) -> FoundToolSource:
    """Find the sitemap of the site whose page was given. Raises NoToolsThere."""
    try:
        site = await discovery.discover(outside, url, "sitemap")
    except NewsletterError:
        raise NoToolsThere from None
    document = await _try(outside, "pages", await outside.fetcher.fetch(site.url), below)
    if document is None:
        raise NoToolsThere
    return _found("pages", document)


def _found(kind: str, document: ToolDocument) -> FoundToolSource:
    tools, pages = document.listed.tools, document.pages or ()
    url = document.fetched.url if document.fetched else ""
    return FoundToolSource(
        url,
        kind,
        tools[:LATEST],
        pages[:LATEST],
        len(tools) or len(pages),
        document.note or document.listed.note,
    )
