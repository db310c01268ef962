"""Letters made ahead: bounded, in the order of their claim, and none is lost when it stops."""

import asyncio
from collections.abc import Sequence

import pytest

from newsletter.delivery.claiming import Recipient
from newsletter.delivery.sender.addressing import PreparedEdition
from newsletter.delivery.sender.making import BATCH, CHUNK, LEAST, MOST, Appetite, Supply
from newsletter.mail.dkim import SigningKey, make_key, read_key
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import FormContent, FormLetter, MergeText
from newsletter.mail.signing import Signers
from tests.delivery.rig import SIGNER, URLS
from tests.samples.times import NOON

KEYS = [read_key("inference.example", "e1", make_key("ed25519"))]


class Shelf:
    """Books with a number of messages to claim; what else a slice writes is not asked."""

    def __init__(self, messages: int) -> None:
        self.left = messages
        self.claimed = 0

    async def claim(self, limit: int) -> Sequence[Recipient]:
        count = min(limit, self.left)
        self.left -= count
        first = self.claimed + 1
        self.claimed += count
        return [
            Recipient(key, f"reader{key}@readers.example", "", NOON, key)
            for key in range(first, first + count)
        ]


def prepared(keys: Sequence[SigningKey] = ()) -> PreparedEdition:
    content = FormContent(
        sender=Mailbox("editor@inference.example"),
        subject="Tuesday",
        html=MergeText(("<p>Hi</p>",)),
        text=MergeText(("Hi",)),
        at=NOON,
    )
    return PreparedEdition(
        publication="inference",
        form=FormLetter(content, keys),
        prefix="inference.1",
        domain="inference.example",
        signer=SIGNER,
        urls=URLS,
        issue_id=1,
    )


def supply_of(shelf: Shelf, keys: Sequence[SigningKey] = ()) -> Supply:
    return Supply(shelf, prepared(keys), lambda: None, Signers(keys))  # type: ignore[arg-type]


async def take_all(supply: Supply) -> list[int]:
    making = asyncio.create_task(supply.run())
    taken = []
    while not supply.is_over:
        offer = supply.next
        if offer is None:
            await asyncio.sleep(0)
        else:
            supply.let_go(offer)
            taken.append(offer.key)
    await making
    return taken


@pytest.mark.parametrize("keys", [(), KEYS], ids=["unsigned", "signed"])
def test_every_message_is_made_once(keys: Sequence[SigningKey]) -> None:
    count = BATCH + CHUNK + 1
    supply = supply_of(Shelf(count), keys)
    taken = asyncio.run(take_all(supply))
    assert sorted(taken) == list(range(1, count + 1))
    assert keys or taken == sorted(taken), "unsigned letters keep the order of their claim"
    assert not supply.left()


def test_no_more_is_claimed_than_there_is_room_for() -> None:
    """A delivery whose relay takes nothing holds two readers, who may still leave, not hundreds."""

    async def look() -> int:
        shelf = Shelf(100 * BATCH)
        supply = supply_of(shelf)
        making = asyncio.create_task(supply.run())
        for _ in range(1000):
            await asyncio.sleep(0)
        supply.stop()
        await making
        return shelf.claimed

    assert asyncio.run(look()) == LEAST


@pytest.mark.parametrize("per_second", [0.01, 0.5, 1, 10, 100, 5000])
def test_two_seconds_worth_is_claimed_ahead_at_any_rate(per_second: float) -> None:
    """Who leaves, snoozes or moves is heard until two seconds before their letter, or two letters
    where these take longer."""
    appetite = Appetite()
    taken = claimed = 0
    most = 0
    step_s = min(1 / per_second, 0.01)
    due = 0.0
    for step in range(int(max(5, 5 / per_second) / step_s)):
        now = step * step_s
        due += per_second * step_s
        while taken < claimed and taken < int(due):
            taken += 1
        ahead = appetite.ahead(now, taken)
        if claimed - taken <= ahead // 2:
            claimed = taken + ahead
        most = max(most, claimed - taken)
    assert most <= max(LEAST, min(MOST, 2 * per_second + 2))
    assert taken >= 0.9 * int(due), "and nobody waits for a claim"


def test_a_burst_is_no_rate() -> None:
    """Ten sessions that waited take a letter each in one moment, and then none for a second."""
    appetite = Appetite()
    appetite.ahead(0.0, 0)
    assert appetite.ahead(0.001, 10) == 20
    assert appetite.ahead(1.0, 10) == 20
    assert appetite.ahead(2.0, 10) == LEAST


def test_what_was_claimed_and_not_taken_is_known_after_a_stop() -> None:
    async def stop() -> tuple[int, int, int]:
        shelf = Shelf(BATCH)
        supply = supply_of(shelf)
        making = asyncio.create_task(supply.run())
        taken = 0
        while taken < 10:
            if (offer := supply.next) is not None:
                supply.let_go(offer)
                taken += 1
            await asyncio.sleep(0)
        supply.stop()
        await making
        return taken, len(supply.left()), shelf.claimed

    taken, left, claimed = asyncio.run(stop())
    assert taken == 10
    assert taken + left == claimed
