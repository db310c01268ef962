"""A slice: one run over a delivery: claims, letters made, lanes to the relays, the journal between.

In this order, always: a claim is committed; the letter is made; its intent is durable in the
journal; its dot leaves; the reply is an outcome, which goes to the journal and, in groups, to the
database. With any two of these exchanged, a sender that dies would write twice or lose somebody.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta

from newsletter.delivery.sender.addressing import PreparedEdition
from newsletter.delivery.sender.bookkeeping import Books, Ending, Orders
from newsletter.delivery.sender.gate import Gate
from newsletter.delivery.sender.intents import Intents
from newsletter.delivery.sender.journal import RELEASED, broken
from newsletter.delivery.sender.lanes import ASIDE, NAP_S, Lane, SliceLanes
from newsletter.delivery.sender.making import Supply
from newsletter.delivery.sender.slice_settings import SliceSettings
from newsletter.delivery.settling import Released, Result
from newsletter.errors import NewsletterError
from newsletter.mail.failures import NotOffered, SenderRefused, WithoutReply
from newsletter.mail.offers import Offer
from newsletter.mail.outcomes import Outcome
from newsletter.mail.pace import FirstLook

# Between two groups of results. Pause, stop, a limit and people who left are seen as often.
DRAIN_S = 0.25
FAILED_S = 15.0  # letters for a relay that failed wait so long, while the others go on


class Slice:
    """One run over a delivery: the Traffic of its lanes.

    A letter goes from field to field:

                    take            intend                          settle
        _supply ──────────► (lane) ────────► _intents, the journal ─────────► _results
           │                  ▲              (its dot may leave)                 │
           └─ other lanes ────┘ lane.aside                                       │
                                                                                 │
        database ◄── _drain: four times a second ────────────────────────────────┘

    The slice itself:

        running ──┬─ dry: nothing is due any more
                  ├─ halted: paused, stopped, its time over, too many first letters failed, or a
                  │          relay took letters without a reply
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
        self._gate = Gate(first)
        self._on_settled = on_settled
        self.settled = 0  # messages
        self._lanes = SliceLanes(settings.relays, self, settings.connections, settings.silence)
        self._supply = Supply(books, prepared, self._lanes.wake, settings.signers)
        self._intents = Intents(books, self._break_journal)
        self._results: dict[int, Result] = {}  # what the database does not have yet
        self._over = asyncio.Event()
        self._halted = False  # no lane takes any more
        self._failure: NewsletterError | None = None
        self._unforeseen: Exception | None = None  # of the journal's writing: `run` raises it
        self._silence = ""  # why a person should look, after letters that were taken silently

    async def run(self) -> NewsletterError | None:
        """Send until dry, halted or failed; at the end nothing is claimed and the journal is empty.

        Returns what failed, which is on the delivery by then: NotOffered, LoginRefused or
        JournalBroken. After an error that it raises, as one of the database, claims are left; the
        journal then tells all that is known of them.
        """
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + self._settings.at_most_s
        try:
            await self._drain()  # first: limits and people who left are known before a letter goes
            await self._send()
            await self._close()
        except Exception:
            await self._intents.save_replies()
            raise
        return self._failure

    async def _send(self) -> None:
        """Keep the lanes going until each is over; raises what broke beside them."""
        work = (self._supply.run(), self._drain_on(), self._pace_on())
        beside = [self._watched(coroutine) for coroutine in work]
        await self._lanes.run()
        self._supply.stop()
        self._over.set()
        await asyncio.wait(beside)  # all: none may write once this slice's journal is left
        for task in beside:
            task.result()
        if self._unforeseen:
            raise self._unforeseen

    # what its lanes ask (lanes.Traffic)
    #
    # Each letter comes through these: they are in one piece where a call would cost.

    @property
    def is_ending(self) -> bool:
        """True if no lane takes any more."""
        return self._halted

    def has_some(self, lane: Lane) -> bool:
        """True if a letter for this lane is ready."""
        return self._next(lane) is not None

    def is_dry(self, lane: Lane) -> bool:
        """True if there will be none for it any more."""
        return self._supply.is_over and not lane.aside

    def take(self, lane: Lane) -> Offer | None:
        """The next letter that is made, goes this way and may go now."""
        now = self._loop.time()
        while (offer := self._next(lane)) is not None:
            # the last two count the letter
            if self._halted or not lane.brake.may_go(now) or not self._gate.may_go(now):
                return None
            if lane.aside:
                lane.aside.popleft()
            else:
                self._supply.let_go(offer)
            hold = self._gate.holds_back(offer, now)
            if hold is None:
                return offer
            self._gate.first.came_back()
            self._release(offer.key, *hold)
        if self.is_dry(lane):
            # later: the session that asks is in the middle of its own step
            self._loop.call_soon(lane.finish)
        return None

    def _next(self, lane: Lane) -> Offer | None:
        """Return the next letter for a lane; it stays there.

        Letters before it that go other ways are laid aside for them.
        """
        while not lane.aside and (offer := self._supply.next) is not None:
            other = self._lanes.of(offer)
            if other is lane:
                return offer
            self._supply.let_go(offer)
            self._lay_aside(other, offer)
        return lane.aside[0] if lane.aside else None

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """Let the dot leave after the journal's next sync."""
        self._intents.add(offer, go)

    def settle(self, lane: Lane, offer: Offer, result: Outcome | NotOffered) -> None:
        """Note what became of a letter. An uncertain one stays an open intent in the journal."""
        if isinstance(result, NotOffered):
            return self._take_back(lane, offer, result)
        self._results[offer.key] = result
        is_accepted = result.kind == "accepted"
        self._intents.answered(offer.key, result.code if is_accepted else result.brief_code)
        self._gate.heard(offer, result, self._loop.time())
        if self._gate.first.trouble:
            self._halted = True
        return None

    def failed(self, lane: Lane) -> None:
        """Let what goes that way wait; with every lane failed the slice ends."""
        is_silent = isinstance(lane.failure, WithoutReply)
        if is_silent:
            self._silence = str(lane.failure)
        else:
            self._failure = self._failure or lane.failure
        if isinstance(lane.failure, SenderRefused):
            self._gate.first.stop(str(lane.failure))
        self._halted = self._halted or is_silent or self._lanes.have_failed
        while lane.aside:
            self._release(lane.aside.popleft().key, str(lane.failure), self._failed_s)

    def _take_back(self, lane: Lane, offer: Offer, why: NotOffered) -> None:
        """Let a letter wait whose dot did not leave, for the next session if there is one."""
        self._gate.first.came_back()
        self._intents.forget(offer)
        if lane.failure or self.is_ending:
            self._release(offer.key, str(why), self._failed_s if lane.failure else 0.0)
        else:
            lane.aside.append(offer)

    @property
    def _failed_s(self) -> float:
        """How long letters wait for a relay that failed; with one only they wait for it itself."""
        return FAILED_S if len(self._lanes) > 1 else 0.0

    def _lay_aside(self, lane: Lane, offer: Offer) -> None:
        """Keep a letter for its lane; it goes back for a while if that has enough, or failed."""
        if lane.failure:
            self._release(offer.key, str(lane.failure), FAILED_S)
        elif len(lane.aside) < ASIDE:
            lane.aside.append(offer)
        else:
            wait_s = lane.brake.reserve_turn(self._loop.time())
            self._release(offer.key, "Its relay is busy.", wait_s)

    def _release(self, key: int, why: str, wait_s: float = 0.0) -> None:
        """Give a claimed message back: its dot did not leave."""
        now = self._settings.clock.now()
        again_at = now + timedelta(seconds=wait_s) if wait_s else None
        self._results[key] = Released(why, again_at)
        self._intents.answered(key, RELEASED)

    def _break_journal(self, error: Exception) -> None:
        """Without a journal no dot leaves: the sessions end, and their letters wait."""
        if isinstance(error, OSError):
            self._failure = broken(error)
        else:
            self._unforeseen = error
        self._halted = True
        self._lanes.give_up(NotOffered(str(self._failure or error)))

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
        """Wake the sessions that wait for their turn; hear if the sender stops."""
        while not self._over.is_set():
            await asyncio.sleep(NAP_S)
            self._halted = self._halted or self._settings.is_stopping()
            self._lanes.pace(NAP_S, self._loop.time())
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
        await self._intents.trim(self._results)
        settled = sum(not isinstance(result, Released) for result in results.values())
        self.settled += settled
        self._on_settled(settled)
        self._heed(orders)

    def _heed(self, orders: Orders) -> None:
        """Go from now on by what the rows say."""
        self._gate.heed(orders)
        is_late = self._loop.time() > self._until
        # a person lowered the rate: what was claimed at the old one goes back, for other senders
        is_over = is_late or self._supply.has_too_many(orders.limits.letters_per_s)
        is_stopping = self._settings.is_stopping()
        self._halted = self._halted or not orders.is_sending or is_stopping or is_over

    async def _close(self) -> None:
        """Give back what was claimed and not taken; then the database has all."""
        self._release_untaken()
        await self._drain()
        await self._intents.end()
        if self._silence:
            self._settings.silence.letters = 0  # from now on a person answers for these
        trouble = str(self._failure or "")
        first_trouble = self._gate.judgement(is_dry=not self._halted)
        await self._books.close(Ending(trouble, first_trouble, self._silence))

    def _release_untaken(self) -> None:
        for key in self._supply.left():
            self._release(key, "The delivery was halted.")
        for offer in self._lanes.laid_aside():
            self._release(offer.key, "The delivery was halted.")
