"""Lanes: batches of an import are stored while the next one is read, and committed in their order.

SQLite lets one write, PostgreSQL two. What is stored is always the beginning of the list, so that
an import that was cut off goes on after the last address of the last batch.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlmodel import Session

from newsletter.database import Database
from newsletter.lists.people import PersonLine
from newsletter.lists.storing import Batch, ImportAccount, store_batch
from newsletter.statements import Overtaken
from subscribers.models import Import

FIRST_PEOPLE = 2000
FEWEST_PEOPLE = 250
MOST_PEOPLE = 20_000
HOLD_S = 0.03  # for so long a batch may keep other writers waiting
HOLD_SOME_S = 0.09  # the same where only those wait who want the same address
TURN_S = 1.0  # that a batch waits for the one before it
TRIES = 10  # to store a batch that is overtaken again and again

OnImport = Callable[[Import], None]  # called after each batch


@dataclass(frozen=True, slots=True)
class Stored:
    """How far an import is after a batch, and how many seconds that took."""

    record: Import
    took_s: float


class BatchSize:
    """How many people one batch takes: as many as are stored while others may be kept waiting."""

    def __init__(self, hold_s: float = HOLD_S) -> None:
        self.people = FIRST_PEOPLE
        self._hold_s = hold_s

    def learn(self, people: int, took_s: float) -> None:
        """Take more or fewer from now on, after so many people took so long."""
        wanted = int(people * self._hold_s / max(took_s, 0.001))
        # Twice as many at most: one batch that was quick by chance must not make others wait.
        self.people = max(FEWEST_PEOPLE, min(MOST_PEOPLE, wanted, self.people * 2))


def group_people(
    people: Iterable[PersonLine],
    through: str,
    size: BatchSize,
) -> Iterator[tuple[list[PersonLine], int]]:
    """Yield people after the mailbox `through` in groups, and how many rows were left out.

    Of rows for one mailbox, which are neighbours here, the last counts: its standing is latest.
    """
    group: list[PersonLine] = []
    repeated = 0
    last = through
    for line in people:
        mailbox = line[: line.index("\t")]
        if mailbox == last and group:
            group[-1] = line
            repeated += 1
            continue
        if mailbox <= through:  # stored before a crash
            continue
        if len(group) >= size.people:
            yield group, repeated
            group = []
            repeated = 0
        last = mailbox
        group.append(line)
    if group:
        yield group, repeated


class Lanes:
    """The batches of one import that are being stored."""

    def __init__(
        self,
        database: Database,
        record: Import,
        now: datetime,
        on_stored: OnImport,
    ) -> None:
        self._database = database
        self._record = record
        self._now = now
        self._on_stored = on_stored
        self._most = 1 if database.is_sqlite else 2
        self._pool = ThreadPoolExecutor(self._most, "batches")
        self._going: deque[tuple[Future[Stored], int]] = deque()
        self.size = BatchSize(HOLD_S if database.is_sqlite else HOLD_SOME_S)

    def __enter__(self) -> "Lanes":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._pool:  # waits for what was begun
            while self._going and kind is None:
                self._settle()

    def store(self, batch: Batch, account: ImportAccount) -> None:
        """Have a batch stored after those before it. Raises what one of them raised."""
        stored = self._pool.submit(self._store, batch, account, self._last())
        self._going.append((stored, batch.people))
        # One more than are stored: the next is ready when a lane is free, and no more are held.
        if len(self._going) > self._most:
            self._settle()

    def _last(self) -> Future[Stored] | None:
        """What the next batch commits after: what is stored is always a beginning of the list."""
        return self._going[-1][0] if self._going else None

    def _settle(self) -> None:
        stored, people = self._going.popleft()
        result = stored.result()
        self.size.learn(people, result.took_s)
        self._on_stored(result.record)

    def _store(
        self,
        batch: Batch,
        account: ImportAccount,
        former: Future[Stored] | None,
    ) -> Stored:
        """Store a batch, again if another process was in its way; raises Overtaken if always."""
        for _ in range(TRIES):
            began = time.monotonic()
            with suppress(Overtaken):
                # A copy: what was counted by a transaction that is lost does not count.
                record = self._database.write(self._commit, batch, replace(account), former)
                return Stored(record, time.monotonic() - began)
        raise Overtaken

    def _commit(
        self,
        session: Session,
        batch: Batch,
        account: ImportAccount,
        former: Future[Stored] | None,
    ) -> Import:
        key = self._record.key
        store_batch(
            session,
            self._record.publication_id,
            key,
            batch,
            account,
            self._now,
        )
        if former is not None:
            _wait_for(former)
        record = session.get_one(Import, key)
        # In the transaction of the batch itself: after a crash both are there, or neither is.
        record.through = batch.through
        add_account(record, account)
        session.flush()
        return record


def _wait_for(former: Future[Stored]) -> None:
    """Wait until the batch before is committed. Raises Overtaken if that takes too long.

    It may wait for somebody who waits for a row of ours: one of the two has to let go.
    """
    try:
        former.result(TURN_S)
    except TimeoutError:
        raise Overtaken from None


def add_account(record: Import, account: ImportAccount) -> None:
    """Add what became of a batch. How many rows were read and rejected is of the whole file."""
    for name, count in asdict(account).items():
        if name in ("read", "rejected"):
            setattr(record, name, count)
        else:
            setattr(record, name, getattr(record, name) + count)
