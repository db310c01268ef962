"""Progress: figures that add up, a rate that sees a standstill at once, an honest estimate."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select

from newsletter.clock import AT_ONCE
from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.ledger import Ledger, LedgerBroken, NoDelivery
from newsletter.delivery.models import Delivery
from newsletter.delivery.progress import (
    LONG_S,
    PACES,
    SHORT_S,
    STALL_S,
    Progress,
    Window,
    pace_of,
    rate,
    read_progress,
    remaining,
    silence_s,
)
from newsletter.delivery.sender.journal import home_of
from newsletter.delivery.settling import settle
from newsletter.delivery.status import MESSAGE
from newsletter.host.guard import HostGuard
from newsletter.host.models import Host
from newsletter.mail.outcomes import Outcome
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from subscribers.suppressing import suppress
from tests.delivery.rig import Rig, planned, planned_in
from tests.samples.times import NOON

COUNTS = st.dictionaries(st.sampled_from(sorted(MESSAGE.table)), st.integers(0, 100_000))
NOTHING = Window(0, 0.0)


def progress(
    messages: dict[str, int],
    *,
    status: str = "sending",
    per_second: float = 0.0,
    claim_age_s: float | None = None,
) -> Progress:
    ledger = Ledger(sum(messages.values()), {}, messages)
    return Progress(
        status,
        "",
        ledger,
        per_second,
        claim_age_s,
        next_attempt_at=None,
        began_at=NOON,
        ended_at=None,
        read_at=NOON,
    )


# pure: rate


@pytest.mark.parametrize(
    ("short", "long", "per_second"),
    [
        (Window(7000, 10.0), Window(42_000, 60.0), 700),  # steady
        (Window(1400, 2.0), Window(1400, 2.0), 700),  # it began two seconds ago
        (Window(1400, 2.0), Window(8400, 59.0), 700),  # it was resumed two seconds ago
        (NOTHING, Window(30_000, 55.0), 0),  # it stood still ten seconds ago
        (Window(100, 10.0), Window(30_000, 60.0), 10),  # it became slow
        (Window(2, 8.0), Window(12, 60.0), 0.2),  # too few in the short one to tell
        (Window(50, 0.2), Window(50, 0.2), 50),  # one group is not a rate of thousands
        (NOTHING, NOTHING, 0),
        (Window(50, 0.0), Window(50, 0.0), 0),  # a clock that stands still measures nothing
    ],
)
def test_the_rate_is_that_of_now(short: Window, long: Window, per_second: float) -> None:
    assert rate(short, long) == pytest.approx(per_second)


@given(st.integers(0, 10**6), st.floats(-1, SHORT_S), st.integers(0, 10**6), st.floats(0, LONG_S))
def test_a_rate_is_never_negative_nor_above_what_was_settled(
    short: int, short_s: float, more: int, long_s: float
) -> None:
    per_second = rate(Window(short, short_s), Window(short + more, max(short_s, long_s)))
    assert 0 <= per_second <= short + more


@given(st.integers(-5, 10**7), st.floats(0, 10**6))
def test_an_estimate_is_never_negative_and_none_when_nothing_moves(
    waiting: int, per_second: float
) -> None:
    seconds = remaining(waiting, per_second)
    assert (
        seconds is None if waiting <= 0 or per_second == 0 else seconds is not None and seconds > 0
    )


# pure: figures


@given(COUNTS, st.sampled_from(["sending", "paused", "stopped", "finished"]), st.floats(0, 5000))
def test_the_figures_add_up(messages: dict[str, int], status: str, per_second: float) -> None:
    shown = progress(messages, status=status, per_second=per_second)
    assert sum(shown.counts.values()) == shown.ledger.recipients
    assert 0 <= shown.settled <= shown.ledger.recipients
    assert 0 <= shown.percent <= 100
    if shown.ledger.recipients:
        assert (shown.percent == 100) == (shown.settled == shown.ledger.recipients)
    assert shown.remaining_s is None or shown.remaining_s >= 0


def test_a_delivery_whose_audience_is_still_being_frozen_has_come_nowhere() -> None:
    assert progress({}).percent == 0
    assert progress({}, status="finished").percent == 100


def test_what_a_stop_cancelled_is_no_progress() -> None:
    assert progress({"accepted": 30, "cancelled": 70}, status="stopped").percent == 30
    assert progress({"accepted": 30, "cancelled": 70}, status="finished").percent == 100


def test_who_waits_for_a_later_attempt_is_no_part_of_the_estimate() -> None:
    assert progress({"accepted": 30, "deferred": 70}, per_second=10).eta == ""
    assert (
        progress({"accepted": 30, "planned": 1800, "claimed": 0, "deferred": 70}, per_second=10).eta
        == "all offered in about 3 minutes"
    )
    assert (
        progress({"accepted": 30, "planned": 1800}, per_second=10).eta == "done in about 3 minutes"
    )


@pytest.mark.parametrize(
    ("claim_age_s", "idle_s", "limits", "stalls"),
    [
        (None, None, (), False),  # nothing is due
        (STALL_S, STALL_S, (), False),
        (STALL_S + 1, None, (), True),
        (None, STALL_S + 1, (0.0,), True),
        (STALL_S + 1, STALL_S + 1, (1.0,), True),  # a letter a second explains no minutes
        (900, 900, (0.01,), False),  # a hundred seconds for each letter do
        (1001, 1001, (0.01,), True),
        (1001, None, (0.01,), False),
        (900, 900, (100.0, 0.01), False),  # the rest may be of the slow domain
        (100_000, 10, (0.01,), False),  # a thousand were claimed before the rate was lowered
        (101_001, 10, (0.01,), True),
    ],
)
def test_a_delivery_stalls_when_its_own_pace_does_not_explain_its_silence(
    claim_age_s: float | None, idle_s: float | None, limits: tuple[float, ...], stalls: bool
) -> None:
    shown = replace(
        progress({"claimed": 1000}, claim_age_s=claim_age_s),
        idle_s=idle_s,
        pace_s=pace_of(*limits),
    )
    assert bool(shown.stall) is stalls
    assert (shown.stalled_s is not None) is stalls


@dataclass(frozen=True)
class _Life:
    """What happens to a delivery, in seconds: it begins, stops, goes on; then its sender dies."""

    pace_s: float
    stops: list[tuple[float, float]]  # how long it goes, then how long it does not
    dead_s: float


LIVES = st.builds(
    _Life,
    pace_s=st.floats(0.01, 2000),
    stops=st.lists(st.tuples(st.floats(1, 10_000), st.floats(1, 1_000_000)), max_size=4),
    dead_s=st.floats(0, 100_000),
)


@given(LIVES, st.floats(0, 1), st.booleans())
def test_a_start_is_no_stall_and_a_dead_sender_is_one_at_any_pace(
    life: _Life, share: float, by_person: bool
) -> None:
    """Each letter is answered within its pace while a sender works, and never after it died."""
    limit_s = max(STALL_S, PACES * life.pace_s)
    begun_s, answered_s = 0.0, None
    for goes_s, stops_s in life.stops:
        # the last letter before the stop, then the order to go on, or the start of the service
        answered_s = begun_s + max(0.0, goes_s - life.pace_s)
        begun_s += goes_s + stops_s
    shown = _shown(life, begun_s, answered_s, begun_s + share * life.pace_s, by_person)
    assert shown.stalled_s is None, "its first letter takes as long as each"
    shown = _shown(life, begun_s, answered_s, begun_s + life.dead_s, by_person)
    assert (shown.stalled_s is not None) is (life.dead_s > limit_s)


def _shown(
    life: _Life, begun_s: float, answered_s: float | None, now_s: float, by_person: bool
) -> Progress:
    begun, now = (NOON + timedelta(seconds=seconds) for seconds in (begun_s, now_s))
    answered = None if answered_s is None else NOON + timedelta(seconds=answered_s)
    resumed, alive = (begun, NOON) if by_person else (NOON, begun)
    idle_s = silence_s(now, AT_ONCE, NOON, answered, resumed, alive)
    return replace(progress({"planned": 1000}), idle_s=idle_s, pace_s=life.pace_s)


# database


def test_progress_is_read_from_the_rows(database: Database) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(8)))
    key, at = rig.delivery_id, NOON
    with database.writing() as session:
        taken = claim(session, key, 6, by="test", now=at)
        settle(
            session,
            {message.id: Outcome("accepted", 250) for message in taken[:2]},
            at + timedelta(seconds=1),
        )
        settle(
            session,
            {taken[2].id: Outcome("deferred", 451), taken[3].id: Outcome("uncertain")},
            at + timedelta(seconds=2),
        )
    read = database.read(read_progress, key, at + timedelta(seconds=5))
    assert read.counts == {
        "accepted": 2,
        "waiting": 4,
        "deferred": 1,
        "refused": 0,
        "expired": 0,
        "uncertain": 1,
        "cancelled": 0,
    }
    assert read.account == "8 considered = 0 excluded + 8 messages"
    assert read.percent == 37
    assert read.per_second == pytest.approx(3 / 4), (
        "two accepted four seconds ago, one uncertain since"
    )
    assert read.claim_age_s == 5
    assert read.next_attempt_at is not None
    assert read.next_attempt_at > at
    with database.writing() as session:
        control.pause(session, key)
    paused = database.read(read_progress, key, at + timedelta(seconds=5))
    assert (paused.status, paused.per_second, paused.eta) == ("paused", 0.0, "")


def test_who_is_cancelled_is_no_letter_per_second(database: Database) -> None:
    rig = planned(database, "ada@readers.example", "bob@readers.example")
    with database.writing() as session:
        suppress(session, "bob@readers.example", "manual", now=NOON)
        claim(session, rig.delivery_id, 2, by="test", now=NOON)
    read = database.read(read_progress, rig.delivery_id, NOON + timedelta(seconds=5))
    assert read.counts["cancelled"] == 1
    assert read.per_second == 0.0


def test_an_account_that_does_not_add_up_is_not_shown(database: Database) -> None:
    rig = planned(database, "ada@readers.example")
    with database.writing() as session:
        _delivery(session, rig.delivery_id).considered += 1
    with pytest.raises(LedgerBroken):
        database.read(read_progress, rig.delivery_id, NOON)
    with pytest.raises(NoDelivery):
        database.read(read_progress, 0, NOON)


def _delivery(session: Session, key: int) -> Delivery:
    return session.exec(select(Delivery).where(col(Delivery.id) == key)).one()


def _stall(rig: Rig, after: timedelta) -> str:
    return rig.database.read(read_progress, rig.delivery_id, NOON + after).stall


def _settle(rig: Rig, count: int, outcome: Outcome, after: timedelta) -> None:
    """A sender claims so many and hears this of each."""
    at = NOON + after
    with rig.database.writing() as session:
        taken = claim(session, rig.delivery_id, count, by="test", now=at)
        settle(session, {message.id: outcome for message in taken}, at)


def test_a_delivery_that_no_sender_takes_up_is_said_to_stall(database: Database) -> None:
    """From its beginning, and in the middle: letters are due, and nobody answers."""
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(4)))
    assert not _stall(rig, timedelta(minutes=4))
    assert "none was answered for 6 minutes" in _stall(rig, timedelta(minutes=6))
    _settle(rig, 2, Outcome("accepted", 250), timedelta(minutes=6))
    assert not _stall(rig, timedelta(minutes=7))
    assert "none was answered for 14 minutes" in _stall(rig, timedelta(minutes=20))
    database.write(control.pause, rig.delivery_id)
    assert not _stall(rig, timedelta(minutes=20)), "a person wanted that"


def _beat(rig: Rig, after: timedelta) -> None:
    """A process of some host writes that it lives."""
    with rig.database.writing() as session:
        session.exec(delete(Host))
        session.add(Host(name="mail-1f2e3d4c", counter=7, beat_at=NOON + after))


def test_a_database_that_nobody_can_write_to_is_said_within_half_a_minute(
    database: Database,
) -> None:
    """A lock, a full disk, no sender at all: no trouble can be written on the delivery then."""
    rig = planned(database, "ada@readers.example", "bob@readers.example")
    second = timedelta(seconds=1)
    assert not _stall(rig, 25 * second), "where no host ever wrote, nobody knows"
    _beat(rig, 0 * second)
    assert not _stall(rig, 20 * second)
    assert "nothing was written for 25 seconds" in _stall(rig, 25 * second)
    _beat(rig, 24 * second)
    assert not _stall(rig, 25 * second), "who beats may wait for a relay"
    _settle(rig, 1, Outcome("accepted", 250), 60 * second)
    assert not _stall(rig, 75 * second), "a letter was answered lately"
    database.write(control.pause, rig.delivery_id)
    assert not _stall(rig, 100 * second)


def test_a_delivery_at_a_slow_rate_is_no_stall(database: Database) -> None:
    """One letter in 100 seconds, for an hour: it goes as it should."""
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(40)))
    with database.writing() as session:
        change(session, rig.publication.key, letters_per_s=0.01)
    for minute in range(0, 60, 5):
        _settle(rig, 3, Outcome("accepted", 250), timedelta(minutes=minute))
        assert not _stall(rig, timedelta(minutes=minute + 5))
    assert _stall(rig, timedelta(minutes=80))


def test_deferred_letters_that_wait_for_their_time_are_no_stall(database: Database) -> None:
    """A relay that puts everything off answers: the next attempt has a time of its own."""
    rig = planned(database, "ada@readers.example")
    _settle(rig, 1, Outcome("deferred", 451), timedelta())
    due = rig.messages()[0].due_at - NOON
    assert not _stall(rig, due + timedelta(minutes=4))
    assert _stall(rig, due + timedelta(minutes=6))


def test_an_audience_that_nobody_freezes_is_a_stall(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        delivery = planned_in(session, publication.key, "ada@readers.example")
    read = database.read(read_progress, delivery.key, NOON + timedelta(minutes=6))
    assert read.stall


# after a stop


@pytest.mark.parametrize("order", ["resume", "resend"])
def test_a_delivery_that_goes_on_after_a_long_pause_is_no_stall_until_it_is_one(
    database: Database, order: str
) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(4)))
    status = "uncertain" if order == "resend" else "accepted"
    _settle(rig, 2, Outcome(status), timedelta())
    later = timedelta(hours=9)
    database.write(control.pause, rig.delivery_id)
    if order == "resume":
        database.write(control.resume, rig.delivery_id, NOON + later)
    else:
        database.write(_finish, rig.delivery_id)
        database.write(control.resend_uncertain, rig.delivery_id, NOON + later)
    assert not _stall(rig, later)
    assert not _stall(rig, later + timedelta(minutes=4))
    assert "none was answered for 6 minutes" in _stall(rig, later + timedelta(minutes=6))


def _finish(session: Session, key: int) -> None:
    _delivery(session, key).status = "finished"


def test_a_start_after_a_long_stop_is_no_stall_until_it_is_one(
    database: Database, tmp_path: Path
) -> None:
    """The service sent some letters, was stopped with one in hand, and starts nine hours later."""
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(4)))
    guard = HostGuard(database, rig.clock, tmp_path, lambda: home_of(tmp_path))
    guard.beat()
    _settle(rig, 2, Outcome("accepted", 250), timedelta())
    database.write(claim, rig.delivery_id, 1, by="test", now=NOON)
    stopped = timedelta(hours=9)
    assert "9 hours" in _stall(rig, stopped), "nothing runs"
    rig.clock.move_by(stopped)
    guard.beat()
    assert not _stall(rig, stopped)
    for _ in range(36):  # it lives, and no sender works
        rig.clock.move_by(timedelta(seconds=10))
        guard.beat()
    assert "none was answered for 6 minutes" in _stall(rig, stopped + timedelta(minutes=6))


def test_a_service_that_dies_again_and_again_hides_no_stall(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, "ada@readers.example")
    for number in range(13):  # each half a minute another process begins to beat
        rig.clock.move_to(NOON + number * timedelta(seconds=30))
        HostGuard(database, rig.clock, tmp_path, lambda: home_of(tmp_path)).beat()
    assert "none was answered for 6 minutes" in _stall(rig, timedelta(minutes=6))
