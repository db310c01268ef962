"""A delivery's speed and its first look, through a real relay."""

import asyncio
import time

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.reading import read_delivery
from newsletter.mail.pace import LOOK
from newsletter.publications.preferences import change
from subscribers.suppressing import is_suppressed
from tests.delivery.rig import leave_by_letter, planned, receiving, sending, until
from tests.doubles.relay import Manners, relaying


def test_when_too_many_of_the_first_letters_are_refused_the_rest_waits_for_a_person(
    database: Database,
) -> None:
    addresses = [f"reader{n}@readers.example" for n in range(LOOK + 60)]
    refusing = dict.fromkeys(addresses[20:LOOK], "550 5.7.1 your network is blocked")
    rig = planned(database, *addresses)
    with receiving(refusing=refusing) as inbox:
        first = rig.send(inbox)
        delivery = database.read(read_delivery, rig.delivery_id)
        assert delivery.status == "paused"
        assert "your network is blocked" in delivery.trouble
        assert first.messages == {"accepted": 20, "deferred": 30, "planned": LOOK + 10}, (
            "the rest waits, and nobody is refused for good"
        )
        assert not database.read(is_suppressed, addresses[20]), (
            "a block speaks of us, not of the reader"
        )
        inbox.refusing.clear()
        database.write(control.resume, rig.delivery_id, rig.clock.now())
        assert rig.send(inbox).messages == {"accepted": LOOK + 60}
    assert database.read(read_delivery, rig.delivery_id).status == "finished"


def test_a_limit_is_kept_and_a_new_one_takes_hold_while_the_delivery_runs(
    database: Database,
) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(60)))
    key = rig.publication.key
    database.write(change, key, letters_per_s=2)

    async def deliver() -> float:
        with receiving() as inbox, rig.sender(inbox) as sender:
            began = time.monotonic()
            sending = asyncio.create_task(sender.deliver(rig.delivery_id))
            while len(inbox.letters) < 4:  # noqa: ASYNC110  # another thread fills it
                await asyncio.sleep(0.01)
            assert len(inbox.letters) <= 1 + 2 * (time.monotonic() - began)
            await asyncio.to_thread(database.write, change, key, letters_per_s=0)
            await sending
            return time.monotonic() - began

    assert asyncio.run(deliver()) < 25, "at two a second it would have taken thirty"
    assert rig.ledger().messages == {"accepted": 60}


def test_at_a_slow_rate_only_two_seconds_worth_of_readers_are_claimed(database: Database) -> None:
    """What a reader wishes counts until shortly before their own letter: 100 wait at ten a
    second, and never more than twenty and those in the sessions' hands are taken."""
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(100)))
    database.write(change, rig.publication.key, letters_per_s=10)
    most = 0
    with receiving() as inbox, sending(rig, inbox):
        while len(inbox.letters) < 15:
            claimed = rig.ledger().messages.get("claimed", 0)
            most = max(most, claimed)
    assert 0 < most <= 20 + 2


def test_who_leaves_while_the_letters_are_made_gets_none(database: Database) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(40)))
    last = rig.messages()[-1]
    with receiving(delay_s=0.2) as inbox:
        with sending(rig, inbox):
            until(lambda: len(inbox.letters) >= 2)
            database.write(leave_by_letter, last, rig)
            until(lambda: len(inbox.letters) >= 12)
        rig.send(inbox)
    assert rig.ledger().messages == {"accepted": 39, "cancelled": 1}
    assert all(letter.rcpt_to != "reader39@readers.example" for letter in inbox.letters)


def test_what_was_claimed_at_a_higher_rate_goes_back_when_a_person_lowers_it(
    database: Database,
) -> None:
    """At one letter a second hundreds of claims would wait for minutes, and no other sends them."""
    rig = planned(database, *(f"reader{n}@d{n}.example" for n in range(700)))
    with relaying(Manners(reply_s=0.02)) as relay, sending(rig, relay):
        until(lambda: rig.ledger().messages.get("claimed", 0) > 60)
        database.write(change, rig.publication.key, letters_per_s=1)
        until(lambda: 0 < rig.ledger().messages.get("claimed", 0) <= 4)
        assert rig.ledger().messages["planned"] > 100
        database.write(change, rig.publication.key, letters_per_s=0)
        until(lambda: rig.ledger().messages == {"accepted": 700})
    assert set(relay.counts.values()) == {1}
