"""A slice: one run over a delivery: claims, letters made, lanes to the relays, and the journal between.

In this order, always: a claim is committed; the letter is made; its intent is durable in the journal; its dot leaves; the
reply is an outcome, which goes to the journal and, in groups, to the database.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.clock import Clock
from newsletter.delivery.sender.addressing import PreparedEdition
from newsletter.delivery.sender.bookkeeping import Books
from newsletter.delivery.sender.journal import RELEASED, JournalBroken
from newsletter.delivery.sender.lanes import ASIDE, NAP_S, Lane
from newsletter.delivery.sender.making import Supply
from newsletter.delivery.settling import Released, Result
from newsletter.errors import NewsletterError
from newsletter.mail.failures import NotOffered
from newsletter.mail.offers import Offer
from newsletter.mail.outcomes import Outcome
from newsletter.mail.pace import Domains, FirstLook, Pace, domain_of
from newsletter.mail.relay import RelayAddress
from newsletter.mail.routes import OTHER_DOMAINS

DRAIN_S = 0.25  # between two groups of outcomes; pause, stop, a rate and who left are seen as often
FAILED_S = 60.0  # what goes the way of a relay that failed waits so long, while the others go on


@dataclass(frozen=True, slots=True)
class SliceSettings:
    """Where a slice's letters go: the relays by recipient domain (ELSE: all others), sessions with each, and how long it may last."""

    relays: Mapping[str, RelayAddress]
    connections: int
    clock: Clock
    is_stopping: Callable[[], bool] = lambda: False
    at_most_s: float = float("inf")


