"""Settling: what becomes of a message, by what the relay answered."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.settling import Released, finish_if_done, set_trouble, settle
from newsletter.mail.outcomes import Outcome
from newsletter.mail.retries import WAITS_S
from subscribers.suppressing import is_suppressed
from tests.delivery.rig import planned, receiving

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_a_refusal_is_final_and_a_deferral_is_offered_again_until_it_expires(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:3])
    replies = {READERS[0]: "550 5.1.1 no such reader", READERS[1]: "451 4.7.1 come back later"}
    with receiving(refusing=replies) as inbox:
        assert rig.send(inbox).messages == {"refused": 1, "deferred": 1, "accepted": 1}
        refused = rig.messages()[0]
        assert (refused.code, refused.enhanced, refused.reply) == (
            550,
            "5.1.1",
            "5.1.1 no such reader",
        )
        for _ in WAITS_S:
            rig.clock.move_by(timedelta(days=2))
            rig.send(inbox)
    assert rig.ledger().messages == {"refused": 1, "expired": 1, "accepted": 1}
    assert rig.messages()[1].attempts == len(WAITS_S) + 1


def test_an_address_that_nobody_has_is_not_written_to_again(database: Database) -> None:
    rig = planned(database, "gone@readers.example", "ada@readers.example")
    with receiving(refusing={"gone@readers.example": "550 5.1.1 no such user"}) as inbox:
        assert rig.send(inbox).messages == {"accepted": 1, "refused": 1}
    assert database.read(is_suppressed, "gone@readers.example")


def test_settling_twice_changes_nothing(database: Database) -> None:
    rig = planned(database, *READERS[:2])
    [taken] = database.write(claim, rig.delivery_id, 1, by="test", now=rig.clock.now())
    for outcome in (Outcome("accepted", 250, "2.0.0", "kept"), Outcome("refused", 550)):
        database.write(settle, {taken.id: outcome}, rig.clock.now())
    message = rig.messages()[0]
    assert (message.status, message.attempts, message.code) == ("accepted", 1, 250)
    assert (message.enhanced, message.reply) == ("2.0.0", "kept")


def test_what_was_not_offered_waits_as_it_did_before_and_spends_no_attempt(
    database: Database,
) -> None:
    rig = planned(database, READERS[0])
    now = rig.clock.now()
    later = now + timedelta(minutes=5)
    for result, at, status in (
        (Released("The relay hung up."), now, "planned"),
        (Outcome("deferred", 451), now, "deferred"),
        (Released("Its relay is busy.", later + timedelta(hours=1)), later, "deferred"),
    ):
        [taken] = database.write(claim, rig.delivery_id, 1, by="test", now=at)
        database.write(settle, {taken.id: result}, at)
        assert rig.messages()[0].status == status
    assert rig.messages()[0].attempts == 1
    assert rig.messages()[0].due_at == later + timedelta(hours=1)


def test_what_comes_back_to_a_delivery_that_was_stopped_is_cancelled(database: Database) -> None:
    rig = planned(database, *READERS[:2])
    now = rig.clock.now()
    taken = database.write(claim, rig.delivery_id, 2, by="test", now=now)
    database.write(control.stop, rig.delivery_id, now)
    results = {taken[0].id: Released("The delivery was halted."), taken[1].id: Outcome("accepted")}
    database.write(settle, results, now)
    assert rig.ledger().messages == {"cancelled": 1, "accepted": 1}


def test_a_delivery_is_finished_when_nothing_of_it_is_open(database: Database) -> None:
    rig = planned(database, READERS[0])
    now = rig.clock.now()
    database.write(set_trouble, rig.delivery_id, "The relay is down.")
    assert not database.write(finish_if_done, rig.delivery_id, now)
    [taken] = database.write(claim, rig.delivery_id, 1, by="test", now=now)
    assert not database.write(finish_if_done, rig.delivery_id, now)
    database.write(settle, {taken.id: Outcome("uncertain")}, now)
    assert database.write(finish_if_done, rig.delivery_id, now)
    delivery = database.read(read_delivery, rig.delivery_id)
    assert (delivery.status, delivery.finished_at, delivery.trouble) == ("finished", now, "")


def test_an_end_is_logged_when_it_is_committed_and_not_when_it_is_taken_back(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rig = planned(database, READERS[0])
    now = rig.clock.now()
    [taken] = database.write(claim, rig.delivery_id, 1, by="test", now=now)
    database.write(settle, {taken.id: Outcome("accepted", 250)}, now)

    def finish_and_fail(session: Session) -> None:
        assert finish_if_done(session, rig.delivery_id, now)
        _ = 1 / 0

    with caplog.at_level("INFO", logger="newsletter.delivery.settling"):
        with pytest.raises(ZeroDivisionError):
            database.write(finish_and_fail)
        assert caplog.messages == []
        assert database.write(finish_if_done, rig.delivery_id, now)
    assert caplog.messages == ["The delivery is finished"]
    assert caplog.records[0].__dict__["delivery"] == rig.delivery_id
