"""Pages are extracted in processes of their own: none can hold up the service or bring it down.

Each process is a plain child that reads pages from its input and writes answers to its output, as
JSON with the length before it. One that is too slow is killed, one that died is replaced. After
some hundred pages each is replaced, too, because it never gives memory back.
"""

import asyncio
import json
import resource
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO

from newsletter.formats.pages.main_text import NotAPage, Page, extract_page

# Unsigned and big-endian: both ends are ours, and pages have a limit far below 4 GB.
SIZES = struct.Struct(">II")  # of the address and of the page
SIZE = struct.Struct(">I")
# A process grows by some pages that are large or tangled, and never shrinks.
PAGES_EACH = 500


class TooMuch(NotAPage):
    """That page is too large or too tangled to be read.

    Add its article by hand, with a title and a few words of your own.
    """


class Extractor:
    """A few processes that extract pages, started when they are first needed.

    `timeout_s` is what one page may take once a process has it, `memory` how many bytes of address
    space a process may have.
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
        # Last in, first out: a few pages then start one process, not all. None is a free place.
        self._idle: asyncio.LifoQueue[_Process | None] = asyncio.LifoQueue()
        for _ in range(processes):
            self._idle.put_nowait(None)

    async def extract(self, content: bytes, url: str) -> Page:
        """Return the article of the page that was fetched from `url`.

        Raises NotAPage, and of its kinds TooMuch when the page is too much for a process.
        """
        answer = await self._ask(content, url)
        if not answer:
            raise NotAPage
        return page_from_json(answer)

    async def _ask(self, content: bytes, url: str) -> bytes:
        """Return the answer of a process that is free. Raises TooMuch."""
        process = await self._idle.get()
        answer = None
        try:
            process = process or await _start(self._arguments)
            async with asyncio.timeout(self._timeout_s):
                answer = await process.ask(url, content)
        except (TimeoutError, OSError, EOFError, ValueError) as error:
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
        """End the processes, each when the page that it has is done."""
        for _ in range(self._processes):
            process = await self._idle.get()
            if process is not None:
                process.kill()
                await process.child.wait()


@asynccontextmanager
async def open_extractor(
    processes: int = 2, *, timeout_s: float = 10.0
) -> AsyncIterator[Extractor]:
    """Open an extractor; closed at the end."""
    extractor = Extractor(processes, timeout_s=timeout_s)
    try:
        yield extractor
    finally:
        await extractor.close()


class _Process:
    """One child and how many pages it has had."""

    def __init__(
        self,
        child: asyncio.subprocess.Process,
        requests: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
    ) -> None:
        self.child = child
        self.pages = 0
        self._requests = requests
        self._answers = answers

    @property
    def is_spent(self) -> bool:
        """True after so many pages that it may have grown too large."""
        return self.pages >= PAGES_EACH

    async def ask(self, url: str, content: bytes) -> bytes:
        """Send a page and wait for the answer: JSON, or nothing where there is no article."""
        self.pages += 1
        self._requests.write(_packed(url, content))
        await self._requests.drain()
        (size,) = SIZE.unpack(await self._answers.readexactly(SIZE.size))
        return await self._answers.readexactly(size)

    def kill(self) -> None:
        """End it now."""
        if self.child.returncode is None:
            self.child.kill()
        self._requests.close()


async def _start(arguments: list[str]) -> _Process:
    """Start a child that extracts pages."""
    # A child of its own, not a fork: ours has threads, whose locks a fork would copy as they are.
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "newsletter.gathering.extraction_pool",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    if child.stdin is None or child.stdout is None:
        raise OSError("a process without pipes")
    return _Process(child, child.stdin, child.stdout)


def _packed(url: str, content: bytes) -> bytes:
    """Return a page and its address as `_read_page` reads them."""
    address = url.encode("utf-8", "replace")
    return SIZES.pack(len(address), len(content)) + address + content


def page_to_json(page: Page) -> bytes:
    """Return a page as JSON."""
    at = page.published_at
    return json.dumps({**asdict(page), "published_at": at.isoformat() if at else None}).encode()


def page_from_json(answer: bytes) -> Page:
    """Return a page from its JSON."""
    fields = json.loads(answer)
    at = fields["published_at"]
    fields["published_at"] = datetime.fromisoformat(at) if at else None
    fields["topics"] = tuple(fields["topics"])
    return Page(**fields)


def serve_pages(
    pages: BinaryIO,
    answers: BinaryIO,
    memory: int,
    seconds: int,
) -> None:
    """Answer page after page until there are no more: the work of a child.

    It keeps within `memory` bytes, and within `seconds` of work for each page, even when its parent
    has died.
    """
    # Set by the child itself, before it reads the first page: more memory is a MemoryError there.
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    while len(sizes := pages.read(SIZES.size)) == SIZES.size:
        url, content = _read_page(pages, sizes)
        _limit_work(seconds)
        _write_answer(answers, _answer_to(content, url))


def _read_page(pages: BinaryIO, sizes: bytes) -> tuple[str, bytes]:
    """Read a page and its address, whose sizes came before them."""
    address_size, size = SIZES.unpack(sizes)
    url = pages.read(address_size).decode()
    return url, pages.read(size)


def _limit_work(seconds: int) -> None:
    """Allow so many seconds of work from now on: the system counts all since the process began."""
    # The soft limit only: what was lowered for good could not be raised for the next page.
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (_spent_s() + seconds, hard))


def _spent_s() -> int:
    """Return the seconds of work of this process, its own and those of the system for it."""
    return int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))


def _answer_to(content: bytes, url: str) -> bytes:
    """Extract one page; b"" where there is no article."""
    try:
        return page_to_json(extract_page(content, url))
    except NotAPage:
        return b""


def _write_answer(answers: BinaryIO, answer: bytes) -> None:
    """Write an answer with its size before it, at once: the parent waits for it."""
    answers.write(SIZE.pack(len(answer)) + answer)
    answers.flush()


if __name__ == "__main__":
    serve_pages(
        sys.stdin.buffer,
        sys.stdout.buffer,
        int(sys.argv[1]),
        int(sys.argv[2]),
    )
