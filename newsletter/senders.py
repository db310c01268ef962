"""Senders: the lock that only one of them holds, what dead ones left, and a sender's own process.

On SQLite one sender works on a database. On PostgreSQL any number of workers send, and each
settles what a dead one of its own journal folder left.
"""

import asyncio
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from newsletter.delivery.dead_senders import settle_dead_senders
from newsletter.delivery.sender import journal, running
from newsletter.delivery.sender.sending import Sender
from newsletter.host.parts import begin_part
from newsletter.letters.sending import give_back_claims, send_small_letters, waiting_letters
from newsletter.runtime import Runtime
from newsletter.settings import Settings

log = logging.getLogger(__name__)
DRAIN_S = 90  # a relay may take this long to answer for the letters that it has in hand
AGAIN_S = 2.0  # between a sender's death and its successor
COMMAND = (sys.executable, "-m", "newsletter", "worker", "--with-parent")


@contextmanager
def only_sender(runtime: Runtime) -> Iterator[Sender | None]:
    """Hold the sender's lock on this database and give a sender; None if another one holds it.

    What dead senders left is settled first.
    """
    with runtime.database.alone("sender") as held:
        if not held:
            yield None
            return
        settle_dead(runtime)
        yield runtime.sender()


async def send_letters(runtime: Runtime) -> int:
    """Send the small letters that are due, in one round; returns how many were accepted.

    A round signs its claims with a journal of its own: what a failed one leaves is given back.
    """
    now = runtime.clock.now()
    if not await asyncio.to_thread(runtime.database.read, waiting_letters, now):
        return 0
    await asyncio.to_thread(runtime.guard.require)  # first: no folder is made in a lost one's place
    own = journal.begin(runtime.journals)
    try:
        return await send_small_letters(runtime.post(own.name))
    finally:
        own.close()


def settle_dead(runtime: Runtime) -> None:
    """Settle what dead senders and failed slices of our journal folder left.

    On SQLite only the holder of the sender's lock may call this: it settles the claims of every
    journal folder, because no other sender can be alive.
    """
    folder = runtime.journals
    if not runtime.guard.look().has_its_journals:
        return  # those of living senders may be elsewhere: their claims would look lost
    home = "" if runtime.database.is_sqlite else journal.home_of(folder)
    now = runtime.clock.now()
    with journal.dead_journals(folder) as pasts:
        lost = runtime.database.write(
            settle_dead_senders,
            pasts,
            home,
            lambda: journal.journal_names(folder),
            now,
        )
    runtime.database.write(give_back_claims, home, lambda: journal.journal_names(folder))
    if lost:
        log.warning("A sender ended before its relay's replies: %d messages are uncertain", lost)


@contextmanager
def sending(runtime: Runtime) -> Iterator[threading.Thread | None]:
    """Run the sender in a thread until the block ends; None if another one has this database.

    The thread lives as long as the block. If it ends before, the process should end, too.
    """
    with only_sender(runtime) as sender:
        if sender is None:
            yield None
            return
        thread = begin_part("sender", lambda: _send(runtime, sender))
        try:
            yield thread
        finally:
            sender.stopping = True
            thread.join(timeout=DRAIN_S)


@contextmanager
def sender_process(settings: Settings) -> Iterator[threading.Thread]:
    """Run `newsletter worker` as a child until the block ends; one that dies is started again.

    The thread that keeps it lives as long as the block. If it ends before, so should the process.
    """
    keeper = _Keeper(os.environ | settings.as_environment())
    thread = begin_part("keeper", keeper.keep)
    try:
        yield thread
    finally:
        keeper.stop()
        thread.join(timeout=DRAIN_S)


def _send(runtime: Runtime, sender: Sender) -> None:
    """Send issues and small letters until the sender is to stop."""
    running.run_loop(
        running.run(
            sender,
            lambda: send_letters(runtime),
            lambda: settle_dead(runtime),
        )
    )


class _Keeper:
    """Starts a sender's process, waits for its end, and starts the next one until told to stop."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Run one child after the other until `stop`."""
        while not self._stopping.is_set():
            ending = self._try_child()
            if not self._stopping.is_set():
                log.error("The sender's process %s; it is started again", ending)
                self._stopping.wait(AGAIN_S)

    def stop(self) -> None:
        """End the process, and start no other."""
        self._stopping.set()
        if self._child is not None:
            self._child.terminate()

    def _try_child(self) -> str:
        """Run one child to its end, if the system lets it start; returns how it ended."""
        try:
            return f"ended with code {self._run_child()}"
        except OSError as error:
            # Out of memory, of processes, of files: as much a death as any other.
            return f"could not be started ({error.strerror})"

    def _run_child(self) -> int:
        """Run one child to its end; returns its exit code."""
        # Its standard input is a pipe that we hold: when we die, it reads the end and drains.
        self._child = subprocess.Popen(  # noqa: S603  # our own program
            COMMAND,
            env=self._environment,
            stdin=subprocess.PIPE,
        )
        if self._stopping.is_set():  # told to stop between the look and the start
            self._child.terminate()
        return self._child.wait()
