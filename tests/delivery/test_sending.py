"""A delivery from its plan to its account, over real SMTP."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.dead_senders import settle_dead_senders
from newsletter.delivery.leaving import leave
from newsletter.delivery.letter_links import reader_by_letter_token
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.reading import delivery_of_issue
from newsletter.delivery.sender import running
from newsletter.delivery.sender.addressing import OtherFormat
from newsletter.demo.inbox import Inbox, free_port
from newsletter.editions.models import Edition
from newsletter.mail.failures import NotOffered
from newsletter.mail.retries import WAITS_S
from newsletter.tokens import pair
from subscribers.suppressing import suppress
from tests.delivery.rig import Rig, planned, receiving

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_each_reader_gets_one_letter_and_the_delivery_finishes(database: Database) -> None:
    rig = planned(database, *READERS)
    with receiving() as inbox:
        ledger = rig.send(inbox)
        rig.send(inbox)  # again: nothing is due, nothing is sent
    assert ledger.messages == {"accepted": len(READERS)}
    assert sorted(one.rcpt_to for one in inbox.letters) == sorted(READERS)


def test_a_relay_that_is_down_leaves_every_message_in_place_and_the_delivery_says_what_to_do(
    database: Database,
) -> None:
    rig = planned(database, *READERS)
    nobody = Inbox(port=free_port())
    with pytest.raises(NotOffered, match="relay_url"):
        rig.send(nobody)
    assert rig.ledger().messages == {"planned": len(READERS)}
    assert all(message.attempts == 0 for message in rig.messages())
    delivery = database.read(delivery_of_issue, rig.messages()[0].issue_id)
    assert delivery is not None
    assert "relay_url" in delivery.trouble
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"accepted": len(READERS)}


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


def test_who_leaves_or_is_suppressed_while_a_delivery_waits_is_cancelled(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:3])
    first = rig.messages()[0]
    with database.writing() as session:
        left = _leave(session, first, rig)
        suppress(session, READERS[1], "bounced", rig.clock.now())
    assert left
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"cancelled": 2, "accepted": 1}
    assert [one.rcpt_to for one in inbox.letters] == [READERS[2]]


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
        database.write(control.resume, rig.delivery_id)
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


def test_a_sender_told_to_stop_leaves_nothing_claimed(database: Database) -> None:
    rig = planned(database, *READERS)
    with receiving(delay_s=0.4) as inbox:
        with sending(rig, inbox):
            until(lambda: len(inbox.letters) >= 2)
        messages = rig.ledger().messages
    assert set(messages) == {"accepted", "planned"}
    assert messages["accepted"] == len(inbox.letters)


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


@contextmanager
def sending(rig: Rig, inbox: Inbox) -> Iterator[None]:
    """The sender's lanes in a thread, as the service runs them."""

    async def nothing() -> int:
        return 0

    with rig.sender(inbox) as sender:
        thread = threading.Thread(target=asyncio.run, args=(running.run(sender, nothing),))
        thread.start()
        try:
            yield
        finally:
            sender.stopping = True
            thread.join(timeout=30)
            assert not thread.is_alive()


def until(look) -> None:  # type: ignore[no-untyped-def]
    """Wait for something to be so; thirty seconds are too long."""
    end = time.monotonic() + 30
    while not look():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_an_edition_of_another_format_is_refused_clearly_and_nothing_of_it_goes(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:2])
    with database.writing() as session:
        session.get_one(Edition, session.get_one(Delivery, rig.delivery_id).edition_id).format = 99
    with receiving() as inbox, pytest.raises(OtherFormat, match="format 99"):
        rig.send(inbox)
    assert rig.ledger().messages == {"planned": 2}


def test_who_leaves_while_the_letters_are_made_gets_none(database: Database) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(40)))
    last = rig.messages()[-1]
    with receiving(delay_s=0.2) as inbox:
        with sending(rig, inbox):
            until(lambda: len(inbox.letters) >= 2)
            database.write(_leave, last, rig)
            until(lambda: len(inbox.letters) >= 12)
        rig.send(inbox)
    assert rig.ledger().messages == {"accepted": 39, "cancelled": 1}
    assert all(one.rcpt_to != "reader39@readers.example" for one in inbox.letters)


def _leave(session: Session, message: Message, rig: Rig) -> bool:
    reader = reader_by_letter_token(session, pair(message.issue_id, message.subscriber_id))
    return leave(session, reader, by="one-click", now=rig.clock.now())
