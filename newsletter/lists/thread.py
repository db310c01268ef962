"""A thread that finds lists to check or import, and starts a process for one after the other.

The folder and the rows say what is to be done, never memory. So the next look finds what was begun
when the service died, or when the process of one list did, and an import goes on where it was.
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

LOOK_S = 5.0  # between two looks where nobody woke us
REST_S = 60.0  # before an import whose process ended badly goes on
BROKE_OFF = (
    "The check broke off. Check again; if it breaks off twice, the log of the service says why."
)


@dataclass(frozen=True, slots=True)
class Errand:
    """A check of a list, or an import of it."""

    mark: str
    import_id: int = 0  # 0: a check


class ListThread:
    """The thread of one service. It begins when it is first woken, and ends when it is closed.

    Of several services on one database one works; the others look again later.
    """

    def __init__(
        self,
        database: Database,
        hash_key: str,
        lists: Lists,
        clock: Clock,
    ) -> None:
        self._database = database
        self._hash_key = hash_key
        self._lists = lists
        self._clock = clock
        self._changed = threading.Condition()  # guards what follows, save for `_resting`
        self._calls = 0
        self._looked = 0  # calls that the last finished look knew of
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._resting: dict[Errand, float] = {}  # until when, by the monotonic clock

    def wake(self) -> None:
        """Look now: there may be something to do. What went wrong a moment ago is tried, too."""
        with self._changed:
            self._calls += 1
            self._resting.clear()
            self._thread = self._thread or self._start_thread()
            self._changed.notify_all()

    def wait_until_done(self, at_most_s: float) -> bool:
        """Wait until all that was asked for so far is done. False if that takes longer."""
        with self._changed:
            # Later calls do not count: who waits for a check does not wait for other lists.
            calls = self._calls
            return self._changed.wait_for(
                lambda: self._looked >= calls or self._is_closing,
                at_most_s,
            )

    def is_resting(self, import_id: int, mark: str) -> bool:
        """True if the process of an import ended badly, and the import does not go on yet."""
        return Errand(mark, import_id) in self._resting

    def close(self) -> None:
        """End the work where it is; the next thread goes on with it."""
        with self._changed:
            self._is_closing = True
            if self._child is not None:
                self._child.terminate()  # an import goes on where it was
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _start_thread(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name="lists", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        while not self._is_closing:
            calls = self._calls
            # The next look may find the database, or the disk, in better order.
            with suppress(OperationalError, OSError):
                if self._next() is not None:
                    self._work()
            self._note_look(calls)

    def _note_look(self, calls: int) -> None:
        """Note a look that knew of so many calls, and wait for the next one."""
        with self._changed:
            self._looked = calls
            self._changed.notify_all()
            # Calls that came in meanwhile are looked at in the next round, at once.
            self._changed.wait_for(
                lambda: self._is_closing or self._calls != self._looked,
                LOOK_S,
            )

    def _work(self) -> None:
        with self._database.alone("lists") as is_alone:
            while is_alone and not self._is_closing:
                errand = self._next()
                if errand is None:
                    return
                if not self._carry_out(errand) and not self._is_closing:
                    self._note_break(errand)

    def _next(self) -> Errand | None:
        self._wake_rested()
        return next((errand for errand in self._errands() if errand not in self._resting), None)

    def _wake_rested(self) -> None:
        now = time.monotonic()
        # A copy, and no error if one is gone: `wake` empties it from another thread.
        for errand, until in list(self._resting.items()):
            if until <= now:
                self._resting.pop(errand, None)

    def _errands(self) -> Iterator[Errand]:
        """Imports that were begun, then checks."""
        # Looked for every few seconds, and most often there is none.
        if not any(self._lists.marks()):
            return
        yield from self._imports()
        for mark in self._lists.waiting_marks():
            yield Errand(mark)

    def _imports(self) -> Iterator[Errand]:
        for import_id, mark in self._database.read(_begun_imports):
            # It may have been sent in at another machine, or be imported from a terminal.
            if self._lists.has(mark):
                yield Errand(mark, import_id)

    def _carry_out(self, errand: Errand) -> bool:
        """Do it in a process, which ends when its input does: with us. False if it ended badly."""
        with self._changed:
            if self._is_closing:
                return False
            # Under the lock: `close` ends each process that was started.
            child = _start_process()
            self._child = child
        if child.stdin is None:
            raise OSError("a process without input")
        with child.stdin as line:
            with suppress(BrokenPipeError):  # it has ended; its status says how
                line.write(self._written(errand))
            return child.wait() == 0

    def _written(self, errand: Errand) -> bytes:
        values = {
            "url": self._database.url,
            "hash_key": self._hash_key,
            "folder": str(self._lists.folder),
            "mark": errand.mark,
            "import_id": errand.import_id,
            "now": self._clock.now().isoformat(),
        }
        return json.dumps(values).encode() + b"\n"

    def _note_break(self, errand: Errand) -> None:
        """An import goes on later; who asked for a check asks again, if they like."""
        request = None if errand.import_id else self._lists.requested_check(errand.mark)
        if request is None:
            self._resting[errand] = time.monotonic() + REST_S
        else:
            self._lists.set_check_result(errand.mark, request, CheckResult(None, BROKE_OFF))


def _start_process() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "newsletter.lists.process"],
        stdin=subprocess.PIPE,
        bufsize=0,
    )


def _begun_imports(session: Session) -> list[tuple[int, str]]:
    """The imports that are running, the oldest first: their id and the mark of their list."""
    query = select(Import).filter_by(status="running")
    running = session.exec(query.order_by(col(Import.id)))
    return [(record.key, record.sha256) for record in running]
