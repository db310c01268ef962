"""A tick: look at what is due, and do it. The only home of APScheduler, which does nothing but tick."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session, col, func, select

from newsletter.archive import search
from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.planning import plan
from newsletter.desk import editors
from newsletter.editions.checks import check
from newsletter.editions.printing import preview, print_edition
from newsletter.errors import NewsletterError
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import gather_due
from newsletter.gathering.models import Source
from newsletter.issues import approval, composing
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.issues.refreshing import refresh
from newsletter.issues.status import ISSUE
from newsletter.issues.summarising import summarise
from newsletter.letters.writing import write_notice
from newsletter.publications.models import Publication
from newsletter.publications.reading import every
from newsletter.schedule.cadence import next_due, parse, previous_due
from newsletter.schedule.daily import Round, carry_out_daily
from newsletter.schedule.monthly import propose_best_of
from newsletter.schedule.routine import Standing, propose_is_due, step
from newsletter.tokens import Signer
from newsletter.tracking.interest import clicks_by_source
from newsletter.tracking.settling import settle
from newsletter.urls import Urls
from newsletter.webhooks.calling import call_due

TICK_S = 10
STANDING_RULE = "the standing rule"


@dataclass(frozen=True, slots=True)
class Ticker:
    """What a tick needs. `said` hears each thing done, in one sentence."""

    database: Database
    clock: Clock
    urls: Urls
    signer: Signer
    limits: Limits
    said: Callable[[str], None] = lambda _: None
    summariser: str = ""

    def tick(self) -> None:
        """Do what is due for every publication; what goes wrong with one does not stop the others."""
        for publication in self.database.read(every):
            try:
                self._tick(publication)
            except NewsletterError as error:
                self.said(f"{publication.name}: {error}")
        settle(self.database, self.clock.now())

    def _tick(self, publication: Publication) -> None:
        now = self.clock.now()
        key = publication.key
        if self.database.read(sources.due, key, now):
            gathered = gather_due(self.database, key, self.clock, self.limits)
            self.said(
                f"{publication.name}: gathered {gathered.found} items, {gathered.articles} new"
            )
            for number in self.database.write(refresh_open, key, self.urls, self.clock.now()):
                self.said(f"{publication.name}: issue {number} was refreshed")
            for sentence in self.database.write(tell_troubles, publication, self.urls, now):
                self.said(f"{publication.name}: {sentence}")
        for sentence in self.database.write(carry_out, publication, self.urls, self.clock.now()):
            self.said(f"{publication.name}: {sentence}")
        if self.database.read(search.has_unindexed, key, now):
            self.database.write(search.index_batch, key, now)
        for issue_id in self.database.read(proposed, key) if self.summariser else ():
            if what := summarise(self.database, issue_id, self.summariser):
                self.said(f"{publication.name}: {what}")
        for sentence in carry_out_daily(Round(self.database, publication, self.signer, now)):
            self.said(f"{publication.name}: {sentence}")

    def call_webhooks(self) -> None:
        """Tell other programs what changed; a lane of its own, which waits for no gathering."""
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
                next_run_time=datetime.now().astimezone(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=True)


def proposed(session: Session, publication_id: int) -> list[int]:
    """Return the ids of the issues that are proposed, oldest first."""
    query = select(Issue.id).where(
        col(Issue.publication_id) == publication_id, col(Issue.status) == "proposed"
    )
    return [key for key in session.exec(query.order_by(col(Issue.id))).all() if key]


def refresh_open(session: Session, publication_id: int, urls: Urls, now: datetime) -> list[int]:
    """Look again for the proposed issues whose deadline is ahead; returns the numbers of those that changed."""
    query = select(Issue).where(
        col(Issue.publication_id) == publication_id,
        col(Issue.status) == "proposed",
        col(Issue.due_at) > now,
    )
    open_ones, clicks = (
        session.exec(query.order_by(col(Issue.id))).all(),
        clicks_by_source(session, publication_id, urls, now),
    )
    return [issue.number for issue in open_ones if refresh(session, issue.key, now, clicks=clicks)]


def carry_out(session: Session, publication: Publication, urls: Urls, now: datetime) -> list[str]:
    """Propose if that is due, and bring open issues past their deadline on their way; returns what was done.

    Two schedulers take turns: each holds the publication's row, and the second finds done what the first did.
    """
    said = []
    session.get_one(Publication, publication.id, with_for_update=True)
    cadence = parse(publication.cadence)
    upcoming = next_due(cadence, now)
    missed = previous_due(cadence, now)
    for due_at in (missed, upcoming):
        if _wanted(session, publication, due_at, now):
            clicks = clicks_by_source(session, publication.key, urls, now)
            issue = propose(
                session,
                publication.key,
                period=due_at.isoformat(),
                due_at=due_at,
                now=now,
                clicks=clicks,
            )
            said.append(f"issue {issue.number} {issue.status}, due {due_at.isoformat()}")
            _tell_editors(
                session,
                publication,
                f"Issue {issue.number} is {issue.status}",
                issue.note or issue.subject,
                urls,
                now,
            )
    if best := propose_best_of(session, publication, urls, now):
        said.append(
            f"issue {best.number} {best.status}, the best of the month, due {best.due_at.isoformat()}"
        )
        _tell_editors(
            session, publication, f"Issue {best.number} is {best.status}", best.subject, urls, now
        )
    open_ones = select(Issue).where(
        col(Issue.publication_id) == publication.id,
        col(Issue.status).in_(("proposed", "approved")),
        col(Issue.due_at) <= now,
    )
    for issue in session.exec(open_ones.order_by(col(Issue.id)).with_for_update()).all():
        said.extend(_at_deadline(session, publication, issue, urls, now))
    return said


def tell_troubles(
    session: Session, publication: Publication, urls: Urls, now: datetime
) -> list[str]:
    """Tell the editors of sources that fail, fell silent or were retired by their host, each trouble once; returns what was told."""
    sentences = [
        f"{one.title or one.url}: {standing.sentence}"
        for one, standing in sources.new_troubles(session, publication.key, now)
    ]
    if sentences:
        head = "A source needs you" if len(sentences) == 1 else f"{len(sentences)} sources need you"
        _tell_editors(session, publication, head, " ".join(sentences), urls, now)
    return sentences


def _wanted(session: Session, publication: Publication, due_at: datetime, now: datetime) -> bool:
    """True if the issue of that deadline should exist and does not. A deadline already past counts only if it was
    missed by less than the set time and the publication had begun before it."""
    period = select(Issue.id).where(
        col(Issue.publication_id) == publication.id, col(Issue.period) == due_at.isoformat()
    )
    if session.exec(period).first() is not None or not propose_is_due(
        due_at, publication.propose_hours, now
    ):
        return False
    if due_at > now:
        return True
    began = session.exec(
        select(func.min(Source.succeeded_at)).where(col(Source.publication_id) == publication.id)
    ).one()
    return (
        began is not None
        and _began_before(session, publication, due_at)
        and now - due_at <= timedelta(hours=publication.late_hours)
    )


def _began_before(session: Session, publication: Publication, due_at: datetime) -> bool:
    earlier = (
        select(Issue.id)
        .where(col(Issue.publication_id) == publication.id, col(Issue.due_at) < due_at)
        .limit(1)
    )
    return session.exec(earlier).first() is not None


def _at_deadline(
    session: Session, publication: Publication, issue: Issue, urls: Urls, now: datetime
) -> list[str]:
    key = issue.key
    what = step(Standing(issue.status, issue.due_at, publication.rule, publication.late_hours), now)
    if what == "send" and issue.status == "proposed":
        what = "send" if _approve_by_rule(session, issue, urls, now) else "hold"
    if what == "send":
        plan(session, key, now)
        return [f"issue {issue.number} goes out"]
    if what == "skip":
        issue.status = ISSUE.to(issue.status, "skipped")
        issue.note = "Nobody approved it by the deadline, so it was skipped, as the rule says."
    elif what in ("hold", "hold late"):
        reason = (
            "The deadline was missed by too much."
            if what == "hold late"
            else issue.note or "Nobody approved it by the deadline."
        )
        composing.hold(session, key, f"{reason} It waits for an editor.")
    else:
        return []
    _tell_editors(
        session, publication, f"Issue {issue.number} is {issue.status}", issue.note, urls, now
    )
    return [f"issue {issue.number} {issue.status}: {issue.note}"]


def _approve_by_rule(session: Session, issue: Issue, urls: Urls, now: datetime) -> bool:
    """Print and approve by the standing rule; a check that blocks keeps the issue back."""
    content, printed = preview(session, issue.key, urls)
    blocking = [found.message for found in check(content, printed) if found.level == "block"]
    if blocking:
        issue.note = "A check blocks it: " + " ".join(blocking)
        return False
    edition = print_edition(session, issue.key, urls, now)
    approval.approve(session, issue.key, edition.checksum, by=STANDING_RULE, now=now)
    return True


def _tell_editors(
    session: Session, publication: Publication, head: str, text: str, urls: Urls, now: datetime
) -> None:
    for editor in editors.read_all(session):
        write_notice(session, publication.key, editor.address, head, text, urls.desk(), now)
