"""What a slice writes down: claims in the database, intents in the journal, results in both.

For each message in this order:

    claim      ──► intent    ──► its dot leaves ──► reply     ──► result
    (database)     (journal)                        (journal)     (database)

A claim and an intent are durable before the next step. The reply goes into the journal with the
next intents, the result into the database four times a second: a message whose reply is lost with
its sender is in doubt by the journal. Claims and results go in groups, because a commit before
each dot would leave a tenth of the speed (docs/adr/0006).
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import and_
from sqlmodel import Session, col, select

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.claiming import Recipient, claim, is_still_wanted
from newsletter.delivery.models import Delivery, Message, messages_in
from newsletter.delivery.sender.journal import RELEASED, Journal
from newsletter.delivery.sender.speed_limits import SpeedLimits, share_limits
from newsletter.delivery.settling import Released, Result, finish_if_done, set_trouble, settle
from newsletter.delivery.status import DELIVERY
from newsletter.mail.outcomes import Outcome
from newsletter.publications.models import Publication

GROWN = 1 << 20  # octets at which a journal is rewritten
FAST_S = 0.001  # a sync that takes less does not hold the event loop up

P = ParamSpec("P")
R = TypeVar("R")
Reply = tuple[int, int]  # a message, and the code that the relay answered, or RELEASED


@dataclass(frozen=True, slots=True)
class Orders:
    """What a slice has to heed from now on, by the rows."""

    is_sending: bool  # False: the delivery was paused or stopped
    limits: SpeedLimits
    gone: frozenset[int]  # claimed messages whose readers have left


class Books(Protocol):
    """What a slice asks of its books."""

    async def claim(self, limit: int) -> Sequence[Recipient]:
        """Claim up to `limit` messages, durably."""

    async def write_ahead(self, outcomes: Sequence[Reply], intents: Sequence[int]) -> None:
        """Note replies, and that these messages' dots leave now.

        Durable on return. Raises OSError.
        """

    async def record(self, results: Mapping[int, Result]) -> Orders:
        """Bring results to the database in one transaction, and see how the delivery stands."""

    def trim_journal(self, results: Mapping[int, Result], intended: Collection[int]) -> None:
        """After a record: `results` and `intended` are what the database does not know yet."""

    async def close(self, trouble: str, first_trouble: str | None) -> None:
        """Everything is recorded.

        `trouble` is why the slice failed. `first_trouble` is the judgement of the first letters,
        None if they are not all answered.
        """


class JournaledBooks:
    """The books of one slice, its claims signed with its journal's name."""

    def __init__(
        self,
        database: Database,
        delivery_id: int,
        journal: Journal,
        clock: Clock,
    ) -> None:
        self._database = database
        self._delivery_id = delivery_id
        self._journal = journal
        self._clock = clock

    async def claim(self, limit: int) -> Sequence[Recipient]:
        """Claim up to `limit` messages, durably."""
        # before the claim: a journal with claims is kept when its sender ends
        self._journal.has_claims = True
        now = self._clock.now()
        return await self._write(claim, self._delivery_id, limit, by=self._journal.name, now=now)

    async def write_ahead(self, outcomes: Sequence[Reply], intents: Sequence[int]) -> None:
        """Note replies, and that these messages' dots leave now."""
        if self._journal.sync_s < FAST_S:
            self._journal.write(outcomes, intents)  # to hand it to a thread would take longer
        else:
            await asyncio.to_thread(self._journal.write, outcomes, intents)

    async def record(self, results: Mapping[int, Result]) -> Orders:
        """Bring results to the database in one transaction, and see how the delivery stands."""
        now = self._clock.now()
        return await self._write(
            _record,
            self._delivery_id,
            results,
            by=self._journal.name,
            now=now,
        )

    def trim_journal(self, results: Mapping[int, Result], intended: Collection[int]) -> None:
        """Rewrite a journal that has grown with what the database does not know yet."""
        if self._journal.size <= GROWN:
            return
        outcomes = []
        in_doubt = set(intended)
        for key, result in results.items():
            code = RELEASED if isinstance(result, Released) else result.code
            if code is None:
                in_doubt.add(key)  # uncertain: no reply was seen
            else:
                outcomes.append((key, code))
        self._journal.rewrite(outcomes, in_doubt)

    async def close(self, trouble: str, first_trouble: str | None) -> None:
        """Clear the journal, and finish the delivery if nothing of it is open."""
        self._journal.clear()
        now = self._clock.now()
        await self._write(_close, self._delivery_id, trouble, first_trouble, now)

    async def _write(
        self,
        do: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run one transaction in a thread, so that the event loop goes on."""
        return await asyncio.to_thread(lambda: self._database.write(do, *args, **kwargs))


def _record(
    session: Session,
    delivery_id: int,
    results: Mapping[int, Result],
    *,
    by: str,
    now: datetime,
) -> Orders:
    settle(session, results, now)
    if any(map(_is_accepted, results.values())):
        set_trouble(session, delivery_id, "")  # it moves again
    status, limits = _read_delivery(session, delivery_id)
    return Orders(
        status == "sending",
        share_limits(session, limits, delivery_id, by),
        _gone(session, delivery_id, by),
    )


def _is_accepted(result: Result) -> bool:
    return isinstance(result, Outcome) and result.kind == "accepted"


def _read_delivery(session: Session, delivery_id: int) -> tuple[str, SpeedLimits]:
    """Return its status and its publication's limits: both may be changed while it goes out."""
    query = select(Delivery.status, Publication.letters_per_s, Publication.domain_rates).where(
        Delivery.id == delivery_id,
        Publication.id == Delivery.publication_id,
    )
    status, letters_per_s, domain_rates = session.exec(query).one()
    return status, SpeedLimits(letters_per_s, domain_rates)


def _gone(session: Session, delivery_id: int, by: str) -> frozenset[int]:
    """Return what this sender has claimed for people who have left since."""
    own = and_(messages_in(delivery_id, "claimed"), col(Message.claimed_by) == by)
    query = select(Message.id).where(own, ~is_still_wanted())
    return frozenset(key for key in session.exec(query) if key)


def _close(
    session: Session,
    delivery_id: int,
    trouble: str,
    first_trouble: str | None,
    now: datetime,
) -> None:
    delivery = session.get_one(Delivery, delivery_id)
    if first_trouble is not None and delivery.looked_at is None:
        delivery.looked_at = now
        if first_trouble and delivery.status == "sending":
            delivery.status = DELIVERY.to(delivery.status, "paused")
            trouble = first_trouble
    if not trouble and delivery.status == "paused":
        # why it is paused stays to be read; a slice that merely ends must not clear it
        trouble = delivery.trouble
    set_trouble(session, delivery_id, trouble)
    finish_if_done(session, delivery_id, now)
