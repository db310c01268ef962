"""Gathering: fetch sources, read what changed, store it.

The three overlap, and what is held between them is bounded: a slow database slows the fetching.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.fetching.connecting import Guard
from newsletter.fetching.failures import FetchFailed, LeftAlone
from newsletter.fetching.fetcher import Fetched, Fetcher
from newsletter.fetching.hosts import host_of
from newsletter.fetching.limits import Limits
from newsletter.fetching.pauses import interleave_by_host
from newsletter.gathering import sources
from newsletter.gathering.children.outside import Outside, open_outside
from newsletter.gathering.items.corrections import Carried, carries_nothing
from newsletter.gathering.models import Source
from newsletter.gathering.page_reading import PageProgress, read_new_pages
from newsletter.gathering.source_answers import (
    SourceAnswer,
    SourceReport,
    failed_answer,
    store_answers,
)
from newsletter.gathering.source_formats import fetch_source, read_source

# More would hold a write lock of SQLite for too long, fewer would commit too often.
TOGETHER = 50  # sources whose rows go in one transaction
NOT_MODIFIED = 304  # RFC 9110, 15.4.5

Progress = Callable[[SourceReport], None]


@dataclass(frozen=True, slots=True)
class GatheringReport:
    """What all sources gave together.

    `articles` counts the new ones, `pages` those whose page was read.
    """

    found: int
    articles: int
    reports: tuple[SourceReport, ...]
    pages: int = 0


def gather(
    database: Database,
    publication_id: int,
    clock: Clock,
    limits: Limits,
    *,
    progress: Progress = lambda _: None,
    page_progress: PageProgress = lambda _done, _of: None,
    carried: Carried = carries_nothing,
    guard: Guard | None = None,
) -> GatheringReport:
    """Read every active source now, then the pages of new articles, as many as the limits say.

    A broken source is reported and delays nothing; one whose host rests is not asked. `progress`
    hears each source, `page_progress` each page. `carried` says which articles an approved issue
    carries, so that no correction reaches them. `guard` makes the connections: the one that the
    limits ask for, unless another is given.
    """
    chosen = database.read(sources.fetchable_sources, publication_id)
    gathering = _Gathering(
        database,
        publication_id,
        clock.now(),
        limits,
        carried,
        progress,
        page_progress,
    )
    return asyncio.run(gathering.run(chosen, guard))


def gather_due(
    database: Database,
    publication_id: int,
    clock: Clock,
    limits: Limits,
    carried: Carried = carries_nothing,
) -> GatheringReport:
    """Read those whose time has come, as the schedule does.

    A failing source is asked less and less often.
    """
    now = clock.now()
    chosen = database.read(sources.due_sources, publication_id, now)
    gathering = _Gathering(
        database,
        publication_id,
        now,
        limits,
        carried,
    )
    return asyncio.run(gathering.run(chosen))


class _Gathering:
    """One run. Tasks fetch and put answers in a queue; one task takes them out and stores them."""

    def __init__(
        self,
        database: Database,
        publication_id: int,
        now: datetime,
        limits: Limits,
        carried: Carried,
        progress: Progress = lambda _: None,
        page_progress: PageProgress = lambda _done, _of: None,
    ) -> None:
        self._database = database
        self._publication_id = publication_id
        self._now = now
        self._limits = limits
        self._carried = carried
        self._progress = progress
        self._page_progress = page_progress
        # None is put last. The bound holds the fetching back while the database is slow.
        self._answers: asyncio.Queue[SourceAnswer | None] = asyncio.Queue(TOGETHER)

    async def run(self, chosen: Sequence[Source], guard: Guard | None = None) -> GatheringReport:
        """Read these sources, then pages of new articles."""
        async with open_outside(self._limits, guard) as outside:
            self._leave_resting_hosts_alone(outside.fetcher)
            queue = interleave_by_host(chosen, lambda source: host_of(source.url))
            # Both at once: while one group is written, others are fetched.
            _, reports = await asyncio.gather(self._read_all(outside, queue), self._keep_all())
            # Last: which pages are worth reading is known when all sources were read.
            pages = await self._read_pages(outside)
        return _sum_up(reports, pages)

    def _leave_resting_hosts_alone(self, fetcher: Fetcher) -> None:
        """Ask nothing of hosts that asked for rest in an earlier gathering."""
        for host, until in self._database.read(sources.resting_hosts, self._now).items():
            reason = f"{host} asked to be left alone until {until:%d %B, %H:%M} UTC"
            fetcher.pauses.leave_alone(host, reason)

    async def _read_all(self, outside: Outside, queue: Iterator[Source]) -> None:
        """Fetch and read, so many at a time; each task takes the next source that is left."""

        async def read_each() -> None:
            for source in queue:
                await self._answers.put(await _ask(outside, source))

        await asyncio.gather(*(read_each() for _ in range(self._limits.at_once)))
        await self._answers.put(None)

    async def _keep_all(self) -> list[SourceReport]:
        """Write answers in groups, in a thread, while others are being fetched."""
        reports: list[SourceReport] = []
        while group := await self._next_group():
            reports += await self._keep(group)
        return reports

    async def _next_group(self) -> list[SourceAnswer]:
        """Wait for an answer and take those that are there with it; none when all were given."""
        group: list[SourceAnswer] = []
        while not group or (len(group) < TOGETHER and not self._answers.empty()):
            answer = await self._answers.get()
            if answer is None:
                self._answers.put_nowait(None)  # the next call must find the end, too
                break
            group.append(answer)
        return group

    async def _keep(self, group: Sequence[SourceAnswer]) -> Sequence[SourceReport]:
        """Write a group, then report each of its sources."""
        # In a thread: database code would hold up every request meanwhile.
        reports = await asyncio.to_thread(
            self._database.write,
            store_answers,
            group,
            self._now,
            self._carried,
        )
        for report in reports:
            self._progress(report)
        return reports

    async def _read_pages(self, outside: Outside) -> int:
        """Read the pages of new articles, if the limits allow any."""
        if not self._limits.pages:
            return 0
        return await read_new_pages(
            self._database,
            outside,
            self._publication_id,
            self._limits,
            self._now,
            self._page_progress,
        )


def _sum_up(reports: Sequence[SourceReport], pages: int) -> GatheringReport:
    """Add up the reports of all sources."""
    return GatheringReport(
        sum(report.found for report in reports),
        sum(report.added for report in reports),
        tuple(reports),
        pages,
    )


async def _ask(outside: Outside, source: Source) -> SourceAnswer:
    """Fetch one source and read it unless it is unchanged. Every failure is an answer, too."""
    try:
        fetched = await fetch_source(
            outside.fetcher,
            source.kind,
            source.url,
            source.etag,
            source.last_modified,
        )
        return await _read(outside, source, fetched)
    except LeftAlone as error:
        return SourceAnswer(source.key, error=str(error), is_waiting=True)
    except NewsletterError as error:
        return failed_answer(source.key, error)


async def _read(outside: Outside, source: Source, fetched: Fetched) -> SourceAnswer:
    """Read what was fetched. Raises FetchFailed if it is empty, or the error of its format."""
    digest = sha256(fetched.body).hexdigest()
    if _is_unchanged(source, fetched, digest):
        return SourceAnswer(
            source.key,
            fetched,
            source.body_hash,
            is_unchanged=True,
        )
    if not fetched.body.strip():
        raise FetchFailed("its answer is empty")
    contents = await read_source(outside, source.kind, fetched)
    return SourceAnswer(
        source.key,
        fetched,
        digest if contents.whole else "",
        contents.title,
        contents.home_url,
        contents.found,
    )


def _is_unchanged(source: Source, fetched: Fetched, digest: str) -> bool:
    """True if a source says what it said the last time."""
    # Many servers never answer 304: the same bytes say the same, too.
    return fetched.status == NOT_MODIFIED or digest == source.body_hash
