"""A slice: one run over a delivery: claims, letters made, lanes to the relays, the journal between.

In this order, always: a claim is committed; the letter is made; its intent is durable in the
journal; its dot leaves; the reply is an outcome, which goes to the journal and, in groups, to the
database. With any two of these exchanged, a sender that dies would write twice or lose somebody.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.clock import Clock
from newsletter.delivery.sender.addressing import PreparedEdition
from newsletter.delivery.sender.bookkeeping import Books, Orders
from newsletter.delivery.sender.journal import RELEASED, JournalBroken, Reply
from newsletter.delivery.sender.lanes import ASIDE, NAP_S, Lane, SliceLanes
from newsletter.delivery.sender.making import Supply
from newsletter.delivery.settling import Released, Result
from newsletter.errors import NewsletterError
from newsletter.mail.failures import NotOffered
from newsletter.mail.offers import Offer
from newsletter.mail.outcomes import Outcome
from newsletter.mail.pace import Domains, FirstLook, Pace
from newsletter.mail.relay import RelayAddress

# Between two groups of results. Pause, stop, a limit and people who left are seen as often.
DRAIN_S = 0.25
FAILED_S = 60.0  # letters for a relay that failed wait so long, while the others go on
Intent = tuple[Offer, Callable[[], None]]  # a letter, and what lets its dot leave


@dataclass(frozen=True, slots=True)
class SliceSettings:
    """Where a slice's letters go, and how long it may last."""

    relays: Mapping[str, RelayAddress]  # by recipient domain; OTHER_DOMAINS: all others
    connections: int  # sessions with each relay
    clock: Clock
    is_stopping: Callable[[], bool] = lambda: False
    at_most_s: float = float("inf")


