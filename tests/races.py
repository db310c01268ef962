"""Two at once: what a second transaction comes to while the first is not committed yet."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlmodel import Session, text

from newsletter.database import Database

T = TypeVar("T")
WAITING = "select count(distinct pid) from pg_locks where not granted"
TOO_LONG_S = 30


def while_open(
    database: Database, first: Callable[[Session], object], *others: Callable[[], T]
) -> Future[T]:
    """Do `first` in a transaction; before it is committed, let the others begin beside it.

    Each begins when the one before it waits for a lock, or has ended without waiting; then comes
    the commit. Returns how the last one ended.
    """
    running: list[Future[T]] = []
    with ThreadPoolExecutor(len(others)) as pool, database.writing() as session:
        first(session)
        session.flush()
        for other in others:
            running.append(pool.submit(other))
            _await_lock(database, running)
    return running[-1]


def together(*doings: Callable[[], T]) -> list[T]:
    """Do all at the same moment, each in a thread of its own; returns what each returns."""
    barrier = threading.Barrier(len(doings))

    def begin(do: Callable[[], T]) -> T:
        barrier.wait(TOO_LONG_S)
        return do()

    with ThreadPoolExecutor(len(doings)) as pool:
        return [future.result(TOO_LONG_S) for future in [pool.submit(begin, do) for do in doings]]


def _await_lock(database: Database, running: Sequence[Future[T]]) -> None:
    """Return when each of them waits for a lock of PostgreSQL, or has ended.

    SQLite has one writer at a time: who begins beside it waits, and cannot have read anything.
    """
    end = time.monotonic() + TOO_LONG_S
    while not database.is_sqlite and _count_open(running) > database.read(_count_waiting):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def _count_open(running: Sequence[Future[T]]) -> int:
    return sum(not other.done() for other in running)


def _count_waiting(session: Session) -> int:
    return int(session.connection().execute(text(WAITING)).scalar_one())
