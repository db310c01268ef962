"""Looking at tool sources: as articles are gathered, with the same limits, robots and pauses."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.fetching.connecting import Guard
from newsletter.fetching.failures import FetchFailed, LeftAlone
from newsletter.fetching.fetcher import Fetched
from newsletter.fetching.hosts import host_of
from newsletter.fetching.limits import Limits
from newsletter.fetching.pauses import interleave_by_host
from newsletter.formats.pages.images import is_enough, read_picture
from newsletter.formats.tools.pages import AsksForLogin
from newsletter.gathering import sources as article_sources
from newsletter.gathering.children.outside import Outside, open_outside
from newsletter.tool_sources import looks, sources
from newsletter.tool_sources.documents import ToolDocument, ask_source
from newsletter.tool_sources.importing import ToolAccount
from newsletter.tool_sources.looks import TOO_MANY, LookReport, SeenPage
from newsletter.tool_sources.models import ToolSource
from newsletter.tool_sources.watching import (
    DuePage,
    PageSight,
    sight_of_failure,
    sight_of_redirect,
)

P = ParamSpec("P")
R = TypeVar("R")
AT_ONCE = 4  # sources
PAGES_AT_ONCE = 6  # each of another host
BROKEN = 500  # a status from here on is a fault of the server (RFC 9110, 15.6)
NO_PICTURE = "Its picture does not load, or is too large to be shown."
SAYS_LITTLE = (
    "The page does not say that it is of a product. "
    "If all pages of a path are of tools, give the source that path."
)

Progress = Callable[[LookReport], None]


def look(
    database: Database,
    publication_id: int,
    clock: Clock,
    limits: Limits,
    *,
    source_id: int | None = None,
    progress: Progress = lambda _: None,
    guard: Guard | None = None,
) -> Sequence[LookReport]:
    """Look at every tool source now, or at one; a broken one is reported and delays nothing."""
    if source_id is None:
        chosen = database.read(sources.all_sources, publication_id)
    else:
        chosen = [database.read(sources.read_source, publication_id, source_id)]
    looking = _Looking(database, clock.now(), limits, progress)
    return asyncio.run(looking.run(chosen, guard))


def look_at_due(
    database: Database,
    publication_id: int,
    clock: Clock,
    limits: Limits,
) -> Sequence[LookReport]:
    """Look at those whose time has come, as the schedule does."""
    now = clock.now()
    chosen = database.read(sources.due_sources, publication_id, now)
    if not chosen:
        return ()
    return asyncio.run(_Looking(database, now, limits).run(chosen))


@dataclass(frozen=True, slots=True)
class _Looking:
    """One run over some sources, a few at a time."""

    database: Database
    now: datetime
    limits: Limits
    progress: Progress = lambda _: None

    async def run(
        self,
        chosen: Sequence[ToolSource],
        guard: Guard | None = None,
    ) -> Sequence[LookReport]:
        reports: list[LookReport] = []
        async with open_outside(self.limits, guard) as outside:
            self._leave_resting_hosts_alone(outside)
            queue = interleave_by_host(chosen, lambda source: host_of(source.url))

            async def look_at_each() -> None:
                for source in queue:
                    report = await self._look_at(outside, source)
                    reports.append(report)
                    self.progress(report)

            await asyncio.gather(*(look_at_each() for _ in range(AT_ONCE)))
        return reports

    def _leave_resting_hosts_alone(self, outside: Outside) -> None:
        """Ask nothing of hosts that asked for rest, whoever asked them."""
        for resting in (article_sources.resting_hosts, sources.resting_hosts):
            for host, until in self.database.read(resting, self.now).items():
                reason = f"{host} asked to be left alone until {until:%d %B, %H:%M} UTC"
                outside.fetcher.pauses.leave_alone(host, reason)

    async def _look_at(
        self,
        outside: Outside,
        source: ToolSource,
    ) -> LookReport:
        """Look at one source and store what it gave. Every failure is a report, too."""
        report = LookReport(source.key, source.title, source.url)
        try:
            document = await self._ask(outside, source)
            account, seen = await self._store(outside, source, document)
        except LeftAlone as error:
            await self._write(looks.note_wait, source.key, self.now)
            return replace(report, outcome="waiting", error=str(error))
        except NewsletterError as error:
            await self._write(looks.note_failure, source.key, error, self.now)
            return replace(report, outcome="failed", error=str(error))
        outcome: looks.LookOutcome = "unchanged" if document.is_unchanged else "read"
        return replace(report, outcome=outcome, account=account, pages=len(seen))

    async def _ask(
        self,
        outside: Outside,
        source: ToolSource,
    ) -> ToolDocument:
        # Imported lists have nothing to fetch; the links of their tools are looked at all the same.
        if source.kind == "import":
            return ToolDocument(is_unchanged=True)
        return await ask_source(outside, source, self.limits.max_bytes)

    async def _store(
        self,
        outside: Outside,
        source: ToolSource,
        document: ToolDocument,
    ) -> tuple[ToolAccount, Sequence[SeenPage]]:
        allow_private = self.limits.allow_private
        account, pages = await asyncio.to_thread(
            looks.store_document,
            self.database,
            source,
            document,
            self.now,
            allow_private=allow_private,
        )
        seen = await self._look_at_pages(outside, source, pages)
        if seen:
            of_pages = await self._write(
                looks.store_pages,
                source.key,
                seen,
                self.now,
                allow_private,
            )
            account = of_pages if source.kind == "pages" else account
        account = replace(account, note=document.note)
        await self._write(looks.note_success, source, document, account, self.now)
        return account, seen

    async def _look_at_pages(
        self,
        outside: Outside,
        source: ToolSource,
        pages: Sequence[DuePage],
    ) -> list[SeenPage]:
        """Look at pages, as many as can be read in the time that the limits give."""
        seen: list[SeenPage] = []
        queue = interleave_by_host(pages, lambda page: host_of(page.url))

        async def look_at_each(waiting: Iterator[DuePage]) -> None:
            for page in waiting:
                if sight := await _look_at_page(outside, source, page):
                    seen.append(sight)

        try:
            async with asyncio.timeout(self.limits.pages_s):
                await asyncio.gather(*(look_at_each(queue) for _ in range(PAGES_AT_ONCE)))
        except TimeoutError:
            pass  # the rest is looked at the next time
        return seen

    async def _write(
        self,
        do: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        # In a thread: database code would hold up all other looks meanwhile.
        return await asyncio.to_thread(lambda: self.database.write(do, *args, **kwargs))


async def _look_at_page(
    outside: Outside,
    source: ToolSource,
    page: DuePage,
) -> SeenPage | None:
    """Look at one page; None if its host was not asked, so that it is still due."""
    try:
        fetched = await outside.fetcher.fetch_as_robot(page.url)
    except LeftAlone:
        return None
    except NewsletterError as error:
        return SeenPage(page, sight_of_failure(error, page.failures))
    sight = sight_of_redirect(page.url, fetched.url)
    if sight.error:
        return SeenPage(page, sight)
    if source.kind != "pages":
        if page.image_url:
            sight = await _look_at_picture(outside, page.image_url)
        return SeenPage(page, sight)
    return await _read_page(outside, source, page, fetched)


async def _read_page(
    outside: Outside,
    source: ToolSource,
    page: DuePage,
    fetched: Fetched,
) -> SeenPage:
    try:
        # By the address that the site lists: that is by which the tool is known.
        described = await outside.children.read_tool_page(
            fetched.body,
            page.url,
            fetched.charset,
        )
    except AsksForLogin as error:
        return SeenPage(page, PageSight(str(error), trouble="Its page asks for a login now."))
    except NewsletterError as error:
        return SeenPage(page, PageSight(str(error)))
    # OpenGraph is on every page of a site: it says "tool" only where an editor said which are.
    if not described.is_declared and not source.below:
        return SeenPage(page, PageSight(SAYS_LITTLE))
    tool = described.tool
    if tool.image_url and not await loads(outside, tool.image_url):
        tool = replace(tool, image_url="")  # a hole in a letter is worse than no picture
    return SeenPage(page, PageSight(), tool)


async def _look_at_picture(outside: Outside, url: str) -> PageSight:
    """Look at the picture of a tool that readers see."""
    try:
        start = await outside.fetcher.fetch_start(url, is_enough)
    except FetchFailed as error:
        # As with links: a host that rests, or is broken for now, says nothing of its picture.
        code = error.code or 0
        is_resting = isinstance(error, LeftAlone) or code == TOO_MANY or code >= BROKEN
        return PageSight(str(error)) if is_resting else PageSight(NO_PICTURE, trouble=NO_PICTURE)
    shown = read_picture(url, start)
    return PageSight() if shown else PageSight(NO_PICTURE, trouble=NO_PICTURE)


async def loads(outside: Outside, url: str) -> bool:
    """True if a picture can be shown: it loads, and is neither tiny, nor huge, nor too long."""
    try:
        start = await outside.fetcher.fetch_start(url, is_enough)
    except FetchFailed:
        return False
    return read_picture(url, start) is not None
