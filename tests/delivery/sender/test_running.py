"""The sender's life: two lanes, and an end in order."""

from newsletter.database import Database
from newsletter.delivery.reading import read_delivery
from newsletter.demo.inbox import Inbox, free_port
from tests.delivery.rig import Rig, planned, receiving, sending, until

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_a_sender_told_to_stop_leaves_nothing_claimed(database: Database) -> None:
    rig = planned(database, *READERS)
    with receiving(delay_s=0.4) as inbox:
        with sending(rig, inbox):
            until(lambda: len(inbox.letters) >= 2)
        messages = rig.ledger().messages
    assert set(messages) == {"accepted", "planned"}
    assert messages["accepted"] == len(inbox.letters)


def test_a_relay_that_is_down_for_a_delivery_does_not_stop_the_small_letters(
    database: Database,
) -> None:
    rig = planned(database, *READERS)
    rounds = 0

    async def small() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    with sending(rig, Inbox(port=free_port()), small):
        until(lambda: "relay_url" in _trouble(rig))
        before = rounds
        until(lambda: rounds > before)
    assert rig.ledger().messages == {"planned": len(READERS)}


def _trouble(rig: Rig) -> str:
    return rig.database.read(read_delivery, rig.delivery_id).trouble
