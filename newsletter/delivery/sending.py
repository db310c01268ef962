"""Sending one delivery: claims, letters made in threads, sessions with the relay, and the journal between them and the wire.

In this order, always: a claim is committed; the letter is made; its intent is durable in the journal; its dot leaves; the
reply is an outcome, which goes to the journal and, in groups, to the database.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.addressing import Prepared, address, prepare
from newsletter.delivery.claiming import Released, Result
from newsletter.delivery.claims import Claims, JournaledClaims
from newsletter.delivery.journal import RELEASED, Journal, JournalBroken
from newsletter.delivery.making import Supply
from newsletter.delivery.planning import freeze
from newsletter.delivery.reading import read as read_delivery
from newsletter.editions.models import Edition
from newsletter.errors import NewsletterError
from newsletter.issues.models import Issue
from newsletter.mail.dkim import SigningKey
from newsletter.mail.offers import NotOffered, Offer, SenderRefused
from newsletter.mail.outcomes import Outcome
from newsletter.mail.pace import LOOK, Domains, FirstLook, Pace
from newsletter.mail.relay import Relay, RelayAddress
from newsletter.mail.wire import Wire
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls

NAP_S = 0.02
DRAIN_S = 0.25  # between two groups of outcomes; pause, stop, a rate and who left are seen as often


class Sender:
    """What sends: the relay's address, how many sessions, what letters are made with, and the journal."""

    def __init__(
        self,
        database: Database,
        relay: RelayAddress,
        *,
        connections: int,
        clock: Clock,
        signer: Signer,
        urls: Urls,
        keys: Sequence[SigningKey],
        journal: Journal,
    ) -> None:
        self.database = database
        self.relay = relay
        self.connections = connections
        self.clock = clock
        self.signer = signer
        self.urls = urls
        self.keys = keys
        self.journal = journal
        self.stopping = False  # once set, nothing more is taken

    async def deliver(
        self, delivery_id: int, *, at_most_s: float = float("inf"), on_settled: Callable[[int], None] = lambda _: None
    ) -> None:
        """Offer what is due until nothing of the delivery is; raises NotOffered or LoginRefused when the relay fails.

        `on_settled` hears how many messages each transaction settled. What waits for a later attempt is left waiting.
        """
        while not await asyncio.to_thread(freeze, self.database, delivery_id):
            if self.stopping or (await asyncio.to_thread(self.database.read, read_delivery, delivery_id)).status != "sending":
                return
            await asyncio.sleep(DRAIN_S)  # another process plans it
        claims = JournaledClaims(self.database, delivery_id, self.journal, self.clock)
        prepared, is_looked_at = await asyncio.to_thread(self.database.read, prepare_delivery, self, delivery_id)
        first = FirstLook(0 if is_looked_at else LOOK)
        await Slice(self, claims, prepared, first, at_most_s=at_most_s, on_settled=on_settled).run()


