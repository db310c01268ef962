"""Control: pause, resume, stop, and a person's word about uncertain messages."""

import time
from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.dead_senders import settle_dead_senders
from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.settling import finish_if_done, settle
from newsletter.mail.outcomes import Outcome
from newsletter.moves import WrongMove
from tests.delivery.rig import Rig, planned, receiving, sending, until
from tests.races import while_open

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_pause_lets_what_is_in_hand_be_answered_and_resume_finishes_the_rest(
    database: Database,
) -> None:
    rig = planned(database, *READERS)
    with receiving(delay_s=0.4) as inbox, sending(rig, inbox):
        until(lambda: len(inbox.letters) >= 2)
        database.write(control.pause, rig.delivery_id)
        until(lambda: "claimed" not in rig.ledger().messages)
        seen = len(inbox.letters)
        assert rig.ledger().messages == {"accepted": seen, "planned": len(READERS) - seen}
        time.sleep(0.5)
        assert len(inbox.letters) == seen < len(READERS)
        inbox.delay_s = 0.0
        database.write(control.resume, rig.delivery_id, rig.clock.now())
        until(lambda: rig.ledger().messages == {"accepted": len(READERS)})


def test_stop_cancels_what_was_not_offered(database: Database) -> None:
    rig = planned(database, *READERS)
    with receiving(delay_s=0.4) as inbox, sending(rig, inbox):
        until(lambda: len(inbox.letters) >= 2)
        database.write(control.stop, rig.delivery_id, rig.clock.now())
        until(lambda: "claimed" not in rig.ledger().messages)
    messages = rig.ledger().messages
    assert messages["accepted"] == len(inbox.letters)
    assert messages["accepted"] + messages["cancelled"] == len(READERS)
    assert messages["cancelled"] > 0


def test_uncertain_messages_are_kept_and_sent_again_only_by_a_person(database: Database) -> None:
    rig = planned(database, *READERS[:2])
    with database.writing() as session:
        session.merge(_claimed(rig))
    assert database.write(settle_dead_senders, [], "", frozenset, rig.clock.now()) == 1
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"uncertain": 1, "accepted": 1}
        assert database.write(control.resend_uncertain, rig.delivery_id, rig.clock.now()) == 1
        assert rig.send(inbox).messages == {"accepted": 2}


def _claimed(rig: Rig):  # type: ignore[no-untyped-def]
    message = rig.messages()[0]
    message.status, message.claimed_by = "claimed", "a dead sender"
    return message


def test_a_button_pressed_twice_is_harmless_and_what_was_stopped_stays_so(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:2])
    for _ in range(2):
        assert database.write(control.pause, rig.delivery_id).status == "paused"
    for _ in range(2):
        database.write(control.stop, rig.delivery_id, rig.clock.now())
    with pytest.raises(WrongMove):
        database.write(control.pause, rig.delivery_id)
    with pytest.raises(WrongMove):
        database.write(control.resume, rig.delivery_id, rig.clock.now())
    assert rig.ledger().messages == {"cancelled": 2}


def test_a_delivery_that_is_stopped_in_the_moment_it_would_finish_stays_stopped(
    database: Database,
) -> None:
    rig = planned(database)
    now = rig.clock.now()
    ended = while_open(
        database,
        lambda session: control.stop(session, rig.delivery_id, now),
        lambda: database.write(finish_if_done, rig.delivery_id, now),
    )
    assert ended.result()
    assert database.read(read_delivery, rig.delivery_id).status == "stopped"


def test_a_change_is_logged_when_it_is_committed_and_not_when_it_is_taken_back(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rig = planned(database, *READERS[:2])

    def pause_and_fail(session: Session) -> None:
        control.pause(session, rig.delivery_id)
        _ = 1 / 0

    with caplog.at_level("INFO", logger="newsletter.delivery.control"):
        with pytest.raises(ZeroDivisionError):
            database.write(pause_and_fail)
        assert caplog.messages == []
        for _ in range(2):
            database.write(control.pause, rig.delivery_id)
    assert caplog.messages == ["The delivery is now paused"]
    assert caplog.records[0].__dict__["delivery"] == rig.delivery_id


def test_a_host_is_declared_lost_by_the_name_that_its_workers_share(database: Database) -> None:
    rig = planned(database, *READERS[:3])
    for name in ("host-1.7.ab", "host-1.8.cd", "host-12.7.ef"):
        database.write(claim, rig.delivery_id, 1, by=name, now=rig.clock.now())
    assert database.write(control.declare_lost, "host-1") == 2
    assert rig.ledger().messages == {"uncertain": 2, "claimed": 1}


def test_without_a_delivery_there_is_nothing_to_control(database: Database) -> None:
    with pytest.raises(NoDelivery):
        database.write(control.pause, 7)


@pytest.mark.parametrize("order", ["resume", "resend"])
def test_what_a_person_sends_again_is_due_by_the_clock_of_every_host(
    database: Database, order: str
) -> None:
    """The person's host is a day ahead of the sender's."""
    rig = planned(database, *READERS[:2])
    ahead = rig.clock.now() + timedelta(days=1)
    taken = database.write(claim, rig.delivery_id, 2, by="test", now=ahead)
    refused = Outcome("deferred", 550) if order == "resume" else Outcome("uncertain")
    database.write(settle, {message.id: refused for message in taken}, ahead)
    if order == "resume":
        database.write(control.pause, rig.delivery_id)
        database.write(control.resume, rig.delivery_id, ahead)
    else:
        database.write(control.resend_uncertain, rig.delivery_id, ahead)
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"accepted": 2}
