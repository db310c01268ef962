"""A slice's hold on its delivery: what it claims, what it promises in the journal, and what it records."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import and_
from sqlmodel import Session, col, select

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.claiming import Recipient, claim, is_still_wanted
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.sender.journal import RELEASED, Journal
from newsletter.delivery.settling import Released, Result, finish_if_done, set_trouble, settle
from newsletter.delivery.status import DELIVERY
from newsletter.mail.outcomes import Outcome
from newsletter.publications.models import Publication

GROWN = 1 << 20  # bytes at which a journal is begun anew
FAST_S = 0.001  # a sync that takes less does not hold the loop up


@dataclass(frozen=True, slots=True)
class Orders:
    """What the rows say between two groups of outcomes: go on or not, how fast this sender may, and which claimed readers have left."""

    is_sending: bool
    letters_per_s: float
    domain_rates: Mapping[str, float]
    gone: frozenset[int]


class Books(Protocol):
    """What a slice asks of its ledger."""

    async def claim(self, limit: int) -> Sequence[Recipient]:
        """Claim up to `limit` messages, durably."""

    async def write_ahead(
        self, outcomes: Sequence[tuple[int, int]], intents: Sequence[int]
    ) -> None:
        """Note replies (message, code), and that these messages' dots leave now; durable on return. Raises OSError."""

    async def record(self, results: Mapping[int, Result]) -> Orders:
        """Bring outcomes to the database in one transaction, and see how the delivery stands."""

    def trim_journal(self, results: Mapping[int, Result], intended: Collection[int]) -> None:
        """After a record: `results` and `intended` are what the database does not know yet."""

    async def close(self, trouble: str, looked: str | None) -> None:
        """Everything is recorded. `looked` is the judgement of the first letters, None if they are not all heard."""


class JournaledBooks:
    """The claims of one slice, signed with its journal's name."""

    def __init__(
        self, database: Database, delivery_id: int, journal: Journal, clock: Clock
    ) -> None:
        self._database, self._delivery_id, self._journal, self._clock = (
            database,
            delivery_id,
            journal,
            clock,
        )

    async def claim(self, limit: int) -> Sequence[Recipient]:
        """Claim up to `limit` messages, durably."""
        self._journal.has_claims = True
        return await asyncio.to_thread(
            self._database.write,
            claim,
            self._delivery_id,
            limit,
            by=self._journal.name,
            now=self._clock.now(),
        )

    async def write_ahead(
        self, outcomes: Sequence[tuple[int, int]], intents: Sequence[int]
    ) -> None:
        """Note replies (message, code), and that these messages' dots leave now; durable on return. Raises OSError."""
        if self._journal.sync_s < FAST_S:
            self._journal.write(outcomes, intents)  # to hand it to a thread would take longer
        else:
            await asyncio.to_thread(self._journal.write, outcomes, intents)

    async def record(self, results: Mapping[int, Result]) -> Orders:
        """Bring outcomes to the database in one transaction, and see how the delivery stands."""
        return await asyncio.to_thread(
            self._database.write,
            _record,
            self._delivery_id,
            results,
            self._journal.name,
            self._clock.now(),
        )

    def trim_journal(self, results: Mapping[int, Result], intended: Collection[int]) -> None:
        """After a record: a journal that has grown is begun anew with what the database does not know yet."""
        if self._journal.size > GROWN:
            known = [
                (key, RELEASED if isinstance(what, Released) else what.code)
                for key, what in results.items()
            ]
            doubted = {key for key, code in known if code is None}
            self._journal.rewrite(
                [(key, code) for key, code in known if code is not None], {*intended, *doubted}
            )

    async def close(self, trouble: str, looked: str | None) -> None:
        """Everything is recorded. `looked` is the judgement of the first letters, None if they are not all heard."""
        self._journal.clear()
        await asyncio.to_thread(
            self._database.write, _close, self._delivery_id, trouble, looked, self._clock.now()
        )


def _record(
    session: Session, delivery_id: int, results: Mapping[int, Result], by: str, now: datetime
) -> Orders:
    settle(session, results, now)
    if any(isinstance(what, Outcome) and what.kind == "accepted" for what in results.values()):
        set_trouble(session, delivery_id, "")  # it moves again
    query = select(Delivery.status, Publication.letters_per_s, Publication.domain_rates).where(
        col(Delivery.id) == delivery_id, col(Publication.id) == col(Delivery.publication_id)
    )
    status, letters_per_s, domain_rates = session.exec(query).one()
    claimed = and_(col(Message.delivery_id) == delivery_id, col(Message.status) == "claimed")
    gone = session.exec(
        select(Message.id).where(claimed, col(Message.claimed_by) == by, ~is_still_wanted())
    )
    if letters_per_s or domain_rates:  # of all who send this delivery now, so each takes its share
        senders = {by, *session.exec(select(Message.claimed_by).where(claimed).distinct())}
        letters_per_s, domain_rates = (
            letters_per_s / len(senders),
            {name: rate / len(senders) for name, rate in domain_rates.items()},
        )
    return Orders(
        status == "sending", letters_per_s, domain_rates, frozenset(key or 0 for key in gone)
    )


def _close(
    session: Session, delivery_id: int, trouble: str, looked: str | None, now: datetime
) -> None:
    delivery = session.get_one(Delivery, delivery_id)
    if looked is not None and delivery.looked_at is None:
        delivery.looked_at = now
        if looked and delivery.status == "sending":
            delivery.status, trouble = DELIVERY.to(delivery.status, "paused"), looked
    set_trouble(
        session, delivery_id, trouble or (delivery.trouble if delivery.status == "paused" else "")
    )
    finish_if_done(session, delivery_id, now)
