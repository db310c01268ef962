"""A tick: look at what is due, and do it. The only home of APScheduler, which only ticks.

Each lane ticks in a thread of its own, so none waits for another:

    decide      what is at its deadline goes out, or is skipped or held
    gather      sources are read, open issues refreshed, the next issue proposed and worded; then
                tool sources are looked at
    keep up     texts are indexed, the list of readers is kept, the daily routine is carried out
    clicks      events get their verdict, and are added up
    webhooks    those that are due are called

A lane takes one publication after the other. A step that fails is logged and tried again by the
next tick; it stops nothing else, of this publication or of another.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from newsletter import logs
from newsletter.archive import search
from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import gather_due
from newsletter.host.guard import NO_GUARD, DatabaseDisagrees, SendersGuard
from newsletter.host.parts import begin_part
from newsletter.issues.approval import carried_articles
from newsletter.issues.wording.summarising import summarise
from newsletter.mail.dkim import SigningKey
from newsletter.publications.models import Publication
from newsletter.publications.reading import all_publications, read_publication
from newsletter.schedule import deadlines, notices
from newsletter.schedule.daily import Round, carry_out_daily
from newsletter.tokens import Signer
from newsletter.tool_sources.looking import look_at_due
from newsletter.tracking.settling import settle_events
from newsletter.urls import Urls
from newsletter.webhooks.calling import call_due
from subscribers.kept import keeping

log = logging.getLogger(__name__)
TICK_S = 10
BEGINS_IN_S = 30.0
Step = tuple[str, Callable[[Publication], None]]  # its name in a log, and its work


@dataclass(frozen=True, slots=True)
class Ticker:
    """What a tick needs.

    `summariser` is a command that words issues, or "" for none. `keys` sign letters.
    """

    database: Database
    clock: Clock
    urls: Urls
    signer: Signer
    limits: Limits
    summariser: str = ""
    keys: Sequence[SigningKey] = ()
    guard: SendersGuard = NO_GUARD

    def tick(self) -> None:
        """Do what is due, lane after lane, for a clock that is set; webhooks have their own."""
        for lane in (self.gather, self.decide, self.keep_up, self.settle_clicks):
            lane()

    def gather(self) -> None:
        """Read the sources that are due, refresh and propose issues, and word them."""
        self._for_each(
            ("gathering", self._gather),
            ("proposing", self._propose),
            ("wording", self._summarise),
            # Last: pages of tools take a minute, and no issue is to wait for them.
            ("looking at tool sources", self._look_at_tools),
        )

    def decide(self) -> None:
        """Send, skip or hold the issues that are at their deadline."""
        self._for_each(("deciding", self._decide))

    def keep_up(self) -> None:
        """Index new texts, keep the list of readers, and carry out the daily routine."""
        self._for_each(
            ("indexing", self._index),
            ("keeping the list of readers", self._keep_list),
            ("the daily routine", self._carry_out_daily),
        )

    def settle_clicks(self) -> None:
        """Give events their verdict, and add them up."""
        settling = partial(settle_events, self.database, self.clock.now())
        self._attempt_if_ours(settling, "settling clicks")

    def call_webhooks(self) -> None:
        """Call the webhooks that are due."""
        calling = partial(call_due, self.database, self.clock, self.limits, self.urls)
        self._attempt_if_ours(calling, "calling webhooks")

    @contextmanager
    def running(self) -> Iterator[Sequence[threading.Thread]]:
        """Tick every few seconds in threads until the block ends; gives those that time them."""
        scheduler = BlockingScheduler(timezone="UTC")
        for lane in self._lanes:
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
        begun = threading.Event()
        over = threading.Event()
        scheduler.add_listener(lambda _: begun.set(), EVENT_SCHEDULER_STARTED)
        part = begin_part("schedule", scheduler.start)
        begun.wait(BEGINS_IN_S)
        clock = begin_part("clock", lambda: _heed_clock(scheduler, over))
        try:
            yield part, clock
        finally:
            over.set()
            clock.join()
            scheduler.shutdown(wait=True)

    @property
    def _lanes(self) -> Sequence[Callable[[], None]]:
        return (self.decide, self.gather, self.keep_up, self.settle_clicks, self.call_webhooks)

    def _attempt_if_ours(self, step: Callable[[], object], name: str) -> None:
        """Take a step, unless the database is not the one that this host remembers."""
        _attempt(lambda: self._is_ours() and step(), name)

    def _is_ours(self) -> bool:
        """False if a person must adopt the database first. The guard has logged why."""
        try:
            self.guard.require()
        except DatabaseDisagrees:
            return False
        return True

    def _for_each(self, *steps: Step) -> None:
        """Take these steps for every publication."""
        self._attempt_if_ours(partial(self._take_turns, steps), "reading the publications")

    def _take_turns(self, steps: Sequence[Step]) -> None:
        for publication in self.database.read(all_publications):
            with logs.about(publication=publication.key):
                for name, step in steps:
                    _attempt(partial(self._take, step, publication.key), name)

    def _take(self, step: Callable[[Publication], None], publication_id: int) -> None:
        # Read for each step: an editor may have changed it while the one before gathered.
        step(self.database.read(read_publication, publication_id))

    def _gather(self, publication: Publication) -> None:
        """Gather, then refresh the open issue by it, and tell the editors which sources fail."""
        key = publication.key
        if not self.database.read(sources.due_sources, key, self.clock.now()):
            return
        gathered = gather_due(self.database, key, self.clock, self.limits, carried_articles)
        log.info("Gathered %d items, %d new articles", gathered.found, gathered.articles)
        self._refresh_issues(publication)
        self._write_troubles(publication)

    def _look_at_tools(self, publication: Publication) -> None:
        """Look at the tool sources that are due; what they show waits or comes in."""
        for report in look_at_due(self.database, publication.key, self.clock, self.limits):
            account = report.account
            log.info(
                "Tool source %d: %s; %d tools came in, %d wait, %d rows were refused",
                report.source_id,
                report.error or report.outcome,
                account.came_in,
                account.waiting,
                account.refused,
            )

    def _refresh_issues(self, publication: Publication) -> None:
        refreshed = self.database.write(
            deadlines.refresh_open_issues,
            publication.key,
            self.urls.of(publication),
            self.clock.now(),
        )
        for number in refreshed:
            log.info("Issue %d was refreshed", number)

    def _write_troubles(self, publication: Publication) -> None:
        troubles = self.database.write(
            notices.write_source_troubles,
            publication,
            self.urls.of(publication),
            self.clock.now(),
        )
        if troubles:
            log.info("The editors get a notice of %d sources in trouble", len(troubles))

    def _propose(self, publication: Publication) -> None:
        proposing = self.database.write(
            deadlines.propose_due,
            publication,
            self.urls.of(publication),
            self.clock.now(),
        )
        _log_each(proposing)

    def _decide(self, publication: Publication) -> None:
        """Decide about each issue in a transaction of its own: one that fails stops no other."""
        now = self.clock.now()
        for key in self.database.read(deadlines.issues_at_deadline, publication.key, now):
            with logs.about(issue=key):
                _attempt(partial(self._decide_issue, publication, key), "deciding about an issue")

    def _decide_issue(self, publication: Publication, issue_id: int) -> None:
        decided = self.database.write(
            deadlines.decide,
            publication,
            issue_id,
            self.urls.of(publication),
            self.clock.now(),
            self.keys,
        )
        _log_each(decided)

    def _index(self, publication: Publication) -> None:
        now = self.clock.now()
        if self.database.read(search.has_unindexed, publication.key, now):
            self.database.write(search.index_batch, publication.key, now)

    def _keep_list(self, publication: Publication) -> None:
        if not self.database.read(keeping.has_unkept, publication.key):
            return
        while self.database.write(keeping.keep_some, publication.key):
            pass

    def _summarise(self, publication: Publication) -> None:
        if not self.summariser:
            return
        for issue_id in self.database.read(deadlines.proposed_issue_ids, publication.key):
            outcome = summarise(self.database, issue_id, self.summariser)
            if outcome:
                log.info("Summariser: %s", outcome, extra={"issue": issue_id})

    def _carry_out_daily(self, publication: Publication) -> None:
        urls = self.urls.of(publication)
        daily = Round(self.database, publication, self.signer, self.clock.now(), urls)
        for sentence in carry_out_daily(daily):
            log.info("Daily routine: %s", sentence)


def _heed_clock(scheduler: BaseScheduler, over: threading.Event) -> None:
    """Tick on after the system's clock was set back: the next tick would be as far away as that."""
    while not over.wait(TICK_S):
        now = datetime.now(UTC)
        for job in scheduler.get_jobs():
            if job.next_run_time > now + timedelta(seconds=2 * TICK_S):
                job.modify(next_run_time=now)


def _attempt(work: Callable[[], object], name: str) -> None:
    """Do a piece of work; its failure is logged, and the next tick tries again."""
    try:
        work()
    except NewsletterError as error:
        log.warning("The tick ended early, in %s: %s", name, error)
    except Exception:
        log.exception("The tick failed, in %s; the next one tries again", name)


def _log_each(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        log.info("%s", sentence)
