"""A delivery's speed and its first look, through a real relay."""

import asyncio
import time
from pathlib import Path

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.sender import journal
from newsletter.delivery.sender.bookkeeping import JournaledBooks
from newsletter.mail.pace import LOOK
from newsletter.publications.preferences import change, set_domain_rate
from subscribers.suppressing import is_suppressed
from tests.delivery.rig import planned, receiving


def test_when_too_many_of_the_first_letters_are_refused_the_rest_waits_for_a_person(
    database: Database,
) -> None:
    addresses = [f"reader{n}@readers.example" for n in range(LOOK + 60)]
    refusing = dict.fromkeys(addresses[: LOOK // 2], "550 5.7.1 your network is blocked")
    rig = planned(database, *addresses)
    with receiving(refusing=refusing) as inbox:
        first = rig.send(inbox)
        delivery = database.read(read_delivery, rig.delivery_id)
        assert delivery.status == "paused"
        assert "your network is blocked" in delivery.trouble
        assert first.messages["planned"] >= 50, "the rest waits"
        assert not database.read(is_suppressed, addresses[0]), (
            "a block speaks of us, not of the reader"
        )
        database.write(control.resume, rig.delivery_id)
        assert rig.send(inbox).messages == {"accepted": LOOK + 60 - LOOK // 2, "refused": LOOK // 2}
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


def test_an_address_that_nobody_has_is_not_written_to_again(database: Database) -> None:
    rig = planned(database, "gone@readers.example", "ada@readers.example")
    with receiving(refusing={"gone@readers.example": "550 5.1.1 no such user"}) as inbox:
        assert rig.send(inbox).messages == {"accepted": 1, "refused": 1}
    assert database.read(is_suppressed, "gone@readers.example")


def test_senders_that_share_a_delivery_share_what_is_allowed(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(6)))
    key = rig.publication.key
    with database.writing() as session:
        change(session, key, letters_per_s=90)
        set_domain_rate(session, key, "slow.example", 30)
    own = [journal.begin(tmp_path) for _ in range(2)]
    first, second = (JournaledBooks(database, rig.delivery_id, one, rig.clock) for one in own)

    async def speeds(*, second_works: bool) -> tuple[float, float]:
        await first.claim(2)
        if second_works:
            await second.claim(2)
        orders = await first.record({})
        return orders.limits.letters_per_s, orders.limits.domain_rates["slow.example"]

    assert asyncio.run(speeds(second_works=False)) == (90, 30)
    assert asyncio.run(speeds(second_works=True)) == (45, 15)
