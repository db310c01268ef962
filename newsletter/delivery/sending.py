"""Sending: offer the waiting messages of one delivery over several connections.

At most one message per connection is claimed at any time, and each claim is committed before its letter is offered: so a
crash leaves at most that many uncertain. Outcomes and the next claims share one transaction.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.addressing import Prepared, address, prepare
from newsletter.delivery.claiming import Released, claim, finish_if_done, say_trouble, settle
from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import WAITING
from newsletter.editions.models import Edition
from newsletter.errors import NewsletterError
from newsletter.issues.models import Issue
from newsletter.mail.dkim import SigningKey
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Connection, RelayAddress
from newsletter.mail.wire import NotOffered
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls

Result = Outcome | Released


class Sender:
    """What sends: the relay's address, how many connections, and what letters are made with."""

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
        name: str,
    ) -> None:
        self.database = database
        self.relay = relay
        self.connections = connections
        self.clock = clock
        self.signer = signer
        self.urls = urls
        self.keys = keys
        self.name = name
        self.stopping = False  # once set, nothing more is claimed

    async def deliver(self, delivery_id: int, *, on_settled: Callable[[int], None] = lambda _: None) -> None:
        """Offer what is due until nothing of the delivery is; raises NotOffered when the relay does not answer.

        `on_settled` hears how many messages each transaction settled. What waits for a later attempt is left waiting.
        """
        prepared = await asyncio.to_thread(self.database.read, _prepare, self, delivery_id)
        lines = [Connection(self.relay) for _ in range(self.connections)]
        try:
            await self._offer_all(delivery_id, prepared, lines, on_settled)
        finally:
            await asyncio.gather(*(line.close() for line in lines))

    async def _offer_all(
        self, delivery_id: int, prepared: Prepared, lines: Sequence[Connection], on_settled: Callable[[int], None]
    ) -> None:
        idle = list(lines)
        busy: dict[asyncio.Task[tuple[int, Result]], Connection] = {}
        done: dict[int, Result] = {}
        down: NewsletterError | None = None
        while True:
            wanted = 0 if down or self.stopping else len(idle)
            claimed = await asyncio.to_thread(self.database.write, _turn, self, delivery_id, done, wanted)
            on_settled(len(done))
            for message in claimed:
                line = idle.pop()
                busy[asyncio.create_task(self._offer(line, prepared, message))] = line
            if not busy:
                break
            ready, _ = await asyncio.wait(busy, return_when=asyncio.FIRST_COMPLETED)
            idle.extend(busy.pop(task) for task in ready)
            done = dict(task.result() for task in ready)
            down = next((NotOffered(r.why) for r in done.values() if isinstance(r, Released)), down)
        trouble = str(down) if down else ""
        await asyncio.to_thread(self.database.write, _close_round, delivery_id, trouble, self.clock.now())
        if down:
            raise down

    async def _offer(self, line: Connection, prepared: Prepared, message: Message) -> tuple[int, Result]:
        letter = address(prepared, message)
        try:
            return message.id or 0, await line.offer(letter)
        except NewsletterError as error:
            return message.id or 0, Released(str(error))


def due_count(session: Session, delivery_id: int, now: datetime) -> int:
    """Return how many messages could be offered now."""
    query = select(func.count()).where(
        col(Message.delivery_id) == delivery_id, col(Message.status).in_(WAITING), col(Message.due_at) <= now
    )
    return session.exec(query).one()


def _turn(session: Session, sender: Sender, delivery_id: int, done: Mapping[int, Result], wanted: int) -> Sequence[Message]:
    now = sender.clock.now()
    settle(session, done, now)
    return claim(session, delivery_id, wanted, by=sender.name, now=now)


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
