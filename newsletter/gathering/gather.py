"""Gathering: fetch sources, read what changed, store it; the three overlap, and what is held between them is bounded."""

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
from newsletter.fetching.fetcher import Fetcher, open_fetcher
from newsletter.fetching.hosts import host_of
from newsletter.fetching.limits import Limits
from newsletter.fetching.pauses import interleave_by_host
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.page_reading import PageProgress, read_new_pages
from newsletter.gathering.source_answers import (
    SourceAnswer,
    SourceReport,
    failed_answer,
    store_answers,
)
from newsletter.gathering.source_formats import fetch_source, read_source

TOGETHER = 50  # sources whose rows go in one transaction

Progress = Callable[[SourceReport], None]


@dataclass(frozen=True, slots=True)
class GatheringReport:
    """What all gave together; `articles` are the new ones, `pages` those of articles that were looked at."""

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
    guard: Guard | None = None,
) -> GatheringReport:
    """Read every active source now, then look at the pages of new articles, as many as the limits say.

    A broken source is reported and delays nothing; one whose host rests is not asked. `progress` hears each source, `page_progress` each
    page. `guard` makes the connections: the one that the limits ask for, unless another is given.
    """
    chosen = database.read(sources.fetchable_sources, publication_id)
    return asyncio.run(
        _Gathering(database, publication_id, clock.now(), limits, progress, page_progress).run(
            chosen, guard
        )
    )


def gather_due(
    database: Database, publication_id: int, clock: Clock, limits: Limits
) -> GatheringReport:
    """Read those whose time has come, as the schedule does: a failing source is asked less and less often."""
    chosen = database.read(sources.due_sources, publication_id, clock.now())
    return asyncio.run(_Gathering(database, publication_id, clock.now(), limits).run(chosen))


class _Gathering:
    def __init__(
        self,
        database: Database,
        publication_id: int,
        now: datetime,
        limits: Limits,
        progress: Progress = lambda _: None,
        page_progress: PageProgress = lambda _done, _of: None,
    ) -> None:
        self._database, self._publication_id, self._now = database, publication_id, now
        self._limits, self._progress, self._page_progress = limits, progress, page_progress
        self._answers: asyncio.Queue[SourceAnswer | None] = asyncio.Queue(TOGETHER)

    async def run(self, chosen: Sequence[Source], guard: Guard | None = None) -> GatheringReport:
        async with open_fetcher(self._limits, guard) as fetcher:
            for host, until in self._database.read(sources.resting_hosts, self._now).items():
                fetcher.pauses.leave_alone(
                    host, f"{host} asked to be left alone until {until:%d %B, %H:%M} UTC"
                )
            _, reports = await asyncio.gather(
                self._read_all(fetcher, interleave_by_host(chosen, lambda one: host_of(one.url))),
                self._keep_all(),
            )
            pages = 0
            if self._limits.pages:
                pages = await read_new_pages(
                    self._database,
                    fetcher,
                    self._publication_id,
                    self._limits,
                    self._now,
                    self._page_progress,
                )
        return GatheringReport(
            sum(r.found for r in reports), sum(r.added for r in reports), tuple(reports), pages
        )

    async def _read_all(self, fetcher: Fetcher, left: Iterator[Source]) -> None:
        """Fetch and read, so many at a time; each takes the next source that is left."""

        async def one_after_another() -> None:
            for source in left:
                await self._answers.put(await self._answer(fetcher, source))

        await asyncio.gather(*(one_after_another() for _ in range(self._limits.at_once)))
        await self._answers.put(None)

    async def _keep_all(self) -> list[SourceReport]:
        """Write answers in groups, in a thread, while others are being fetched."""
        reports: list[SourceReport] = []
        while group := await self._next_group():
            kept = await asyncio.to_thread(self._database.write, store_answers, group, self._now)
            for report in kept:
                self._progress(report)
            reports += kept
        return reports

    async def _next_group(self) -> list[SourceAnswer]:
        """Wait for an answer and take those that are there with it; none when all have been given."""
        group: list[SourceAnswer] = []
        while not group or (len(group) < TOGETHER and not self._answers.empty()):
            answer = await self._answers.get()
            if answer is None:
                self._answers.put_nowait(None)  # for the next question
                break
            group.append(answer)
        return group

    async def _answer(self, fetcher: Fetcher, source: Source) -> SourceAnswer:
        key = source.key
        try:
            fetched = await fetch_source(
                fetcher, source.kind, source.url, source.etag, source.last_modified
            )
            digest = sha256(fetched.body).hexdigest()
            if fetched.status == 304 or digest == source.body_hash:
                return SourceAnswer(key, fetched, source.body_hash, is_unchanged=True)
            if not fetched.body.strip():
                raise FetchFailed("its answer is empty")
            said = await read_source(fetcher, source.kind, fetched)
        except LeftAlone as error:
            return SourceAnswer(key, error=str(error), is_waiting=True)
        except NewsletterError as error:
            return failed_answer(key, error)
        return SourceAnswer(
            key, fetched, digest if said.whole else "", said.title, said.home_url, said.found
        )
