"""A week of a small publication, by the doors that pages, schedule and senders use.

It runs at high speed with a clock that is set, in a process that bench.restore strikes. Each act
has its time; a service that was put back goes on with the acts that are still to come.
"""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select, update

from newsletter.clock import SetClock
from newsletter.delivery import control
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import has_work, plan
from newsletter.delivery.reading import has_claims, sending_deliveries
from newsletter.delivery.settling import finish_if_done
from newsletter.editions.printing import print_edition
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval, composing, proposing
from newsletter.issues.models import Issue
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import write_confirm
from newsletter.migrations.running import upgrade
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.publications.reading import first_publication
from newsletter.runtime import Runtime, open_runtime
from newsletter.senders import sending
from newsletter.settings import Settings
from subscribers.joining import signup
from subscribers.models import Subscription

MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST_DUE = datetime(2026, 6, 2, 9, tzinfo=UTC)
SECOND_DUE = datetime(2026, 6, 4, 9, tzinfo=UTC)
READERS = 24
LONGEST_S = 60.0  # a week that does not go on for so long has failed
LOOK_S = 0.01
WORDS = ("harbor", "court", "robot", "weather", "museum", "bridge")


@dataclass(frozen=True, slots=True)
class Act:
    """Something done at a time of the week; the next act `waits` until what is due is sent."""

    at: datetime
    do: Callable[[Runtime], None]
    waits: bool = True


def open_with_readers(settings: Settings) -> None:
    """Make the publication, its articles and its first readers."""
    upgrade(settings.database_url)
    with (
        open_runtime(settings, SetClock(MONDAY)) as runtime,
        runtime.database.writing() as session,
    ):
        publication = open_publication(
            session,
            name="The Inference",
            sender_address="editor@inference.example",
            cadence="Tuesday 09:00 UTC",
            postal_address="1 Street",
            rule="send",
        )
        sources.add(session, publication.key, NewSource("https://news.example/feed"))
        for number in range(READERS):
            asked = signup.sign_up(
                session, publication.key, f"reader{number}@readers.example", now=MONDAY
            )
            signup.confirm(session, asked.subscription_id, now=MONDAY)


def live(settings: Settings, since: datetime, progress: Path) -> None:
    """Be a host from `since` to the end of the week. SIGTERM drains and ends it."""
    signal.signal(signal.SIGTERM, _end)
    clock = SetClock(since)
    with (
        open_runtime(settings, clock) as runtime,
        runtime.guard.beating(),
        sending(runtime),
    ):
        for act in WEEK:
            if act.at > since:
                _carry_out(runtime, clock, act, progress)


def go_on(settings: Settings, since: datetime, progress: Path, leave_alone: list[int]) -> None:
    """What follows an adoption: a person looks and lets things go out, and the week ends.

    `leave_alone` are numbers of issues that went out, as the person knows from their own mailbox.
    """
    clock = SetClock(since)
    with open_runtime(settings, clock) as runtime, runtime.guard.beating(), sending(runtime):
        for act in WEEK:
            if act.at > since:
                runtime.database.write(release, runtime, leave_alone)
                _carry_out(runtime, clock, act, progress)
        for _ in range(3):
            runtime.database.write(release, runtime, leave_alone)
            clock.move_by(timedelta(days=1))
            runtime.ticker().decide()
            _nothing(runtime)
            wait_until_quiet(runtime)


def wait_until_quiet(runtime: Runtime) -> None:
    """Wait until nothing is due, and nothing is on its way."""
    end = time.monotonic() + LONGEST_S
    while runtime.database.read(_is_busy, runtime.clock.now()):
        if time.monotonic() > end:
            raise TimeoutError("the week does not go on")
        time.sleep(LOOK_S)


def _carry_out(runtime: Runtime, clock: SetClock, act: Act, progress: Path) -> None:
    clock.move_to(act.at)
    with progress.open("a") as acts:
        acts.write(f"{act.at.isoformat()}\n")
    act.do(runtime)
    if act.waits:
        wait_until_quiet(runtime)


def _is_busy(session: Session, now: datetime) -> bool:
    small = select(SmallLetter.id).where(
        col(SmallLetter.status).in_(("planned", "claimed", "deferred")), SmallLetter.due_at <= now
    )
    if session.exec(small.limit(1)).first() is not None:
        return True
    deliveries = [delivery.key for delivery in sending_deliveries(session)]
    return any(has_work(session, key, now) or has_claims(session, key) for key in deliveries)


