"""Letters made ahead: bounded, in the order of their claim, and none is lost when it stops."""

import asyncio
from collections.abc import Sequence

import pytest

from newsletter.delivery.claiming import Recipient
from newsletter.delivery.sender.addressing import PreparedEdition
from newsletter.delivery.sender.making import BATCH, CHUNK, READY, Supply
from newsletter.mail.dkim import SigningKey, make_key, read_key
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import FormContent, FormLetter, MergeText
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


async def take_all(supply: Supply) -> list[int]:
    making = asyncio.create_task(supply.run())
    taken = []
    while not supply.is_over:
        offer = supply.take()
        if offer is None:
            await asyncio.sleep(0)
        else:
            taken.append(offer.key)
    await making
    return taken


@pytest.mark.parametrize("keys", [(), KEYS], ids=["unsigned", "signed"])
def test_every_message_is_made_once(keys: Sequence[SigningKey]) -> None:
    count = BATCH + CHUNK + 1
    supply = Supply(Shelf(count), prepared(keys), lambda: None)  # type: ignore[arg-type]
    taken = asyncio.run(take_all(supply))
    assert sorted(taken) == list(range(1, count + 1))
    assert keys or taken == sorted(taken), "unsigned letters keep the order of their claim"
    assert not supply.left()


def test_no_more_is_claimed_than_there_is_room_for() -> None:
    async def look() -> int:
        shelf = Shelf(100 * BATCH)
        supply = Supply(shelf, prepared(), lambda: None)  # type: ignore[arg-type]
        making = asyncio.create_task(supply.run())
        for _ in range(1000):
            await asyncio.sleep(0)
        supply.stop()
        await making
        return shelf.claimed

    assert asyncio.run(look()) <= 2 * BATCH + READY * CHUNK


def test_what_was_claimed_and_not_taken_is_known_after_a_stop() -> None:
    async def stop() -> tuple[int, int, int]:
        shelf = Shelf(BATCH)
        supply = Supply(shelf, prepared(), lambda: None)  # type: ignore[arg-type]
        making = asyncio.create_task(supply.run())
        while not supply.has_some:  # noqa: ASYNC110  # makers have no event for tests
            await asyncio.sleep(0)
        taken = sum(supply.take() is not None for _ in range(10))
        supply.stop()
        await making
        return taken, len(supply.left()), shelf.claimed

    taken, left, claimed = asyncio.run(stop())
    assert taken == 10
    assert taken + left == claimed
