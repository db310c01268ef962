"""Sending one delivery: claims, letters made in threads, sessions with the relay, and the journal between them and the wire.

In this order, always: a claim is committed; the letter is made; its intent is durable in the journal; its dot leaves; the
reply is an outcome, which goes to the journal and, in groups, to the database.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.addressing import Prepared, address, prepare
from newsletter.delivery.claiming import Recipient, Released, claim, finish_if_done, say_trouble, settle
from newsletter.delivery.journal import RELEASED, Journal
from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import WAITING
from newsletter.editions.models import Edition
from newsletter.errors import NewsletterError
from newsletter.issues.models import Issue
from newsletter.mail.dkim import SigningKey
from newsletter.mail.offers import NotOffered, Offer, SenderRefused
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Relay, RelayAddress
from newsletter.mail.wire import Wire
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls

Result = Outcome | Released
BATCH = 400  # messages of one claim
CHUNK = 25  # letters that a thread makes at a time
NAP_S = 0.01
DRAIN_S = 0.25  # between two groups of outcomes; pause and stop are seen as often


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

    async def deliver(self, delivery_id: int, *, on_settled: Callable[[int], None] = lambda _: None) -> None:
        """Offer what is due until nothing of the delivery is; raises NotOffered or LoginRefused when the relay fails.

        `on_settled` hears how many messages each transaction settled. What waits for a later attempt is left waiting.
        """
        prepared = await asyncio.to_thread(self.database.read, _prepare, self, delivery_id)
        await Slice(self, delivery_id, prepared, on_settled).run()


class Slice:
    """One run over a delivery, and the Work of its sessions."""

    def __init__(self, sender: Sender, delivery_id: int, prepared: Prepared, on_settled: Callable[[int], None]) -> None:
        self._sender, self._delivery_id, self._prepared, self._on_settled = sender, delivery_id, prepared, on_settled
        self._relay = Relay(sender.relay)
        self._ready: deque[Offer] = deque()  # letters made and not yet taken
        self._waiting_for_sync: list[tuple[Offer, Callable[[], None]]] = []
        self._unwritten: list[tuple[int, int]] = []  # outcomes that the journal does not have yet
        self._results: dict[int, Result] = {}  # outcomes that the database does not have yet
        self._ends: dict[Wire, asyncio.Future[NotOffered | None]] = {}
        self._low = asyncio.Event()
        self._over = asyncio.Event()
        self._dry = False  # nothing more is due
        self._halted = False  # the delivery was paused or stopped, or the sender should end
        self._barren = 0  # sessions in a row that ended without a single reply to a letter
        self._failure: NewsletterError | None = None

    async def run(self) -> None:
        """Send until dry, halted or failed; at the end nothing is claimed and the journal is empty."""
        self._low.set()
        with ThreadPoolExecutor(os.cpu_count() or 1, "letters") as pool:
            filling = asyncio.create_task(self._fill(pool))
            draining = asyncio.create_task(self._drain_on())
            await asyncio.gather(*(self._session() for _ in range(self._sender.connections)))
            self._end_taking()
            await filling
            self._over.set()
            await draining
            await self._close()
        if self._failure:
            raise self._failure

    # the Work of a session

    def take(self) -> Offer | None:
        """The next letter that is made."""
        if self._is_ending:
            return None
        offer = self._ready.popleft() if self._ready else None
        if offer is None and self._dry:
            asyncio.get_running_loop().call_soon(self._end_taking)
        if len(self._ready) < BATCH // 2:
            self._low.set()
        return offer

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """Let the dot leave after the next sync; all sessions that are ready in one turn of the loop share it."""
        if not self._waiting_for_sync:
            asyncio.get_running_loop().call_soon(self._sync)
        self._waiting_for_sync.append((offer, go))

    def settle(self, offer: Offer, result: Outcome | NotOffered) -> None:
        """Note what became of a letter. An uncertain one stays an open intent in the journal."""
        if isinstance(result, NotOffered):
            self._results[offer.key] = Released(str(result))
            self._unwritten.append((offer.key, RELEASED))
            return
        self._results[offer.key] = result
        if result.code is not None:
            self._unwritten.append((offer.key, result.code))

    def ended(self, wire: Wire, failure: NotOffered | None) -> None:
        """Let the session's coroutine go on."""
        self._relay.learn(wire)
        self._ends[wire].set_result(failure)

    def _sync(self) -> None:
        waiting, self._waiting_for_sync = self._waiting_for_sync, []
        outcomes, self._unwritten = self._unwritten, []
        self._sender.journal.write(outcomes, [offer.key for offer, _ in waiting])
        for _, go in waiting:
            go()

    # sessions

    async def _session(self) -> None:
        """Keep one session with the relay until there is nothing more to take; one that ends early is opened again."""
        while not self._is_ending and not (self._dry and not self._ready):
            if not self._ready:
                await asyncio.sleep(NAP_S)
                continue
            try:
                wire = await self._relay.open(self)
            except NewsletterError as error:
                self._failure = error
                return
            self._ends[wire] = asyncio.get_running_loop().create_future()
            wire.begin()
            failure = await self._ends[wire]
            del self._ends[wire]
            self._barren = 0 if wire.count else self._barren + 1
            if isinstance(failure, SenderRefused) or (failure and self._barren >= max(2, self._sender.connections)):
                self._failure = failure

    @property
    def _is_ending(self) -> bool:
        return self._halted or self._sender.stopping or self._failure is not None

    def _end_taking(self) -> None:
        self._dry = True
        self._low.set()
        for wire in list(self._ends):
            wire.finish()

    # letters

    async def _fill(self, pool: ThreadPoolExecutor) -> None:
        """Claim and make letters whenever few are left."""
        loop = asyncio.get_running_loop()
        while True:
            await self._low.wait()
            self._low.clear()
            if self._dry or self._is_ending:
                return self._end_taking()
            claimed = await asyncio.to_thread(self._sender.database.write, self._claim)
            if not claimed:
                self._dry = True
                return None if self._ready else self._end_taking()  # else the sessions end when they have taken what is ready
            chunks = [claimed[start : start + CHUNK] for start in range(0, len(claimed), CHUNK)]
            for made in asyncio.as_completed([loop.run_in_executor(pool, self._make, chunk) for chunk in chunks]):
                self._ready.extend(await made)
                for wire in list(self._ends):
                    wire.wake()

    def _claim(self, session: Session) -> Sequence[Recipient]:
        return claim(session, self._delivery_id, BATCH, by=self._sender.journal.name, now=self._sender.clock.now())

    def _make(self, recipients: Sequence[Recipient]) -> list[Offer]:
        return [Offer(one.id, address(self._prepared, one)) for one in recipients]

    # the database

    async def _drain_on(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), DRAIN_S)
            self._halted = not await self._drain() or self._sender.stopping
            if self._is_ending:
                self._end_taking()

    async def _drain(self) -> bool:
        """Bring outcomes to the database; True while the delivery is sending."""
        results, self._results = self._results, {}
        try:
            is_sending = await asyncio.to_thread(self._sender.database.write, _record, self._delivery_id, results, self._sender.clock.now())
        except BaseException:
            self._results = results | self._results
            raise
        self._on_settled(sum(not isinstance(result, Released) for result in results.values()))
        return is_sending

    async def _close(self) -> None:
        """What was made and not taken waits again; the database has all, so the journal begins anew."""
        while self._ready:
            self._results[self._ready.popleft().key] = Released("The delivery was halted.")
        await self._drain()
        self._unwritten.clear()
        self._sender.journal.forget()
        trouble = str(self._failure) if self._failure else ""
        await asyncio.to_thread(self._sender.database.write, _close_round, self._delivery_id, trouble, self._sender.clock.now())


def due_count(session: Session, delivery_id: int, now: datetime) -> int:
    """Return how many messages could be offered now."""
    query = select(func.count()).where(
        col(Message.delivery_id) == delivery_id, col(Message.status).in_(WAITING), col(Message.due_at) <= now
    )
    return session.exec(query).one()


def _record(session: Session, delivery_id: int, results: Mapping[int, Result], now: datetime) -> bool:
    settle(session, results, now)
    return session.exec(select(Delivery.status).where(col(Delivery.id) == delivery_id)).one() == "sending"


def _close_round(session: Session, delivery_id: int, trouble: str, now: datetime) -> None:
    say_trouble(session, delivery_id, trouble)
    finish_if_done(session, delivery_id, now)


def _prepare(session: Session, sender: Sender, delivery_id: int) -> Prepared:
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NoDelivery
    publication = session.get_one(Publication, delivery.publication_id)
    edition = session.get_one(Edition, delivery.edition_id)
    number = session.get_one(Issue, delivery.issue_id).number
    return prepare(publication, edition, number, keys=sender.keys, signer=sender.signer, urls=sender.urls, now=sender.clock.now())
