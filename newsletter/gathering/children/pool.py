"""Documents are read in processes of their own: none can hold up the service or bring it down.

Each process is a plain child (child.py) that reads documents from its input and writes answers to
its output. One that is too slow is killed, one that died is replaced. After some hundred documents
each is replaced, too, because it never gives memory back.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from newsletter.errors import Refused
from newsletter.formats.feeds import Feed
from newsletter.formats.found import Found
from newsletter.formats.pages.page import Page
from newsletter.formats.pages.site_links import SiteLinks
from newsletter.formats.sitemaps import ListedPages, Sitemap
from newsletter.formats.tools.found import ToolList
from newsletter.formats.tools.pages import ToolPage
from newsletter.gathering.children.messages import (
    FEED,
    LISTED_PAGES,
    LISTING,
    PAGE,
    SITE,
    SITEMAP,
    SIZE,
    TOOL_LIST,
    TOOL_PAGE,
    DocumentKind,
    GivenDocument,
    answered_value,
    pack_document,
)

T = TypeVar("T")
# A process grows by some documents that are large or tangled, and never shrinks.
DOCUMENTS_EACH = 500


class TooMuch(Refused):
    """What that address gives is too large or too tangled to be read.

    Give another address of the same site, or add an article by hand, with a title and a few words
    of your own.
    """


class Children:
    """A few processes that read documents, started when they are first needed.

    `timeout_s` is what one document may take once a process has it, `memory` how many bytes of
    address space a process may have. What each method raises, its format raises; and TooMuch.
    `charset` is the encoding that HTTP named for a document.
    """

    def __init__(
        self,
        processes: int = 2,
        *,
        timeout_s: float = 10.0,
        memory: int = 1_500_000_000,
    ) -> None:
        self._timeout_s = timeout_s
        # The limit of the child is a second longer than ours, so that ours is the one we see.
        self._arguments = [str(memory), str(int(timeout_s) + 1)]
        self._processes = processes
        # Last in, first out: a few documents then start one process, not all. None is a free place.
        self._idle: asyncio.LifoQueue[_Process | None] = asyncio.LifoQueue()
        for _ in range(processes):
            self._idle.put_nowait(None)

    async def read_feed(self, content: bytes, url: str, charset: str = "") -> Feed:
        """Return the feed that was fetched from `url`. Raises NotAFeed."""
        return await self._read(FEED, content, url, charset)

    async def read_sitemap(self, content: bytes, url: str, charset: str = "") -> Sitemap:
        """Return the sitemap that was fetched from `url`. Raises NotASitemap."""
        return await self._read(SITEMAP, content, url, charset)

    async def read_listing(self, content: bytes, url: str, charset: str = "") -> Sequence[Found]:
        """Return the articles that the page fetched from `url` lists."""
        return await self._read(LISTING, content, url, charset)

    async def read_site(self, content: bytes, url: str, charset: str = "") -> SiteLinks:
        """Return what the page that was fetched from `url` says of its site."""
        return await self._read(SITE, content, url, charset)

    async def extract_page(self, content: bytes, url: str, charset: str = "") -> Page:
        """Return the article of the page that was fetched from `url`. Raises NotAPage."""
        return await self._read(PAGE, content, url, charset)

    async def list_pages(self, content: bytes, url: str, charset: str = "") -> ListedPages:
        """Return all pages of the sitemap that was fetched from `url`. Raises NotASitemap."""
        return await self._read(LISTED_PAGES, content, url, charset)

    async def read_tool_list(self, content: bytes, url: str, charset: str = "") -> ToolList:
        """Return the tools of the list that was fetched from `url`. Raises NotAToolList."""
        return await self._read(TOOL_LIST, content, url, charset)

    async def read_tool_page(self, content: bytes, url: str, charset: str = "") -> ToolPage:
        """Return the tool of the page that was fetched from `url`.

        Raises NotAToolPage or AsksForLogin.
        """
        return await self._read(TOOL_PAGE, content, url, charset)

    async def _read(
        self,
        kind: DocumentKind[T],
        content: bytes,
        url: str,
        charset: str,
    ) -> T:
        answer = await self._ask(GivenDocument(kind.name, content, url, charset))
        try:
            return answered_value(kind, answer)
        except ValueError as error:
            raise TooMuch from error

    async def _ask(self, document: GivenDocument) -> bytes:
        """Return the answer of a process that is free. Raises TooMuch."""
        process = await self._idle.get()
        answer = None
        try:
            process = process or await _start(self._arguments)
            async with asyncio.timeout(self._timeout_s):
                answer = await process.ask(document)
        except (TimeoutError, OSError, EOFError) as error:
            raise TooMuch from error
        finally:
            self._give_back(process, is_sound=answer is not None)
        return answer

    def _give_back(self, process: "_Process | None", *, is_sound: bool) -> None:
        """Put a process back, or its free place if it cannot go on."""
        # Without an answer, also when we are cancelled, it may be in the middle of something.
        if process is not None and (not is_sound or process.is_spent):
            process.kill()
            process = None
        self._idle.put_nowait(process)

    async def close(self) -> None:
        """End the processes, each when the document that it has is done."""
        for _ in range(self._processes):
            process = await self._idle.get()
            if process is not None:
                process.kill()
                await process.child.wait()


@asynccontextmanager
async def open_children(processes: int = 2, *, timeout_s: float = 10.0) -> AsyncIterator[Children]:
    """Open a pool of children; closed at the end."""
    children = Children(processes, timeout_s=timeout_s)
    try:
        yield children
    finally:
        await children.close()


class _Process:
    """One child and how many documents it has had."""

    def __init__(
        self,
        child: asyncio.subprocess.Process,
        requests: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
    ) -> None:
        self.child = child
        self.documents = 0
        self._requests = requests
        self._answers = answers

    @property
    def is_spent(self) -> bool:
        """True after so many documents that it may have grown too large."""
        return self.documents >= DOCUMENTS_EACH

    async def ask(self, document: GivenDocument) -> bytes:
        """Send a document and wait for the answer."""
        self.documents += 1
        self._requests.write(pack_document(document))
        await self._requests.drain()
        (size,) = SIZE.unpack(await self._answers.readexactly(SIZE.size))
        return await self._answers.readexactly(size)

    def kill(self) -> None:
        """End it now."""
        if self.child.returncode is None:
            self.child.kill()
        self._requests.close()


async def _start(arguments: list[str]) -> _Process:
    """Start a child."""
    # A child of its own, not a fork: ours has threads, whose locks a fork would copy as they are.
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "newsletter.gathering.children.child",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    if child.stdin is None or child.stdout is None:
        raise OSError("a process without pipes")
    return _Process(child, child.stdin, child.stdout)
