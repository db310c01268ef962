"""The pages of new articles are read for what their feeds do not give.

They are fetched within limits and as robots.txt allows. A page that fails leaves its article as it
was.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.fetching.failures import FetchFailed, LeftAlone, NoConnection
from newsletter.fetching.hosts import host_of
from newsletter.fetching.limits import Limits
from newsletter.fetching.pauses import interleave_by_host
from newsletter.formats.pages.images import Picture, is_enough, read_picture
from newsletter.formats.pages.page import Page
from newsletter.gathering.children.outside import Outside
from newsletter.gathering.page_details import (
    PageAnswer,
    UnreadPage,
    add_page_details,
    unread_pages,
)

AT_ONCE = 8  # pages, each of another host
PageProgress = Callable[[int, int], None]  # hears how many pages are read, of how many


async def read_new_pages(
    database: Database,
    outside: Outside,
    publication_id: int,
    limits: Limits,
    now: datetime,
    page_progress: PageProgress,
) -> int:
    """Read the pages of new articles; return how many were read or found unreadable."""
    pages = await asyncio.to_thread(
        database.read,
        unread_pages,
        publication_id,
        now,
        limits.pages_each,
        limits.pages,
    )
    if not pages:
        return 0
    reader = _Reader(
        database,
        _PagesAndPictures(outside),
        now,
        len(pages),
        page_progress,
    )
    await reader.read_all(pages, limits.pages_s)
    return reader.done


@dataclass(slots=True)
class _Reader:
    """Reads page after page and keeps what each gave. Several tasks share one queue."""

    database: Database
    pages: "_PagesAndPictures"
    now: datetime
    total: int
    page_progress: PageProgress
    done: int = 0

    async def read_all(self, pages: Sequence[UnreadPage], seconds: float) -> None:
        """Read these pages, as many as can be read in so many seconds."""
        # A host is asked once a second. The others go on meanwhile.
        queue = interleave_by_host(pages, lambda page: host_of(page.url))
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(self.read_each(queue) for _ in range(AT_ONCE)))
        except TimeoutError:
            pass  # the rest is read by the next gathering

    async def read_each(self, queue: Iterator[UnreadPage]) -> None:
        """Take pages from the queue until none is left."""
        for unread in queue:
            try:
                answer = await self.pages.ask(unread)
            except LeftAlone:
                continue  # its host was not asked, so the page is still unread
            await self._keep(answer)

    async def _keep(self, answer: PageAnswer) -> None:
        # Each page by itself: after a timeout nothing that was read is lost.
        await asyncio.to_thread(
            self.database.write,
            add_page_details,
            answer,
            self.now,
        )
        self.done += 1
        self.page_progress(self.done, self.total)


class _PagesAndPictures:
    """Pages and pictures as the network gives them."""

    def __init__(self, outside: Outside) -> None:
        self._fetcher = outside.fetcher
        self._children = outside.children

    async def ask(self, unread: UnreadPage) -> PageAnswer:
        """Return the page and its picture. Raises LeftAlone if its host is not to be asked."""
        url, page = "", None
        if not unread.is_written:
            url, page = await self._page(unread.url)
        # The feed's picture goes first: an editor of that site chose it for this article.
        addresses = [unread.image_url]
        if page:
            addresses += [page.image_url, *page.more_images]
        return PageAnswer(
            unread,
            url,
            page,
            await self._first_picture(addresses),
        )

    async def _page(self, url: str) -> tuple[str, Page | None]:
        """Return the address that answered, and its page; "" and None if there is none for us."""
        try:
            fetched = await self._fetcher.fetch_as_robot(url)
            return fetched.url, await self._children.extract_page(
                fetched.body, fetched.url, fetched.charset
            )
        except LeftAlone:
            raise
        except NoConnection as error:
            # Its other pages would wait for the same timeout.
            self._fetcher.pauses.leave_alone(error.host, str(error))
        except NewsletterError:
            pass  # the feed's words are all there is
        return "", None

    async def _first_picture(self, addresses: list[str]) -> Picture | None:
        """Return the first picture that loads, is large enough, and is shown by mail programs."""
        for address in filter(None, dict.fromkeys(addresses)):
            if picture := await self._picture(address):
                return picture
        return None

    async def _picture(self, url: str) -> Picture | None:
        """Load the start of a picture; None if it is none."""
        try:
            return read_picture(url, await self._fetcher.fetch_start(url, is_enough))
        except FetchFailed:
            return None
