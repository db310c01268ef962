"""Letters made for the wire: claimed in batches, signed ahead where they are signed, taken singly.

    books ──claim──► _claimed ──draft, sign──► _made ──► _chunk ──take──► lanes
    (database)       (chunks)   (children)     (chunks)  (one)

Who is claimed gets the letter, whatever they wish meanwhile. So no more is claimed ahead than two
seconds' worth of what the lanes take. A letter that is not signed takes a few microseconds, so it
is made when it is taken.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence

from newsletter.delivery.claiming import Recipient
from newsletter.delivery.reading import in_groups
from newsletter.delivery.sender.addressing import PreparedEdition, draft_letter
from newsletter.delivery.sender.bookkeeping import Books
from newsletter.mail.offers import Offer
from newsletter.mail.signing import Signers

BATCH = 800  # messages of one claim at most
AHEAD_S = 2.0  # so many seconds' worth of letters are claimed and not taken yet
LEAST = 2  # letters ahead at any rate: one is made while the other is taken
MOST = 2 * BATCH  # letters ahead at any rate: a claim takes less time than half of them
RATE_S = 1.0  # over which the rate is measured
CHUNK = 25  # letters signed at a time
READY = 4  # chunks made and not taken


class Appetite:
    """How many letters to have ahead, by how fast they are taken.

    At first nobody knows; while all are taken at once, each claim is some times the one before.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()  # when, and how many were taken by then

    def ahead(self, now: float, taken: int) -> int:
        """Return how many, with so many `taken` until now (seconds that only go forward)."""
        self._seen.append((now, taken))
        # the first one stays until the next is old enough to measure by
        while len(self._seen) > 1 and now - self._seen[1][0] >= RATE_S:
            self._seen.popleft()
        since, taken_then = self._seen[0]
        # a burst is no rate: sessions that were hungry take one each at the same moment
        per_second = (taken - taken_then) / max(RATE_S, now - since)
        return min(MOST, max(LEAST, int(AHEAD_S * per_second)))


class Supply:
    """The letters of one slice; `on_made` hears that there are some, or no more to come."""

    def __init__(
        self,
        books: Books,
        prepared: PreparedEdition,
        on_made: Callable[[], None],
        signers: Signers,
    ) -> None:
        self._signers = signers
        self._books = books
        self._prepared = prepared
        self._form = prepared.form
        self._on_made = on_made
        self._claimed: asyncio.Queue[Sequence[Recipient] | None] = asyncio.Queue(BATCH // CHUNK)
        self._made: asyncio.Queue[Sequence[Offer | Recipient]] = asyncio.Queue(READY)
        self._chunk: list[Offer | Recipient] = []  # letters are taken from its end
        self._untaken: set[int] = set()  # claimed messages that nobody took yet
        self._count = 0  # messages claimed
        self._appetite = Appetite()
        self._refill_at = 0  # with so few untaken, more is claimed
        self._hungry = asyncio.Event()
        self._is_stopped = False
        self._is_exhausted = False

    @property
    def has_some(self) -> bool:
        """True if a letter is ready."""
        return bool(self._chunk) or not self._made.empty()

    @property
    def is_over(self) -> bool:
        """True if there will be no more."""
        return self._is_exhausted and not self.has_some

    @property
    def next(self) -> Offer | None:
        """The next letter that is ready. It stays until it is taken."""
        # asked for each letter, so it is one piece
        if not self._chunk:
            if self._made.empty():
                return None
            self._chunk = list(self._made.get_nowait()[::-1])  # to pop from the end is cheap
        ready = self._chunk[-1]
        if isinstance(ready, Recipient):
            letter = self._form.finish(draft_letter(self._prepared, ready), ())
            ready = self._chunk[-1] = Offer(ready.id, letter)
        return ready

    def let_go(self, offer: Offer) -> None:
        """Let go of the letter that `next` gave: it was taken."""
        self._chunk.pop()
        self._untaken.discard(offer.key)
        if len(self._untaken) <= self._refill_at:
            self._hungry.set()

    async def run(self) -> None:
        """Claim and make until nothing is due or `stop`."""
        makers = [self._make() for _ in range(self._signers.groups if self._form.keys else 1)]
        await asyncio.gather(self._claim(len(makers)), *makers)
        self._is_exhausted = True
        self._on_made()

    def stop(self) -> None:
        """Claim and make no more."""
        self._is_stopped = True
        self._hungry.set()
        # a maker may wait for room: it must go on to see that it is over
        while not self._made.empty():
            self._made.get_nowait()

    def has_too_many(self, limit: float) -> bool:
        """True if a limit, in letters per second, lets far fewer go than are claimed and waiting.

        0 is no limit. Twice what is claimed ahead: a share may change with each sender that comes.
        """
        return bool(limit) and len(self._untaken) > max(LEAST, 2 * AHEAD_S * limit)

    def left(self) -> Collection[int]:
        """After `run`: the claimed messages that nobody took."""
        return self._untaken

    async def _claim(self, makers: int) -> None:
        while (room := await self._room()) and (claimed := await self._books.claim(room)):
            self._count += len(claimed)
            self._untaken.update([recipient.id for recipient in claimed])
            for chunk in in_groups(claimed, CHUNK):
                await self._claimed.put(chunk)
        # each maker reads one end
        for _ in range(makers):
            await self._claimed.put(None)

    async def _room(self) -> int:
        """Wait until more letters are wanted; return how many, 0 after `stop`."""
        loop = asyncio.get_running_loop()
        while not self._is_stopped:
            untaken = len(self._untaken)
            ahead = self._appetite.ahead(loop.time(), self._count - untaken)
            self._refill_at = ahead // 2
            if untaken <= self._refill_at:
                return min(BATCH, ahead - untaken)
            self._hungry.clear()
            await self._hungry.wait()
        return 0

    async def _make(self) -> None:
        while (chunk := await self._claimed.get()) is not None:
            if self._is_stopped:
                continue  # to the end, so that `_claim` finds room for it
            made = await self._signed(chunk) if self._form.keys else chunk
            if not self._is_stopped:
                await self._made.put(made)
                self._on_made()

    async def _signed(self, chunk: Sequence[Recipient]) -> list[Offer]:
        drafts = [draft_letter(self._prepared, recipient) for recipient in chunk]
        digests = zip(*[draft.digests for draft in drafts], strict=True)  # by key
        keys = zip(self._form.keys, digests, strict=True)
        signatures = [await self._signers.sign(key, digests) for key, digests in keys]
        made = zip(chunk, drafts, zip(*signatures, strict=True), strict=True)
        return [
            Offer(recipient.id, self._form.finish(draft, signed))
            for recipient, draft, signed in made
        ]