def release(session: Session, runtime: Runtime, leave_alone: list[int]) -> None:
    """Release what is held, and resume what is paused."""
    now = runtime.clock.now()
    for issue in session.exec(select(Issue).filter_by(status="held")).all():
        if issue.number in leave_alone:
            continue
        composing.release(session, issue.key)
        edition = print_edition(session, issue.key, runtime.urls, now)
        approval.approve(session, issue.key, edition.checksum, by="a person", now=now)
        plan(session, issue.key, now)
    for delivery in session.exec(select(Delivery).filter_by(status="paused")).all():
        if (
            session.get_one(Issue, delivery.issue_id).number in leave_alone
            and not delivery.considered
        ):
            continue  # nobody knows to whom it went
        control.resume(session, delivery.key, now)
        finish_if_done(session, delivery.key, now)


def _end(*_: object) -> None:
    raise SystemExit(0)


# The acts.


def sign_up(group: str) -> Callable[[Runtime], None]:
    """Five people sign up."""

    def do(runtime: Runtime) -> None:
        for number in range(5):
            runtime.database.write(_ask, runtime, f"{group}{number}@new.example")

    return do


def _ask(session: Session, runtime: Runtime, address: str) -> None:
    now = runtime.clock.now()
    publisher = Publisher(first_publication(session), runtime.urls, runtime.signer)
    asked = signup.sign_up(session, publisher.key, address, now=now)
    if asked.must_confirm:
        write_confirm(session, publisher, asked.subscription_id, asked.address, now=now)


def confirm(runtime: Runtime) -> None:
    """Press the button of every confirm letter."""
    with runtime.database.writing() as session:
        for subscription in session.exec(select(Subscription).filter_by(status="unconfirmed")):
            signup.confirm(session, subscription.id or 0, now=runtime.clock.now())


def propose(due_at: datetime) -> Callable[[Runtime], None]:
    """An issue is proposed of what was gathered."""

    def do(runtime: Runtime) -> None:
        now = runtime.clock.now()
        with runtime.database.writing() as session:
            publication = first_publication(session)
            period = f"{due_at:%A}"
            [source] = sources.all_sources(session, publication.key)
            store_found(session, source.key, [_article(word, now) for word in WORDS], now)
            proposing.propose(session, publication.key, period=period, due_at=due_at, now=now)

    return do


def approve(runtime: Runtime) -> None:
    """A person approves what is proposed."""
    now = runtime.clock.now()
    with runtime.database.writing() as session:
        for issue in session.exec(select(Issue).filter_by(status="proposed")).all():
            edition = print_edition(session, issue.key, runtime.urls, now)
            approval.approve(session, issue.key, edition.checksum, by="a person", now=now)


def decide(runtime: Runtime) -> None:
    """The schedule decides about what is at its deadline."""
    runtime.ticker().decide()


def _nothing(runtime: Runtime) -> None:
    """Only time passes: what was deferred is due. A commit wakes the sender, and saves a second."""
    with runtime.database.writing() as session:
        session.exec(update(Publication).values(late_hours=Publication.late_hours))


def _article(word: str, now: datetime) -> Found:
    day = f"{now:%A}"
    return Found(
        f"https://news.example/{day}/{word}",
        f"A {word} opens on {day}",
        "Dek.",
        published_at=now - timedelta(hours=1),
    )


WEEK = (
    Act(MONDAY + timedelta(minutes=5), sign_up("ann")),
    Act(MONDAY + timedelta(hours=1), confirm),
    Act(MONDAY + timedelta(hours=2), propose(FIRST_DUE)),
    Act(MONDAY + timedelta(hours=3), approve),
    Act(FIRST_DUE, decide, waits=False),
    Act(FIRST_DUE + timedelta(minutes=1), sign_up("ben")),
    Act(FIRST_DUE + timedelta(hours=2), _nothing),
    Act(FIRST_DUE + timedelta(hours=3), confirm),
    Act(FIRST_DUE + timedelta(hours=6), propose(SECOND_DUE)),
    Act(SECOND_DUE, decide, waits=False),
    Act(SECOND_DUE + timedelta(minutes=1), sign_up("eve")),
    Act(SECOND_DUE + timedelta(hours=2), _nothing),
    Act(SECOND_DUE + timedelta(hours=8), _nothing),
)
