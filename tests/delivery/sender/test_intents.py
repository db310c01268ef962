"""Intents: no dot leaves before its intent is in the journal, and no reply is forgotten."""

import asyncio
from collections.abc import Sequence

from newsletter.delivery.claiming import Recipient
from newsletter.delivery.sender.bookkeeping import Books
from newsletter.delivery.sender.intents import Intents
from newsletter.delivery.sender.journal import RELEASED, Reply
from newsletter.mail.offers import Offer
from tests.mail.forms import letter

ADA = Offer(1, letter("ada@readers.example"))
BOB = Offer(2, letter("bob@readers.example"))


class Notes(Books):
    """Books that keep what is written ahead; the first writes wait for `let`."""

    def __init__(self) -> None:
        self.written: list[tuple[Sequence[Reply], Sequence[int]]] = []
        self.let = asyncio.Event()
        self.error: OSError | None = None

    async def claim(self, limit: int) -> Sequence[Recipient]:
        return []

    async def write_ahead(self, outcomes: Sequence[Reply], intents: Sequence[int]) -> None:
        await self.let.wait()
        if self.error:
            raise self.error
        self.written.append((list(outcomes), list(intents)))


def test_a_dot_leaves_after_its_intent_is_written_and_replies_go_with_the_next() -> None:
    async def check() -> None:
        notes = Notes()
        intents = Intents(notes, lambda _: None)
        gone: list[int] = []
        intents.add(ADA, lambda: gone.append(1))
        await asyncio.sleep(0)
        assert gone == [], "nothing is on the disk yet"
        notes.let.set()
        await intents.end()
        assert gone == [1]
        intents.answered(1, 250)
        intents.add(BOB, lambda: gone.append(2))
        await intents.end()
        assert notes.written == [([], [1]), ([(1, 250)], [2])]

    asyncio.run(check())


def test_a_letter_that_comes_back_is_taken_out_or_released() -> None:
    async def check() -> None:
        notes = Notes()
        intents = Intents(notes, lambda _: None)
        gone: list[int] = []
        intents.add(ADA, lambda: gone.append(1))
        intents.forget(ADA)
        notes.let.set()
        intents.add(BOB, lambda: gone.append(2))
        await intents.end()
        assert gone == [2]
        intents.forget(BOB)
        await intents.save_replies()
        assert notes.written == [([], [2]), ([(2, RELEASED)], [])]

    asyncio.run(check())


def test_a_journal_that_cannot_be_written_lets_no_dot_leave_and_is_heard_of() -> None:
    async def check() -> None:
        notes = Notes()
        notes.error = OSError(28, "No space left on device")
        notes.let.set()
        broken: list[OSError] = []
        intents = Intents(notes, broken.append)
        gone: list[int] = []
        intents.add(ADA, lambda: gone.append(1))
        await intents.end()
        await intents.save_replies()
        assert (gone, broken) == ([], [notes.error])

    asyncio.run(check())
