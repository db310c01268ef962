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
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from newsletter.database import Database

P = ParamSpec("P")
R = TypeVar("R")
MOST = 32  # in one transaction: others wait for its lock


Settle = Callable[[], None]
Attempt = Callable[[Session], Settle]
Fail = Callable[[BaseException], None]


@dataclass
class Group:
    """The writes that wait. One caller leads and carries them all out; the others wait for it."""

    database: Database
    _waiting: deque[tuple[Attempt, Fail]] = field(default_factory=deque)
    _leading: threading.Lock = field(default_factory=threading.Lock)

    def write(
        self,
        do: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `do(session, ...)`, committed with others; returns its value, raises its error."""
        future: Future[R] = Future()

        def attempt(session: Session) -> Settle:
            try:
                with session.begin_nested():
                    found = do(session, *args, **kwargs)
            except Exception as error:  # it is raised where it was asked for
                return partial(future.set_exception, error)
            return partial(future.set_result, found)

        self._waiting.append((attempt, future.set_exception))
        while not future.done():
            with self._leading:
                if not future.done():
                    self._carry_out()
        return future.result()

    def _carry_out(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            with self.database.writing() as session:
                settled = [attempt(session) for attempt, _ in taken]
        except Exception as error:  # nothing of them was kept
            settled = [partial(fail, error) for _, fail in taken]
        for settle in settled:
            settle()