class Slice:
    """One run over a delivery: the Traffic of its lanes."""

    def __init__(
        self,
        ways: SliceSettings,
        books: Books,
        prepared: PreparedEdition,
        first: FirstLook,
        on_settled: Callable[[int], None],
    ) -> None:
        self._ways, self._books, self._first, self._on_settled = ways, books, first, on_settled
        self._lanes = {
            domain: Lane(relay, self, ways.connections) for domain, relay in ways.relays.items()
        }
        self._limit, self._domains = Pace(), Domains()
        self._supply = Supply(books, prepared, self._wake)
        self._gone: frozenset[int] = frozenset()  # readers who left while their letters were made
        self._waiting_for_sync: list[tuple[Offer, Callable[[], None]]] = []
        self._syncing: asyncio.Task[None] | None = None
        self._journal = asyncio.Lock()  # one writes it at a time
        self._intended: set[int] = set()  # their dots may have left, their replies are not here
        self._unwritten: list[tuple[int, int]] = []  # outcomes that the journal does not have yet
        self._results: dict[int, Result] = {}  # outcomes that the database does not have yet
        self._over = asyncio.Event()
        self._halted = False  # the delivery was paused or stopped, or the sender should end
        self._failure: NewsletterError | None = None

    async def run(self) -> None:
        """Send until dry, halted or failed; at the end nothing is claimed and the journal is empty."""
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + self._ways.at_most_s
        await self._drain()
        making = asyncio.create_task(self._supply.run())
        beside = [asyncio.create_task(self._drain_on()), asyncio.create_task(self._pace_on())]
        for task in (making, *beside):
            task.add_done_callback(self._see_broken)
        await asyncio.gather(*(lane.run() for lane in self._lanes.values()))
        self._supply.stop()
        self._over.set()
        await asyncio.gather(making, *beside)
        await self._close()
        if self._failure:
            raise self._failure

    # the Traffic of a lane

    @property
    def is_ending(self) -> bool:
        """True if no lane takes any more."""
        return self._halted or self._ways.is_stopping()

    def has_some(self, lane: Lane) -> bool:
        """True if a letter for this lane is ready; those before it that go other ways are laid aside for them."""
        while not lane.aside and (offer := self._supply.next) is not None:
            other = self._lane_of(offer)
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
                self._loop.call_soon(lane.finish)
            return None
        now = self._loop.time()
        while self.has_some(lane):
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
        """Let the dot leave after the next sync; all that come in one turn of the loop, or while one is under way, share it."""
        self._waiting_for_sync.append((offer, go))
        if self._syncing is None:
            self._syncing = self._loop.create_task(self._sync())

    def settle(self, lane: Lane, offer: Offer, result: Outcome | NotOffered) -> None:
        """Note what became of a letter. An uncertain one stays an open intent in the journal."""
        self._intended.discard(offer.key)
        if isinstance(result, NotOffered):
            self._first.came_back()
            return self._release(
                offer.key, str(result), FAILED_S if lane.failure and len(self._lanes) > 1 else 0
            )
        self._results[offer.key] = result
        if result.code is not None:
            self._unwritten.append((offer.key, result.code))
        self._domains.heard(offer.letter.rcpt_to, result, self._loop.time())
        self._first.heard(result)
        self._halted = self._halted or bool(self._first.trouble)
        return None

    def failed(self, lane: Lane) -> None:
        """What goes that way waits; with every lane failed the slice ends."""
        self._failure = self._failure or lane.failure
        self._halted = self._halted or all(one.failure for one in self._lanes.values())
        while lane.aside:
            self._release(lane.aside.popleft().key, str(lane.failure), FAILED_S)

    def _may_go(self, now: float) -> bool:
        return not self._limit.limit or self._limit.may_go(now)

    def _lane_of(self, offer: Offer) -> Lane:
        if len(self._lanes) == 1:
            return self._lanes[OTHER_DOMAINS]  # nearly always
        return self._lanes.get(domain_of(offer.letter.rcpt_to), self._lanes[OTHER_DOMAINS])

    def _lay_aside(self, lane: Lane, offer: Offer) -> None:
        """Keep a letter for its lane, unless that has enough or its relay failed: then it goes back for a while."""
        if lane.failure:
            self._release(offer.key, str(lane.failure), FAILED_S)
        elif len(lane.aside) < ASIDE:
            lane.aside.append(offer)
        else:
            self._release(
                offer.key, "Its relay is busy.", lane.brake.reserve_turn(self._loop.time())
            )

    def _must_wait(self, offer: Offer, now: float) -> bool:
        """True for a reader who left, and for a domain that rests or has its share: the message goes back, not offered."""
        if offer.key in self._gone:
            self._release(offer.key, "The reader left.")
            return True
        wait_s = self._domains.wait_s(offer.letter.rcpt_to, now)
        if wait_s:
            self._release(offer.key, "The recipient's domain takes no more now.", wait_s)
        return wait_s > 0

    async def _sync(self) -> None:
        """Bring group after group to the disk. Meanwhile the loop goes on: a sync is a wait, of a millisecond or of many."""
        try:
            while self._waiting_for_sync:
                async with self._journal:
                    waiting, self._waiting_for_sync = self._waiting_for_sync, []
                    outcomes, self._unwritten = self._unwritten, []
                    keys = [offer.key for offer, _ in waiting]
                    self._intended.update(keys)
                    await self._books.write_ahead(outcomes, keys)
                for _, go in waiting:
                    go()
        except OSError as error:
            broken = JournalBroken(f"{JournalBroken.__doc__} ({error.strerror})")
            self._failure, self._halted = broken, True
            for lane in self._lanes.values():
                lane.give_up(broken)
        finally:
            self._syncing = None

    def _release(self, key: int, why: str, wait_s: float = 0.0) -> None:
        again_at: datetime | None = (
            self._ways.clock.now() + timedelta(seconds=wait_s) if wait_s else None
        )
        self._results[key] = Released(why, again_at)
        self._unwritten.append((key, RELEASED))

    # beside the lanes

    def _see_broken(self, task: asyncio.Task[None]) -> None:
        """Without claims or a database nothing more is taken; `run` raises what happened, and the journal tells the rest."""
        if not task.cancelled() and task.exception():
            self._halted = True
            self._end_taking()

    def _end_taking(self) -> None:
        self._supply.stop()
        for lane in self._lanes.values():
            lane.finish()

    def _wake(self) -> None:
        for lane in self._lanes.values():
            lane.wake()

    async def _pace_on(self) -> None:
        """Wake the sessions that wait for their turn."""
        while not self._over.is_set():
            await asyncio.sleep(NAP_S)
            for lane in self._lanes.values():
                lane.brake.recover(NAP_S)
            self._wake()

    async def _drain_on(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), DRAIN_S)
            await self._drain()
            if self.is_ending:
                self._end_taking()

    async def _drain(self) -> None:
        """Bring outcomes to the database and see how the delivery stands."""
        results, self._results = self._results, {}
        try:
            orders = await self._books.record(results)
        except BaseException:
            self._results = results | self._results
            raise
        async with self._journal:
            self._books.trim_journal(self._results, self._intended)
        self._on_settled(sum(not isinstance(result, Released) for result in results.values()))
        self._limit.limit, self._domains.rates = orders.letters_per_s, orders.domain_rates
        self._halted = (
            self._halted
            or not orders.is_sending
            or self.is_ending
            or self._loop.time() > self._until
        )
        self._gone = orders.gone

    async def _close(self) -> None:
        """What was claimed and not taken waits again; the database has all, so the journal begins anew."""
        for key in [
            *self._supply.left(),
            *(offer.key for lane in self._lanes.values() for offer in lane.aside),
        ]:
            self._release(key, "The delivery was halted.")
        await self._drain()
        if self._syncing:
            await self._syncing  # for sessions that are over
        self._unwritten.clear()
        trouble = str(self._failure) if self._failure else ""
        await self._books.close(trouble, self._first.trouble if self._first.is_over else None)
