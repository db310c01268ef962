"""Letters made for the wire: claimed in batches, made and signed ahead in threads where that is slow, taken one by one.

Two bounded queues lie between the three, so that memory holds a few chunks of letters however long the delivery is. A letter
that takes a few microseconds is made when it is taken: handing it from thread to thread would cost more.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from newsletter.delivery.claiming import Recipient
from newsletter.delivery.claims import Claims
from newsletter.mail.letter import Letter
from newsletter.mail.offers import Offer

BATCH = 800  # messages of one claim
CHUNK = 25  # letters that a thread makes at a time
READY = 8  # chunks made and not taken


class Supply:
    """The letters of one slice. `address` makes one, slowly or not; `on_made` hears that there are some, or no more to come."""

    def __init__(self, claims: Claims, address: Callable[[Recipient], Letter], on_made: Callable[[], None], *, is_slow: bool) -> None:
        self._claims, self._address, self._on_made = claims, address, on_made
        self._makers = (os.cpu_count() or 1) if is_slow else 0
        self._claimed: asyncio.Queue[Sequence[Recipient] | None] = asyncio.Queue(BATCH // CHUNK)
        self._made: asyncio.Queue[Sequence[Offer | Recipient]] = asyncio.Queue(READY)
        self._chunk: list[Offer | Recipient] = []  # what is taken from now, last first
        self._waiting: set[int] = set()  # claimed and not taken
        self._is_stopped = self._is_exhausted = False

    @property
    def has_some(self) -> bool:
        return bool(self._chunk) or not self._made.empty()

    @property
    def is_over(self) -> bool:
        """True if there will be no more."""
        return self._is_exhausted and not self.has_some

    @property
    def next(self) -> Offer | None:
        """The next letter that is ready."""
        if not self._chunk:
            if self._made.empty():
                return None
            self._chunk = list(self._made.get_nowait()[::-1])
        one = self._chunk[-1]
        if isinstance(one, Recipient):
            one = self._chunk[-1] = self._offer(one)
        return one

    def take(self) -> Offer | None:
        """Return the next letter that is ready, and let go of it."""
        offer = self.next
        if offer is not None:
            self._chunk.pop()
            self._waiting.discard(offer.key)
        return offer

    async def run(self) -> None:
        """Claim and make until nothing is due or `stop`."""
        with ThreadPoolExecutor(self._makers or 1, "letters") as pool:
            await asyncio.gather(self._claim(), *(self._make(pool) for _ in range(self._makers or 1)))
        self._is_exhausted = True
        self._on_made()

    def stop(self) -> None:
        """Claim and make no more."""
        self._is_stopped = True
        while not self._made.empty():
            self._made.get_nowait()

    def left(self) -> Collection[int]:
        """After `run`: the claimed messages that nobody took."""
        return self._waiting

    async def _claim(self) -> None:
        while not self._is_stopped and (claimed := await self._claims.take(BATCH)):
            self._waiting.update(one.id for one in claimed)
            for start in range(0, len(claimed), CHUNK):
                await self._claimed.put(claimed[start : start + CHUNK])
        for _ in range(self._makers or 1):
            await self._claimed.put(None)

    async def _make(self, pool: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        while (chunk := await self._claimed.get()) is not None:
            if self._is_stopped:
                continue
            made = await loop.run_in_executor(pool, self._offers, chunk) if self._makers else chunk
            if not self._is_stopped:
                await self._made.put(made)
                self._on_made()

    def _offers(self, recipients: Sequence[Recipient]) -> list[Offer]:
        return [self._offer(one) for one in recipients]

    def _offer(self, one: Recipient) -> Offer:
        return Offer(one.id, self._address(one))
