"""Grouping: writes that wait at the same time share one transaction, and so one sync of the disk.

Each has a savepoint of its own, so a refused one takes back nothing of the others. Nobody is
answered before the commit.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlmodel import Session

from newsletter.database import Database

P = ParamSpec("P")
R = TypeVar("R")
MOST = 32  # in one transaction: others wait for its lock

Settle = Callable[[], None]


@dataclass(frozen=True)
class _Write(Generic[R]):
    """A write that waits, and the future that its caller waits for."""

    do: Callable[[Session], R]
    future: Future[R] = field(default_factory=Future)

    def attempt(self, session: Session) -> Settle:
        """Write in a savepoint, and return what settles the future after the commit."""
        try:
            with session.begin_nested():
                found = self.do(session)
        except Exception as error:  # it is raised where it was asked for
            return partial(self.future.set_exception, error)
        return partial(self.future.set_result, found)


@dataclass
class Group:
    """The writes that wait. One caller leads and carries them all out; the others wait for it."""

    database: Database
    _waiting: deque[_Write[Any]] = field(default_factory=deque)
    _leading: threading.Lock = field(default_factory=threading.Lock)

    def write(
        self,
        do: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `do(session, ...)`, committed with others; returns its value, raises its error."""
        write: _Write[R] = _Write(lambda session: do(session, *args, **kwargs))
        self._waiting.append(write)
        while not write.future.done():
            with self._leading:
                if not write.future.done():
                    self._carry_out()
        return write.future.result()

    def _carry_out(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            with self.database.writing() as session:
                settled = [write.attempt(session) for write in taken]
        except Exception as error:  # nothing of them was kept
            settled = [partial(write.future.set_exception, error) for write in taken]
        for settle in settled:
            settle()