class Slice:
    """One run over a delivery, and the Work of its sessions."""

    def __init__(
        self,
        sender: Sender,
        claims: Claims,
        prepared: Prepared,
        first: FirstLook,
        *,
        at_most_s: float = float("inf"),
        on_settled: Callable[[int], None],
    ) -> None:
        self._sender, self._claims, self._on_settled = sender, claims, on_settled
        self._relay, self._first, self._pace, self._domains = Relay(sender.relay), first, Pace(), Domains()
        self._at_most_s = at_most_s
        self._supply = Supply(claims, lambda one: address(prepared, one), self._wake)
        self._gone: frozenset[int] = frozenset()  # readers who left while their letters were made
        self._waiting_for_sync: list[tuple[Offer, Callable[[], None]]] = []
        self._intended: set[int] = set()  # their dots may have left, their replies are not here
        self._unwritten: list[tuple[int, int]] = []  # outcomes that the journal does not have yet
        self._results: dict[int, Result] = {}  # outcomes that the database does not have yet
        self._ends: dict[Wire, asyncio.Future[NotOffered | None]] = {}
        self._answered, self._over = asyncio.Event(), asyncio.Event()
        self._halted = False  # the delivery was paused or stopped, or the sender should end
        self._barren = 0  # sessions in a row that ended without a single reply to a letter
        self._failure: NewsletterError | None = None

    async def run(self) -> None:
        """Send until dry, halted or failed; at the end nothing is claimed and the journal is empty."""
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + self._at_most_s
        await self._drain()
        making = asyncio.create_task(self._supply.run())
        beside = [asyncio.create_task(self._drain_on()), asyncio.create_task(self._pace_on())]
        for task in (making, *beside):
            task.add_done_callback(self._see_broken)
        await asyncio.gather(*(self._session(is_probe=not n) for n in range(self._sender.connections)))
        self._supply.stop()
        self._over.set()
        await asyncio.gather(making, *beside)
        await self._close()
        if self._failure:
            raise self._failure

    # the Work of a session

    def take(self) -> Offer | None:
        """The next letter that is made and may go."""
        if not self._supply.has_some:
            if self._supply.is_over:
                self._loop.call_soon(self._end_taking)
            return None
        now = self._loop.time()
        if self._is_ending or not self._pace.may_go(now) or not self._first.may_go():
            return None
        offer = self._supply.take()
        if offer is None or not self._must_wait(offer, now):
            return offer
        self._first.came_back()
        return self.take()

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """Let the dot leave after the next sync; all sessions that are ready in one turn of the loop share it."""
        if not self._waiting_for_sync:
            self._loop.call_soon(self._sync)
        self._waiting_for_sync.append((offer, go))

    def settle(self, offer: Offer, result: Outcome | NotOffered) -> None:
        """Note what became of a letter. An uncertain one stays an open intent in the journal."""
        self._intended.discard(offer.key)
        if isinstance(result, NotOffered):
            self._first.came_back()
            return self._release(offer.key, str(result))
        self._answered.set()
        self._results[offer.key] = result
        if result.code is not None:
            self._unwritten.append((offer.key, result.code))
        if result.kind == "deferred":
            self._pace.brake(self._loop.time())
        self._domains.heard(offer.letter.rcpt_to, result, self._loop.time())
        self._first.heard(result)
        self._halted = self._halted or bool(self._first.trouble)
        return None

    def ended(self, wire: Wire, failure: NotOffered | None) -> None:
        """Let the session's coroutine go on."""
        self._relay.learn(wire)
        if failure:
            self._pace.brake(self._loop.time())
        self._ends[wire].set_result(failure)

    def _sync(self) -> None:
        waiting, self._waiting_for_sync = self._waiting_for_sync, []
        outcomes, self._unwritten = self._unwritten, []
        keys = [offer.key for offer, _ in waiting]
        try:
            self._claims.promise(outcomes, keys)
        except OSError as error:
            self._failure = JournalBroken(f"{JournalBroken.__doc__} ({error.strerror})")
            for wire in list(self._ends):
                wire.give_up(self._failure)
            return
        self._intended.update(keys)
        for _, go in waiting:
            go()

    def _release(self, key: int, why: str, again_at: datetime | None = None) -> None:
        self._results[key] = Released(why, again_at)
        self._unwritten.append((key, RELEASED))

    # sessions

    async def _session(self, *, is_probe: bool) -> None:
        """Keep one session with the relay until there is nothing more to take; one that ends early is opened again.

        The others wait until the first one, the probe, has heard a reply to a letter: a relay that is down is not stormed.
        """
        while not is_probe and not self._answered.is_set() and not self._is_ending and not self._supply.is_over:  # noqa: ASYNC110  # until one of four things
            await asyncio.sleep(NAP_S)
        while not self._is_ending and not self._supply.is_over:
            if not self._supply.has_some:
                await asyncio.sleep(NAP_S)
                continue
            try:
                wire = await self._relay.open(self)
            except NewsletterError as error:
                self._failure = error
                return
            self._ends[wire] = self._loop.create_future()
            wire.begin()
            failure = await self._ends[wire]
            del self._ends[wire]
            self._barren = 0 if wire.count else self._barren + 1
            if isinstance(failure, SenderRefused) or (failure and self._barren >= max(2, self._sender.connections)):
                self._failure = failure

    @property
    def _is_ending(self) -> bool:
        return self._halted or self._sender.stopping or self._failure is not None

    def _see_broken(self, task: asyncio.Task[None]) -> None:
        """Without claims or a database nothing more is taken; `run` raises what happened, and the journal tells the rest."""
        if not task.cancelled() and task.exception():
            self._halted = True
            self._end_taking()

    def _end_taking(self) -> None:
        self._supply.stop()
        for wire in list(self._ends):
            wire.finish()

    def _wake(self) -> None:
        for wire in list(self._ends):
            wire.wake()

    async def _pace_on(self) -> None:
        """Wake the sessions that wait for their turn."""
        while not self._over.is_set():
            await asyncio.sleep(NAP_S)
            self._pace.recover(NAP_S)
            self._wake()

    def _must_wait(self, offer: Offer, now: float) -> bool:
        """True for a reader who left, and for a domain that rests: the message goes back, not offered."""
        rest_s = self._domains.rests_s(offer.letter.rcpt_to, now)
        if rest_s:
            self._release(offer.key, "The recipient's domain asked for a rest.", self._sender.clock.now() + timedelta(seconds=rest_s))
        elif offer.key in self._gone:
            self._release(offer.key, "The reader left.")
        return rest_s > 0 or offer.key in self._gone

    # the database

    async def _drain_on(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), DRAIN_S)
            await self._drain()
            if self._is_ending:
                self._end_taking()

    async def _drain(self) -> None:
        """Bring outcomes to the database and see how the delivery stands."""
        results, self._results = self._results, {}
        try:
            standing = await self._claims.record(results)
        except BaseException:
            self._results = results | self._results
            raise
        self._claims.trim(self._results, self._intended)
        self._on_settled(sum(not isinstance(result, Released) for result in results.values()))
        self._pace.limit = standing.letters_per_s
        self._halted = self._halted or not standing.is_sending or self._sender.stopping or self._loop.time() > self._until
        self._gone = standing.gone

    async def _close(self) -> None:
        """What was claimed and not taken waits again; the database has all, so the journal begins anew."""
        for key in self._supply.left():
            self._release(key, "The delivery was halted.")
        await self._drain()
        self._unwritten.clear()
        trouble = str(self._failure) if self._failure else ""
        await self._claims.close(trouble, self._first.trouble if self._first.is_over else None)


def prepare_delivery(session: Session, sender: Sender, delivery_id: int) -> tuple[Prepared, bool]:
    """Make a delivery's edition ready for its letters; also: were its first letters looked at."""
    delivery = read_delivery(session, delivery_id)
    publication = session.get_one(Publication, delivery.publication_id)
    edition = session.get_one(Edition, delivery.edition_id)
    number = session.get_one(Issue, delivery.issue_id).number
    prepared = prepare(publication, edition, number, keys=sender.keys, signer=sender.signer, urls=sender.urls, now=sender.clock.now())
    return prepared, delivery.looked_at is not None
