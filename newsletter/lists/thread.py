"""The list thread: a thread that finds lists to check or import, and has them carried in one after the other.

What is to be done is told by the folder and by the rows, never by memory: what was begun when the service died, or when the process
of one list did, is found again by the next look, and an import goes on where it was.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.lists.uploads import CheckResult, Lists
from subscribers.models import Import

LOOK_S = 5.0  # between two looks where nobody called
AGAIN_S = 60.0  # before an import whose process ended badly is gone on with
BROKE_OFF = (
    "The check broke off. Check again; if it breaks off twice, the log of the service says why."
)


@dataclass(frozen=True, slots=True)
class Errand:
    """A check of a list, or an import of it."""

    mark: str
    import_id: int = 0  # 0: a check


class ListThread:
    """One on a database carries, others look again later. It begins with the first call and ends when it is closed."""

    def __init__(self, database: Database, hash_key: str, lists: Lists, clock: Clock) -> None:
        self._database, self._hash_key, self._lists, self._clock = database, hash_key, lists, clock
        self._changed = threading.Condition()
        self._calls = self._looked = 0
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._resting: dict[Errand, float] = {}

    def wake(self) -> None:
        """There may be something to do; what went wrong a moment ago rests no longer."""
        with self._changed:
            self._calls += 1
            self._resting.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lists", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def wait_until_done(self, at_most_s: float) -> bool:
        """Wait until what there was to do at the last call is done; False if that takes longer."""
        with self._changed:
            calls = self._calls
            return self._changed.wait_for(
                lambda: self._looked >= calls or self._is_closing, at_most_s
            )

    def is_resting(self, import_id: int, mark: str) -> bool:
        """True if the process of an import ended badly a moment ago, and it is not gone on with yet."""
        return Errand(mark, import_id) in self._resting

    def close(self) -> None:
        """End the work where it is; the next one goes on with it."""
        with self._changed:
            self._is_closing = True
            if self._child is not None:
                self._child.terminate()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._is_closing:
            calls = self._calls
            with suppress(
                OperationalError, OSError
            ):  # the next look may find the database, or the disk, better
                if self._next() is not None:
                    self._look()
            with self._changed:
                self._looked = calls
                self._changed.notify_all()
                self._changed.wait_for(
                    lambda: self._is_closing or self._calls != self._looked, LOOK_S
                )

    def _look(self) -> None:
        with self._database.alone("lists") as held:
            while held and not self._is_closing and (work := self._next()) is not None:
                if not self._carry(work) and not self._is_closing:
                    self._broke_off(work)

    def _next(self) -> Errand | None:
        now = time.monotonic()
        self._resting = {work: until for work, until in self._resting.items() if until > now}
        return next((work for work in self._works() if work not in self._resting), None)

    def _works(self) -> Iterator[Errand]:
        """What is to be done: imports that were begun, then checks."""
        if any(self._lists.marks()):
            for import_id, mark in self._database.read(_begun):
                if self._lists.has(mark):
                    yield Errand(mark, import_id)
            yield from map(Errand, self._lists.waiting_marks())

    def _carry(self, work: Errand) -> bool:
        """Do it in a process, which ends when its input does: with this one. False if it ended badly."""
        errand: dict[str, object] = {
            "url": self._database.url,
            "hash_key": self._hash_key,
            "folder": str(self._lists.folder),
        }
        errand |= {
            "mark": work.mark,
            "import_id": work.import_id,
            "now": self._clock.now().isoformat(),
        }
        with self._changed:
            if self._is_closing:
                return False
            self._child = child = subprocess.Popen(
                [sys.executable, "-m", "newsletter.lists.process"], stdin=subprocess.PIPE, bufsize=0
            )
        if child.stdin is None:
            raise OSError("a process without input")
        with child.stdin as line:
            with suppress(BrokenPipeError):  # it has ended, and says how
                line.write(json.dumps(errand).encode() + b"\n")
            return child.wait() == 0

    def _broke_off(self, work: Errand) -> None:
        """An import goes on later; whoever asked for a check asks again, if they like."""
        asked = None if work.import_id else self._lists.requested_check(work.mark)
        if asked is not None:
            self._lists.set_check_result(work.mark, asked, CheckResult(None, BROKE_OFF))
        else:
            self._resting[work] = time.monotonic() + AGAIN_S


def _begun(session: Session) -> list[tuple[int, str]]:
    """The imports that are running, the oldest first: their id and the mark of their list."""
    rows = session.exec(
        select(Import.id, Import.sha256)
        .where(col(Import.status) == "running")
        .order_by(col(Import.id))
    )
    return [(key or 0, mark) for key, mark in rows]
