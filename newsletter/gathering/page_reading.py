"""Looking: the pages of new articles are fetched, within limits and as robots.txt allows, for what their feeds do not say."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime

from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.fetching.failures import FetchFailed, LeftAlone, NoConnection
from newsletter.fetching.fetcher import Fetcher
from newsletter.fetching.hosts import host_of
from newsletter.fetching.limits import Limits
from newsletter.fetching.pauses import interleave_by_host
from newsletter.formats.pages.images import Picture, is_enough, read_picture
from newsletter.formats.pages.main_text import Page
from newsletter.gathering.extraction_pool import Extractor, open_extractor
from newsletter.gathering.page_details import PageAnswer, UnreadPage, add_page_details, unread_pages

AT_ONCE = 8
PageProgress = Callable[[int, int], None]  # so many pages of so many


async def read_new_pages(
    database: Database,
    fetcher: Fetcher,
    publication_id: int,
    limits: Limits,
    now: datetime,
    page_progress: PageProgress,
) -> int:
    """Look at the pages of new articles; returns how many were looked at. A page that fails leaves its article as it was."""
    waiting = await asyncio.to_thread(
        database.read, unread_pages, publication_id, now, limits.pages_each, limits.pages
    )
    if not waiting:
        return 0
    async with open_extractor() as extractor:
        looking = _Looking(database, fetcher, extractor, now, len(waiting), page_progress)
        left = interleave_by_host(waiting, lambda one: host_of(one.url))
        try:
            async with asyncio.timeout(limits.pages_s):
                await asyncio.gather(*(looking.one_after_another(left) for _ in range(AT_ONCE)))
        except TimeoutError:
            pass  # the rest is looked at the next time
    return looking.done


class _Looking:
    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        extractor: Extractor,
        now: datetime,
        total: int,
        page_progress: PageProgress,
    ) -> None:
        self._database, self._fetcher, self._extractor, self._now = (
            database,
            fetcher,
            extractor,
            now,
        )
        self._total, self._page_progress = total, page_progress
        self.done = 0

    async def one_after_another(self, left: Iterator[UnreadPage]) -> None:
        for one in left:
            try:
                looked = await self._look_at(one)
            except LeftAlone:
                continue  # not asked, so not looked at
            await asyncio.to_thread(self._database.write, add_page_details, looked, self._now)
            self.done += 1
            self._page_progress(self.done, self._total)

    async def _look_at(self, one: UnreadPage) -> PageAnswer:
        url, page = ("", None) if one.is_written else await self._page(one.url)
        for address in filter(None, dict.fromkeys((one.image_url, page.image_url if page else ""))):
            if shown := await self._picture(address):
                return PageAnswer(one, url, page, shown)
        return PageAnswer(one, url, page)

    async def _page(self, url: str) -> tuple[str, Page | None]:
        try:
            fetched = await self._fetcher.fetch_as_robot(url)
            return fetched.url, await self._extractor.extract(fetched.body, fetched.url)
        except LeftAlone:
            raise
        except NoConnection as error:
            self._fetcher.pauses.leave_alone(host_of(url), str(error))
        except NewsletterError:
            pass  # no article there for us: the feed's words are all there is
        return "", None

    async def _picture(self, url: str) -> Picture | None:
        try:
            return read_picture(url, await self._fetcher.fetch_start(url, is_enough))
        except FetchFailed:
            return None
