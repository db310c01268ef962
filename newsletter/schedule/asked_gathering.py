"""Gathering because an editor asks for it: in a thread, one at a time for a publication.

No request and no transaction waits for it. It ends as a turn of the schedule does: the open issue
is refreshed by what was found. How far it is stands in memory: a service that was started anew
knows of no gathering, and what was read until then is kept.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter import logs
from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.errors import NewsletterError, Refused
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import gather
from newsletter.gathering.source_answers import SourceReport
from newsletter.issues.approval import carried_articles
from newsletter.schedule.deadlines import refresh_open_issues
from newsletter.urls import Urls

log = logging.getLogger(__name__)
END_S = 5.0  # at the end of the service: a site that is slow to answer is not waited for
ELSEWHERE = "Another process reads the sources of this publication at this moment."
BROKE_OFF = "It broke off. Gather again; if it breaks off twice, the log of the service says why."


class NoSourceYet(Refused):
    """There is no source to read yet. Add one under “Sources” first."""


class _Ending(Exception):
    """The service ends, and the gathering with it."""


@dataclass(frozen=True, slots=True)
class AskedGathering:
    """How far a gathering is; `trouble` says in a sentence why it ended early, "" if it did not."""

    begun_at: datetime
    sources: int
    read: int = 0  # of the sources
    failed: int = 0  # of those that were read
    articles: int = 0  # new ones
    pages: int = 0
    all_pages: int = 0
    is_over: bool = False
    trouble: str = ""

    def after(self, report: SourceReport) -> "AskedGathering":
        """The same when a source was read."""
        failed = self.failed + bool(report.error)
        articles = self.articles + report.added
        return replace(self, read=self.read + 1, failed=failed, articles=articles)


class Gatherings:
    """The gatherings of one service that editors asked for: the latest of each publication."""

    def __init__(self, database: Database, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._changed = threading.Condition()  # guards what follows
        self._latest: dict[int, AskedGathering] = {}
        self._threads: dict[int, threading.Thread] = {}
        self._is_ending = False

    def latest(self, publication_id: int) -> AskedGathering | None:
        """The one that goes on, or the last that is over; None if nobody asked for one."""
        return self._latest.get(publication_id)

    def begin(self, publication_id: int, urls: Urls) -> None:
        """Begin to gather, unless that goes on already. Raises NoSourceYet."""
        chosen = self._database.read(sources.fetchable_sources, publication_id)
        if not chosen:
            raise NoSourceYet
        with self._changed:
            latest = self._latest.get(publication_id)
            if self._is_ending or (latest and not latest.is_over):
                return
            self._latest[publication_id] = AskedGathering(self._clock.now(), len(chosen))
            thread = threading.Thread(
                target=self._run,
                args=(publication_id, urls),
                name="gathering",
                daemon=True,
            )
            self._threads[publication_id] = thread
            thread.start()

    def wait_until_over(self, publication_id: int, at_most_s: float) -> bool:
        """Wait until it is over; False if that takes longer."""

        def is_over() -> bool:
            latest = self._latest.get(publication_id)
            return latest is None or latest.is_over

        with self._changed:
            return self._changed.wait_for(is_over, at_most_s)

    def close(self) -> None:
        """End the gatherings where they are; the schedule reads the rest when it is due."""
        with self._changed:
            self._is_ending = True
            threads = tuple(self._threads.values())
        for thread in threads:
            thread.join(END_S)

    def _run(self, publication_id: int, urls: Urls) -> None:
        trouble = BROKE_OFF
        try:
            with logs.about(publication=publication_id):
                trouble = self._gather_alone(publication_id, urls)
        except _Ending:
            log.info("Gathering ends with the service")
        except NewsletterError as error:
            trouble = str(error)
        except Exception:
            log.exception("Gathering failed, for which an editor asked")
        finally:
            self._change(
                publication_id,
                lambda latest: replace(latest, is_over=True, trouble=trouble),
            )

    def _gather_alone(self, publication_id: int, urls: Urls) -> str:
        """Gather unless another process does; return why not, or ""."""
        with self._database.alone(f"gathering-{publication_id}") as is_alone:
            if not is_alone:
                return ELSEWHERE
            self._gather(publication_id, urls)
            return ""

    def _gather(self, publication_id: int, urls: Urls) -> None:
        def hear(report: SourceReport) -> None:
            self._change(publication_id, lambda latest: latest.after(report))

        def hear_page(done: int, total: int) -> None:
            self._change(
                publication_id,
                lambda latest: replace(latest, pages=done, all_pages=total),
            )

        gather(
            self._database,
            publication_id,
            self._clock,
            self._limits,
            progress=hear,
            page_progress=hear_page,
            carried=carried_articles,
        )
        now = self._clock.now()
        self._database.write(refresh_open_issues, publication_id, urls, now)

    def _change(
        self,
        publication_id: int,
        become: Callable[[AskedGathering], AskedGathering],
    ) -> None:
        """Note how far it is. Raises _Ending in the midst of one when the service ends."""
        with self._changed:
            after = become(self._latest[publication_id])
            self._latest[publication_id] = after
            self._changed.notify_all()
            if self._is_ending and not after.is_over:
                raise _Ending
