"""Intents: what a slice's journal must hold before a dot leaves, and the replies that go with it.

add ──► awaiting ──sync──► intended: its dot may leave ──answered──► unwritten ──next sync──►
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from newsletter.delivery.sender.bookkeeping import Books
from newsletter.delivery.sender.journal import RELEASED, Reply
from newsletter.delivery.settling import Result
from newsletter.mail.offers import Offer

Intent = tuple[Offer, Callable[[], None]]  # a letter, and what lets its dot leave


class Intents:
    """The intents of one slice. `on_broken` hears why no more of them can be written."""

    def __init__(self, books: Books, on_broken: Callable[[Exception], None]) -> None:
        self._books = books
        self._on_broken = on_broken
        self._awaiting: list[Intent] = []
        self._syncing: asyncio.Task[None] | None = None
        self._journal = asyncio.Lock()  # held while it is written
        self._intended: set[int] = set()  # their dots may have left, their replies are not here
        self._unwritten: list[Reply] = []  # outcomes that the journal does not have yet

    def add(self, offer: Offer, go: Callable[[], None]) -> None:
        """Call `go` after the next sync.

        All that come in one turn of the loop, or while a sync is under way, share the next one.
        """
        self._awaiting.append((offer, go))
        if self._syncing is None:
            self._syncing = asyncio.get_running_loop().create_task(self._sync())

    def answered(self, key: int, code: int | None) -> None:
        """Note a reply, or RELEASED. Without a code the intent stays open: it is in doubt."""
        self._intended.discard(key)
        if code is not None:
            self._unwritten.append((key, code))

    def forget(self, offer: Offer) -> None:
        """Take back the intent of a letter whose dot did not leave."""
        self._awaiting = [intent for intent in self._awaiting if intent[0] is not offer]
        if offer.key in self._intended:
            self.answered(offer.key, RELEASED)

    async def trim(self, results: Mapping[int, Result]) -> None:
        """Let the journal shrink to what the database does not know yet, if it has grown."""
        async with self._journal:
            try:
                self._books.trim_journal(results, self._intended)
            except OSError as error:
                self._on_broken(error)

    async def save_replies(self) -> None:
        """Note the last replies in the journal, for who settles it; without room they are lost."""
        with suppress(OSError):
            await self._books.write_ahead(self._unwritten, ())

    async def end(self) -> None:
        """Wait for a sync that is under way, for sessions that are over."""
        if self._syncing:
            await self._syncing
        self._unwritten.clear()

    async def _sync(self) -> None:
        """Bring group after group of intents to the disk, and let their dots leave.

        Meanwhile the loop goes on: a sync is a wait, of a millisecond or of many.
        """
        try:
            while self._awaiting:
                await self._sync_group()
        except Exception as error:  # nobody awaits this task, and letters wait for it
            self._on_broken(error)
        finally:
            self._syncing = None

    async def _sync_group(self) -> None:
        async with self._journal:
            group = self._awaiting
            self._awaiting = []
            outcomes = self._unwritten
            self._unwritten = []
            keys = [offer.key for offer, _ in group]
            # before the write: it may fail halfway, with some of them on the disk
            self._intended.update(keys)
            await self._books.write_ahead(outcomes, keys)
        for _, go in group:
            go()
