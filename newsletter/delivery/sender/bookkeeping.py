"""What a slice writes down: claims in the database, intents in the journal, results in both.

For each message in this order:

    claim      ──► intent    ──► its dot leaves ──► reply     ──► result
    (database)     (journal)                        (journal)     (database)

A claim and an intent are durable before the next step. The reply goes into the journal with the
next intents, the result into the database four times a second: a message whose reply is lost with
its sender is in doubt by the journal. Claims and results go in groups, because a commit before
each dot would leave a tenth of the speed (docs/adr/0006).

Whatever the journal is to forget is counted before (docs/adr/0034): a copy of the database that
was made earlier, and does not hold it, is older than this host remembers.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlmodel import Session, select

from newsletter.clock import Clock
from newsletter.database import Database, after_commit, seek_by_keys
from newsletter.delivery.claiming import Recipient, claim, is_out_of_date
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.reading import read_delivery_to_change
from newsletter.delivery.sender.journal import RELEASED, Journal, Reply
from newsletter.delivery.sender.speed_limits import SpeedLimits, share_limits
from newsletter.delivery.sender.threads import SerialThread
from newsletter.delivery.settling import Released, Result, finish_if_done, set_trouble, settle
from newsletter.delivery.status import DELIVERY
from newsletter.host.issue_log import LettersLog, NoLog
from newsletter.mail.outcomes import Outcome
from newsletter.publications.models import Publication

log = logging.getLogger(__name__)
GROWN = 1 << 20  # octets at which a journal is rewritten
FAST_S = 0.001  # a disk that takes less does not hold the event loop up

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Orders:
    """What a slice has to heed from now on, by the rows."""

    is_sending: bool  # False: the delivery was paused or stopped
    limits: SpeedLimits
    gone: frozenset[int]  # claimed messages whose readers have left, rest or moved


@dataclass(frozen=True, slots=True)
class Ending:
    """How a slice ended, once everything of it is recorded."""

    trouble: str = ""  # why it failed
    first_trouble: str | None = None  # the judgement of the first letters, None if there is none
    silence: str = ""  # why a person should look at a relay before it gets more letters


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

    async def close(self, ending: Ending) -> None:
        """Everything is recorded."""


class JournaledBooks:
    """The books of one slice, its claims signed with its journal's name."""

    def __init__(
        self,
        database: Database,
        delivery_id: int,
        journal: Journal,
        clock: Clock,
        sent: LettersLog | None = None,
    ) -> None:
        self._sent = sent or NoLog()
        self._database = database
        self._delivery_id = delivery_id
        self._journal = journal
        self._clock = clock
        self._may_trim = False  # the journal has grown, and the record of it is counted
        self._disk_s = 0.0  # what the disk took lately for a group: a moving average
        self._on_disk = SerialThread("journal")
        self._in_database = SerialThread("ledger")

    async def claim(self, limit: int) -> Sequence[Recipient]:
        """Claim up to `limit` messages, durably."""
        # before the claim: a journal with claims is kept when its sender ends
        self._journal.has_claims = True
        return await self._write(
            _claim,
            limit,
            self._sent,
            by=self._journal.name,
            now=self._clock.now(),
        )

    async def write_ahead(self, outcomes: Sequence[Reply], intents: Sequence[int]) -> None:
        """Note replies, and that these messages' dots leave now."""
        write = partial(self._write_ahead, outcomes, intents, self._clock.now())
        if self._disk_s < FAST_S:
            write()  # to hand it to a thread would take longer
        else:
            await self._on_disk.run(write)

    def _write_ahead(
        self,
        outcomes: Sequence[Reply],
        intents: Sequence[int],
        now: datetime,
    ) -> None:
        began = time.monotonic()
        self._journal.write(outcomes, intents)
        self._sent.leave(intents, now)
        self._disk_s += (time.monotonic() - began - self._disk_s) / 8

    async def record(self, results: Mapping[int, Result]) -> Orders:
        """Bring results to the database in one transaction, and see how the delivery stands."""
        return await self._in_database.run(partial(self._record, results, self._clock.now()))

    def _record(self, results: Mapping[int, Result], now: datetime) -> Orders:
        self._sent.answer(dict(_replies(results)), now)
        self._may_trim = self._journal.size > GROWN
        return self._database.write(
            _record,
            self._delivery_id,
            results,
            self._sent if self._may_trim else NoLog(),
            by=self._journal.name,
            now=now,
        )

    def trim_journal(self, results: Mapping[int, Result], intended: Collection[int]) -> None:
        """Rewrite a journal that has grown with what the database does not know yet."""
        if not self._may_trim:
            return
        outcomes = _replies(results)
        unseen = results.keys() - dict(outcomes).keys()  # uncertain: no reply was seen
        self._journal.rewrite(outcomes, unseen.union(intended))

    def end(self) -> None:
        """Let the threads of these books end."""
        self._on_disk.end()
        self._in_database.end()

    async def close(self, ending: Ending) -> None:
        """Finish the delivery if nothing of it is open, and clear the journal."""
        await self._write(_close, ending, self._sent, self._clock.now())
        self._journal.clear()

    async def _write(
        self,
        do: Callable[Concatenate[Session, int, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run one transaction for the delivery, while the event loop goes on."""
        write = self._database.write
        return await self._in_database.run(lambda: write(do, self._delivery_id, *args, **kwargs))


def _replies(results: Mapping[int, Result]) -> list[Reply]:
    """Return the replies that were seen, as a journal has them."""
    replies = []
    for key, result in results.items():
        code = RELEASED if isinstance(result, Released) else result.brief_code
        if code is not None:
            replies.append((key, code))
    return replies


def _claim(
    session: Session,
    delivery_id: int,
    limit: int,
    sent: LettersLog,
    *,
    by: str,
    now: datetime,
) -> Sequence[Recipient]:
    claimed = claim(session, delivery_id, limit, by=by, now=now)
    if claimed:
        sent.claim(session, {recipient.id: recipient.subscriber_id for recipient in claimed})
    return claimed


def _record(
    session: Session,
    delivery_id: int,
    results: Mapping[int, Result],
    sent: LettersLog,
    *,
    by: str,
    now: datetime,
) -> Orders:
    seek_by_keys(session)
    sent.count(session)
    settle(session, results, now)
    status, trouble, limits = _read_delivery(session, delivery_id)
    if trouble and any(map(_is_accepted, results.values())):
        set_trouble(session, delivery_id, "")  # it moves again
    return Orders(
        status == "sending",
        share_limits(session, limits, delivery_id, by),
        _gone(session, delivery_id, by, now),
    )


def _is_accepted(result: Result) -> bool:
    return isinstance(result, Outcome) and result.kind == "accepted"


def _read_delivery(session: Session, delivery_id: int) -> tuple[str, str, SpeedLimits]:
    """Return its status, its trouble and its publication's limits, as they are now."""
    columns = (
        Delivery.status,
        Delivery.trouble,
        Publication.letters_per_s,
        Publication.domain_rates,
    )
    query = select(*columns).where(
        Delivery.id == delivery_id,
        Publication.id == Delivery.publication_id,
    )
    status, trouble, letters_per_s, domain_rates = session.exec(query).one()
    return status, trouble, SpeedLimits(letters_per_s, domain_rates)


def _gone(
    session: Session,
    delivery_id: int,
    by: str,
    now: datetime,
) -> frozenset[int]:
    """Return what this sender has claimed for people who have left, rest or moved since."""
    own = select(Message.id).filter_by(delivery_id=delivery_id, status="claimed", claimed_by=by)
    out_of_date = session.exec(own.where(is_out_of_date(delivery_id, now)))
    return frozenset(key for key in out_of_date if key)


def _close(
    session: Session,
    delivery_id: int,
    ending: Ending,
    sent: LettersLog,
    now: datetime,
) -> None:
    sent.count(session)
    delivery = read_delivery_to_change(session, delivery_id)
    why = ending.silence or _first_trouble(ending, delivery, now)
    trouble = ending.trouble
    if why and delivery.status == "sending":
        _pause(session, delivery, why)
        trouble = why
    elif not trouble and delivery.status == "paused":
        # why it is paused stays to be read; a slice that merely ends must not clear it
        trouble = delivery.trouble
    set_trouble(session, delivery_id, trouble)
    finish_if_done(session, delivery_id, now)


def _first_trouble(
    ending: Ending,
    delivery: Delivery,
    now: datetime,
) -> str:
    """Note that the first letters look well. Returns why it pauses the delivery, if they do not.

    That is not noted: a person may resume it without a remedy, so the next letters are looked at.
    """
    if ending.first_trouble is None or delivery.looked_at is not None:
        return ""
    # Another sender may have paused it by its own first letters.
    if not ending.first_trouble and delivery.status == "sending":
        delivery.looked_at = now
    return ending.first_trouble


def _pause(session: Session, delivery: Delivery, why: str) -> None:
    delivery.status = DELIVERY.to(delivery.status, "paused")
    after_commit(session, _log_pause, delivery.key, why)


def _log_pause(delivery_id: int, why: str) -> None:
    log.warning("The delivery is paused: %s", why, extra={"delivery": delivery_id})
