"""What a tool source gives, by its kind: a list of tools, or the pages that a site lists."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from newsletter.errors import NewsletterError
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import Fetched
from newsletter.formats.found import Found
from newsletter.formats.sitemaps import ListedPages
from newsletter.formats.tools.found import FoundTool, NotAToolList, ToolList
from newsletter.gathering.children.outside import Outside
from newsletter.tool_sources.models import ToolSource
from newsletter.tool_sources.sources import FILE, file_path
from newsletter.tool_sources.watching import MOST_PAGES, chosen_pages

NO_TOOLS = ToolList()
NOT_MODIFIED = 304  # RFC 9110, 15.4.5
MOST_SITEMAPS = 5  # of an index, the newest first
LOOKED_AT = f"the first {MOST_PAGES} are looked at"
HINT = " A path, like /tools/, says which of them are of tools."
# What stands between the name of a tool and the words about it, in the titles of feeds.
SIGNS = (" – ", " — ", " | ", " - ")


@dataclass(frozen=True, slots=True)
class ToolDocument:
    """What a source gave: tools, or pages to look at. `digest` is "" if the same bytes may change.

    It is `whole` if it lists all tools of its source: a feed has the latest alone.
    """

    fetched: Fetched | None = None
    digest: str = ""
    listed: ToolList = NO_TOOLS
    pages: tuple[str, ...] | None = None
    is_unchanged: bool = False
    whole: bool = False
    note: str = ""

    @property
    def has_tools(self) -> bool:
        """True if there is anything to look at."""
        return bool(self.listed.tools or self.pages)


async def ask_source(
    outside: Outside,
    source: ToolSource,
    most_bytes: int,
) -> ToolDocument:
    """Fetch a source and read it unless it is unchanged. Raises FetchFailed or its format's error.

    A list that is a file of this machine is read like one from elsewhere.
    """
    if source.url.startswith(FILE):
        fetched = read_file(source.url, most_bytes)
    else:
        fetch = outside.fetcher.fetch_as_robot if source.kind == "pages" else outside.fetcher.fetch
        fetched = await fetch(source.url, source.etag, source.last_modified)
    digest = sha256(fetched.body).hexdigest()
    if fetched.status == NOT_MODIFIED or digest == source.body_hash:
        return ToolDocument(fetched, source.body_hash, is_unchanged=True)
    document = await read_document(outside, source.kind, fetched, source.below)
    return replace(document, digest=digest if document.digest else "")


async def read_document(
    outside: Outside,
    kind: str,
    fetched: Fetched,
    below: str = "",
) -> ToolDocument:
    """Read what was fetched as a source of that kind. Raises FetchFailed or its format's error."""
    if not fetched.body.strip():
        raise FetchFailed("its answer is empty")
    if kind == "feed":
        feed = await outside.children.read_feed(fetched.body, fetched.url, fetched.charset)
        listed = ToolList(tuple(tools_of_feed(feed.found)))
        return ToolDocument(fetched, "whole", listed)
    if kind == "pages":
        return await _read_site(outside, fetched, below)
    listed = await outside.children.read_tool_list(fetched.body, fetched.url, fetched.charset)
    # A row that could not be read may be of any tool.
    whole = not listed.note and not listed.refused
    return ToolDocument(fetched, "whole", listed, whole=whole, note=listed.note)


def read_file(url: str, most_bytes: int) -> Fetched:
    """Read a file of this machine as if it had been fetched. Raises FetchFailed."""
    path = file_path(url)
    try:
        # A device or a pipe would never end.
        if not path.is_file():
            raise FetchFailed(f"there is no file {path}")
        if path.stat().st_size > most_bytes:
            raise FetchFailed(f"the file is over {most_bytes:,} bytes")
        return Fetched(200, url, path.read_bytes())
    except OSError as error:
        raise FetchFailed(f"{path}: {error.strerror or error}") from error


def tools_of_feed(found: Sequence[Found]) -> list[FoundTool]:
    """Return the items of a feed as tools: a title may have words about the tool behind its name.

    The row of each is its place.
    """
    return [_tool_of_item(item, row) for row, item in enumerate(found, start=1)]


def _tool_of_item(item: Found, row: int) -> FoundTool:
    name, words = item.title, ""
    for sign in SIGNS:
        before, _, after = item.title.partition(sign)
        if after and len(before) < len(name):
            name, words = before, after
    return FoundTool(
        name.strip(),
        item.url,
        description=item.dek or words.strip(),
        tags=item.topics,
        image_url=item.image_url,
        row=row,
    )


async def _read_site(
    outside: Outside,
    fetched: Fetched,
    below: str,
) -> ToolDocument:
    """Read a sitemap, or the newest of an index, and choose the pages that are looked at."""
    listed = await outside.children.list_pages(fetched.body, fetched.url, fetched.charset)
    parts = [listed, *await _nested(outside, listed)]
    pages = [page for part in parts for page in part.pages]
    chosen = list(dict.fromkeys(chosen_pages(pages, fetched.url, below)))
    if not chosen:
        raise NotAToolList(
            f"That sitemap lists no page below {below}." if below else "That sitemap lists no page."
        )
    return ToolDocument(
        fetched,
        # An index may stay the same while a sitemap that it names changes.
        "" if listed.more else "whole",
        pages=tuple(chosen[:MOST_PAGES]),
        whole=True,
        note=_note(sum(part.listed for part in parts), len(chosen), below),
    )


async def _nested(outside: Outside, index: ListedPages) -> list[ListedPages]:
    """Read the sitemaps of an index; one that fails is left out, unless all do."""
    parts: list[ListedPages] = []
    errors: list[NewsletterError] = []
    for url in index.more[:MOST_SITEMAPS]:
        try:
            fetched = await outside.fetcher.fetch_as_robot(url)
            parts.append(
                await outside.children.list_pages(fetched.body, fetched.url, fetched.charset)
            )
        except NewsletterError as error:
            errors.append(error)
    if errors and not parts:
        raise errors[0]
    return parts


def _note(
    listed: int,
    chosen: int,
    below: str,
) -> str:
    if chosen <= MOST_PAGES:
        return ""
    hint = "" if below else HINT
    return f"The site lists {listed:,} pages, {chosen:,} that may be of tools; {LOOKED_AT}.{hint}"
