"""A tick: look at what is due, and do it. The only home of APScheduler, which only ticks."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from newsletter import logs
from newsletter.archive import search
from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import gather_due
from newsletter.host.guard import NO_GUARD, DatabaseDisagrees, SendersGuard
from newsletter.issues.wording.summarising import summarise
from newsletter.publications.models import Publication
from newsletter.publications.reading import all_publications
from newsletter.schedule import deadlines, notices
from newsletter.schedule.daily import Round, carry_out_daily
from newsletter.tokens import Signer
from newsletter.tracking.settling import settle_events
from newsletter.urls import Urls
from newsletter.webhooks.calling import call_due

log = logging.getLogger(__name__)
TICK_S = 10


@dataclass(frozen=True, slots=True)
class Ticker:
    """What a tick needs. `summariser` is a command that words issues, or "" for none."""

    database: Database
    clock: Clock
    urls: Urls
    signer: Signer
    limits: Limits
    summariser: str = ""
    guard: SendersGuard = NO_GUARD

    def tick(self) -> None:
        """Do what is due for every publication; a failure of one does not stop the others.

        A database that is not the one which this host remembers has nothing done to it.
        """
        if self._disagrees():
            return
        for publication in self.database.read(all_publications):
            with logs.about(publication=publication.key):
                self._tick_and_log(publication)
        settle_events(self.database, self.clock.now())

    def call_webhooks(self) -> None:
        """Call the webhooks that are due; a lane of its own, which waits for no gathering."""
        if self._disagrees():
            return
        call_due(self.database, self.clock, self.limits, self.urls)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Tick every few seconds in threads until the block ends."""
        scheduler = BackgroundScheduler(timezone="UTC")
        for lane in (self.tick, self.call_webhooks):
            scheduler.add_job(
                lane,
                "interval",
                seconds=TICK_S,
                # At once: the scheduler's own first look would be a whole interval away.
                next_run_time=datetime.now(UTC),
                # A tick that is late or overlaps is left out: the next one finds the same rows due.
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=True)

    def _disagrees(self) -> bool:
        """True if a person must adopt the database first. The guard has logged why."""
        try:
            self.guard.require()
        except DatabaseDisagrees:
            return True
        return False

    def _tick_and_log(self, publication: Publication) -> None:
        try:
            self._tick(publication)
        except NewsletterError as error:
            log.warning("The tick of this publication ended early: %s", error)
        except Exception:
            # A defect in one publication's rows must not keep the issues of the others.
            log.exception("The tick of this publication failed; the next one tries again")

    def _tick(self, publication: Publication) -> None:
        now = self.clock.now()
        if self.database.read(sources.due_sources, publication.key, now):
            self._gather(publication)
        self._meet_deadlines(publication)
        if self.database.read(search.has_unindexed, publication.key, now):
            self.database.write(search.index_batch, publication.key, now)
        self._summarise(publication)
        self._carry_out_daily(publication, now)

    def _gather(self, publication: Publication) -> None:
        """Gather, then refresh the open issue by it, and tell the editors which sources fail."""
        key = publication.key
        gathered = gather_due(self.database, key, self.clock, self.limits)
        log.info("Gathered %d items, %d new articles", gathered.found, gathered.articles)
        self._refresh_issues(key)
        self._write_troubles(publication)

    def _refresh_issues(self, publication_id: int) -> None:
        refreshed = self.database.write(
            deadlines.refresh_open_issues,
            publication_id,
            self.urls,
            self.clock.now(),
        )
        for number in refreshed:
            log.info("Issue %d was refreshed", number)

    def _write_troubles(self, publication: Publication) -> None:
        troubles = self.database.write(
            notices.write_source_troubles,
            publication,
            self.urls,
            self.clock.now(),
        )
        if troubles:
            log.info("The editors get a notice of %d sources in trouble", len(troubles))

    def _meet_deadlines(self, publication: Publication) -> None:
        """Propose what is due, and decide about what is at its deadline."""
        done = self.database.write(
            deadlines.carry_out,
            publication,
            self.urls,
            self.clock.now(),
        )
        for sentence in done:
            log.info("%s", sentence)

    def _summarise(self, publication: Publication) -> None:
        if not self.summariser:
            return
        for issue_id in self.database.read(deadlines.proposed_issue_ids, publication.key):
            outcome = summarise(self.database, issue_id, self.summariser)
            if outcome:
                log.info("Summariser: %s", outcome, extra={"issue": issue_id})

    def _carry_out_daily(self, publication: Publication, now: datetime) -> None:
        daily = Round(self.database, publication, self.signer, now)
        for sentence in carry_out_daily(daily):
            log.info("Daily routine: %s", sentence)
