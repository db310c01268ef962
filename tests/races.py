"""Two at once: what a second transaction comes to while the first is not committed yet."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlmodel import Session, text

from newsletter.database import Database

T = TypeVar("T")
WAITING = "select count(*) from pg_locks where not granted"
TOO_LONG_S = 30


def while_open(
    database: Database, first: Callable[[Session], object], second: Callable[[], T]
) -> Future[T]:
    """Do `first` in a transaction; before it is committed, let `second` begin beside it.

    The commit comes when `second` waits for the first, or has ended without waiting. Returns how
    `second` ended.
    """
    begun = threading.Event()

    def begin() -> T:
        begun.set()
        return second()

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            first(session)
            session.flush()
            other = pool.submit(begin)
            assert begun.wait(TOO_LONG_S)
            _await_lock(database, other)
        other.exception(TOO_LONG_S)
    return other


def together(*doings: Callable[[], T]) -> list[T]:
    """Do all at the same moment, each in a thread of its own; returns what each returns."""
    barrier = threading.Barrier(len(doings))

    def begin(do: Callable[[], T]) -> T:
        barrier.wait(TOO_LONG_S)
        return do()

    with ThreadPoolExecutor(len(doings)) as pool:
        return [future.result(TOO_LONG_S) for future in [pool.submit(begin, do) for do in doings]]


def _await_lock(database: Database, other: Future[T]) -> None:
    """Return when somebody waits for a lock of PostgreSQL, or `other` has ended.

    SQLite has one writer at a time: who begins beside it waits, and cannot have read anything.
    """
    if database.is_sqlite:
        return
    end = time.monotonic() + TOO_LONG_S
    while not other.done() and not database.read(_waiting):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def _waiting(session: Session) -> int:
    return int(session.connection().execute(text(WAITING)).scalar_one())