class Slice:
    """One run over a delivery: the Traffic of its lanes.

    A letter goes from field to field:

                    take            intend               _sync                settle
        _supply ──────────► (lane) ────────► _awaiting_sync ────► _intended ────────► _results,
           │                  ▲                                   (its dot            _unwritten
           └─ other lanes ────┘ lane.aside                         may leave)             │
                                                                                          │
        journal ◄── _sync: _unwritten, with the next intents ─────────────────────────────┤
        database ◄── _drain: _results, four times a second ───────────────────────────────┘

    The slice itself:

        running ──┬─ dry: nothing is due any more
                  ├─ halted: paused, stopped, its time over, or too many first letters failed
                  └─ failed: the journal, or every relay
                       │
                       ▼ the lanes end; what they have in hand is answered
                    closing ──► nothing is claimed any more, and the journal is empty
    """

    def __init__(
        self,
        settings: SliceSettings,
        books: Books,
        prepared: PreparedEdition,
        first: FirstLook,
        on_settled: Callable[[int], None],
    ) -> None:
        self._settings = settings
        self._books = books
        self._first = first
        self._on_settled = on_settled
        self.settled = 0  # messages
        self._lanes = SliceLanes(settings.relays, self, settings.connections)
        self._supply = Supply(books, prepared, self._lanes.wake)
        self._limit = Pace()  # what a person allows, over all lanes
        self._domains = Domains()
        self._gone: frozenset[int] = (
            frozenset()
        )  # their readers left or moved while letters were made
        self._awaiting_sync: list[Intent] = []
        self._syncing: asyncio.Task[None] | None = None
        self._journal = asyncio.Lock()  # held while it is written
        self._intended: set[int] = set()  # their dots may have left, their replies are not here
        self._unwritten: list[Reply] = []  # outcomes that the journal does not have yet
        self._results: dict[int, Result] = {}  # what the database does not have yet
        self._over = asyncio.Event()
        self._halted = False  # no lane takes any more
        self._failure: NewsletterError | None = None

    async def run(self) -> None:
        """Send until dry, halted or failed; at the end nothing is claimed and the journal is empty.

        Raises what failed: NotOffered, LoginRefused or JournalBroken.
        """
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + self._settings.at_most_s
        await self._drain()  # first: limits and people who left are known before a letter goes
        making = self._watched(self._supply.run())
        beside = (self._watched(self._drain_on()), self._watched(self._pace_on()))
        await self._lanes.run()
        self._supply.stop()
        self._over.set()
        await asyncio.gather(making, *beside)
        await self._close()
        if self._failure:
            raise self._failure

    # what its lanes ask (lanes.Traffic)
    #
    # Each letter comes through these: they are in one piece where a call would cost.

    @property
    def is_ending(self) -> bool:
        """True if no lane takes any more."""
        return self._halted or self._settings.is_stopping()

    def has_some(self, lane: Lane) -> bool:
        """True if a letter for this lane is ready.

        Letters before it that go other ways are laid aside for them.
        """
        while not lane.aside and (offer := self._supply.next) is not None:
            other = self._lanes.of(offer)
            if other is lane:
                return True
            self._supply.take()
            self._lay_aside(other, offer)
        return bool(lane.aside)

    def is_dry(self, lane: Lane) -> bool:
        """True if there will be none for it any more."""
        return self._supply.is_over and not lane.aside

    def take(self, lane: Lane) -> Offer | None:
        """The next letter that is made, goes this way and may go now."""
        if not self.has_some(lane):
            if self.is_dry(lane):
                # later: the session that asks is in the middle of its own step
                self._loop.call_soon(lane.finish)
            return None
        now = self._loop.time()
        while self.has_some(lane):
            # the last three count the letter; only the first look can take that back
            if (
                self.is_ending
                or not lane.brake.may_go(now)
                or not self._may_go(now)
                or not self._first.may_go()
            ):
                return None
            offer = lane.aside.popleft() if lane.aside else self._supply.take()
            if offer is not None and not self._must_wait(offer, now):
                return offer
            self._first.came_back()
        return None

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """Let the dot leave after the next sync.

        All that come in one turn of the loop, or while a sync is under way, share the next one.
        """
        self._awaiting_sync.append((offer, go))
        if self._syncing is None:
            self._syncing = self._loop.create_task(self._sync())

    def settle(self, lane: Lane, offer: Offer, result: Outcome | NotOffered) -> None:
        """Note what became of a letter. An uncertain one stays an open intent in the journal."""
        self._intended.discard(offer.key)
        if isinstance(result, NotOffered):
            return self._take_back(lane, offer, result)
        self._results[offer.key] = result
        if result.code is not None:
            self._unwritten.append((offer.key, result.code))
        self._domains.heard(offer.letter.rcpt_to, result, self._loop.time())
        self._first.heard(result)
        self._halted = self._halted or bool(self._first.trouble)
        return None

    def failed(self, lane: Lane) -> None:
        """Let what goes that way wait; with every lane failed the slice ends."""
        self._failure = self._failure or lane.failure
        self._halted = self._halted or self._lanes.have_failed
        while lane.aside:
            self._release(lane.aside.popleft().key, str(lane.failure), FAILED_S)

    def _may_go(self, now: float) -> bool:
        return not self._limit.limit or self._limit.may_go(now)

    def _take_back(self, lane: Lane, offer: Offer, why: NotOffered) -> None:
        """Let a letter wait whose dot did not leave."""
        self._first.came_back()
        # with one relay only, the letter is due at once: it waits for the relay, not for a time
        is_other_way = lane.failure and len(self._lanes) > 1
        self._release(offer.key, str(why), FAILED_S if is_other_way else 0)

    def _lay_aside(self, lane: Lane, offer: Offer) -> None:
        """Keep a letter for its lane; it goes back for a while if that has enough, or failed."""
        if lane.failure:
            self._release(offer.key, str(lane.failure), FAILED_S)
        elif len(lane.aside) < ASIDE:
            lane.aside.append(offer)
        else:
            wait_s = lane.brake.reserve_turn(self._loop.time())
            self._release(offer.key, "Its relay is busy.", wait_s)

    def _must_wait(self, offer: Offer, now: float) -> bool:
        """True if a letter must not go now; its message goes back, not offered."""
        if offer.key in self._gone:
            # due at once: the next claim cancels it, or takes it with the reader's new address
            self._release(offer.key, "The reader left, rests or moved.")
            return True
        wait_s = self._domains.wait_s(offer.letter.rcpt_to, now)
        if wait_s:
            self._release(offer.key, "The recipient's domain takes no more now.", wait_s)
        return wait_s > 0

    def _release(self, key: int, why: str, wait_s: float = 0.0) -> None:
        """Give a claimed message back: its dot did not leave."""
        again_at: datetime | None = None
        if wait_s:
            again_at = self._settings.clock.now() + timedelta(seconds=wait_s)
        self._results[key] = Released(why, again_at)
        self._unwritten.append((key, RELEASED))

    # the journal

    async def _sync(self) -> None:
        """Bring group after group of intents to the disk, and let their dots leave.

        Meanwhile the loop goes on: a sync is a wait, of a millisecond or of many.
        """
        try:
            while self._awaiting_sync:
                await self._sync_group()
        except OSError as error:
            self._break_journal(error)
        finally:
            self._syncing = None

    async def _sync_group(self) -> None:
        async with self._journal:
            group = self._awaiting_sync
            self._awaiting_sync = []
            outcomes = self._unwritten
            self._unwritten = []
            keys = [offer.key for offer, _ in group]
            # before the write: it may fail halfway, with some of them on the disk
            self._intended.update(keys)
            await self._books.write_ahead(outcomes, keys)
        for _, go in group:
            go()

    def _break_journal(self, error: OSError) -> None:
        """Without a journal no dot leaves: the sessions end, and their letters wait."""
        broken = JournalBroken(f"{JournalBroken.__doc__} ({error.strerror})")
        self._failure = broken
        self._halted = True
        self._lanes.give_up(broken)

    # beside the lanes

    def _watched(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Begin a task beside the lanes; if it breaks, they take nothing more."""
        task = self._loop.create_task(work)
        task.add_done_callback(self._see_broken)
        return task

    def _see_broken(self, task: asyncio.Task[None]) -> None:
        """Take nothing more if a task broke, as without a database.

        `run` raises what happened, and the journal tells the next sender the rest.
        """
        if not task.cancelled() and task.exception():
            self._halted = True
            self._end_taking()

    def _end_taking(self) -> None:
        self._supply.stop()
        self._lanes.finish()

    async def _pace_on(self) -> None:
        """Wake the sessions that wait for their turn."""
        while not self._over.is_set():
            await asyncio.sleep(NAP_S)
            self._lanes.recover(NAP_S)
            self._lanes.wake()

    async def _drain_on(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), DRAIN_S)
            await self._drain()
            if self.is_ending:
                self._end_taking()

    async def _drain(self) -> None:
        """Bring results to the database, and see how the delivery stands."""
        results = self._results
        self._results = {}
        try:
            orders = await self._books.record(results)
        except BaseException:
            # the next try must have them; what came meanwhile is newer
            self._results = results | self._results
            raise
        async with self._journal:
            self._books.trim_journal(self._results, self._intended)
        settled = sum(not isinstance(result, Released) for result in results.values())
        self.settled += settled
        self._on_settled(settled)
        self._heed(orders)

    def _heed(self, orders: Orders) -> None:
        """Go from now on by what the rows say."""
        self._limit.limit = orders.limits.letters_per_s
        self._domains.rates = orders.limits.domain_rates
        self._gone = orders.gone
        is_late = self._loop.time() > self._until
        self._halted = self._halted or not orders.is_sending or self.is_ending or is_late

    async def _close(self) -> None:
        """Give back what was claimed and not taken; then the database has all."""
        self._release_untaken()
        await self._drain()
        if self._syncing:
            await self._syncing  # for sessions that are over
        self._unwritten.clear()
        trouble = str(self._failure) if self._failure else ""
        await self._books.close(trouble, self._first.trouble if self._first.is_over else None)

    def _release_untaken(self) -> None:
        for key in self._supply.left():
            self._release(key, "The delivery was halted.")
        for offer in self._lanes.laid_aside():
            self._release(offer.key, "The delivery was halted.")
