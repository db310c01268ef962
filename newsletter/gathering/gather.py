"""Gathering: read every active source of a publication, a few at a time; each one's rows in a transaction of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx2
from sqlmodel import Session

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.gathering.articles import store
from newsletter.gathering.feeds import read_feed
from newsletter.gathering.fetching import Fetched, Limits, fetch, open_client
from newsletter.gathering.found import Found
from newsletter.gathering.models import Source
from newsletter.gathering.sources import every

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one source gave."""

    title: str
    url: str
    found: int = 0
    added: int = 0
    unchanged: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What all gave together; `articles` are the new ones."""

    found: int
    articles: int
    reports: tuple[SourceReport, ...]


def gather(
    database: Database,
    publication_id: int,
    clock: Clock,
    limits: Limits,
    *,
    progress: Callable[[SourceReport], None] = lambda _: None,
) -> Gathered:
    """Read every active source now. A broken source is reported and delays nothing."""
    active = [source for source in database.read(every, publication_id) if source.status == "active" and source.kind != "hand"]
    reports = asyncio.run(_gather(database, active, clock, limits, progress))
    return Gathered(sum(r.found for r in reports), sum(r.added for r in reports), tuple(reports))


async def _gather(
    database: Database, sources: list[Source], clock: Clock, limits: Limits, progress: Callable[[SourceReport], None]
) -> list[SourceReport]:
    turn = asyncio.Semaphore(AT_ONCE)
    async with open_client(limits) as client:

        async def one(source: Source) -> SourceReport:
            async with turn:
                report = await _read(database, client, source, clock, limits)
            progress(report)
            return report

        return list(await asyncio.gather(*(one(source) for source in sources)))


async def _read(database: Database, client: httpx2.AsyncClient, source: Source, clock: Clock, limits: Limits) -> SourceReport:
    key, now = source.id or 0, clock.now()
    try:
        fetched = await fetch(client, source.url, source.etag, source.last_modified, limits)
        title: str = ""
        found: tuple[Found, ...] = ()
        if fetched.status == 200:
            feed = await asyncio.to_thread(read_feed, fetched.body, fetched.url)
            title, found = feed.title, feed.found
    except NewsletterError as error:
        await asyncio.to_thread(database.write, _note_failure, key, str(error), now)
        return SourceReport(source.title, source.url, error=str(error))
    added = await asyncio.to_thread(database.write, _note_success, key, fetched, title, found, now)
    return SourceReport(source.title or title, source.url, len(found), added, unchanged=fetched.status == 304)


def _note_success(session: Session, source_id: int, fetched: Fetched, title: str, found: tuple[Found, ...], now: datetime) -> int:
    source = session.get_one(Source, source_id)
    source.fetched_at = source.succeeded_at = now
    source.failures, source.error = 0, ""
    if fetched.status == 200:
        source.etag, source.last_modified = fetched.etag, fetched.last_modified
        source.title = source.title or title
    return store(session, source_id, found, now)


def _note_failure(session: Session, source_id: int, error: str, now: datetime) -> None:
    source = session.get_one(Source, source_id)
    source.fetched_at = now
    source.failures += 1
    source.error = error[:500]
    session.flush()
