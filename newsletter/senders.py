"""Senders: the lock that only one of them holds, what dead ones left, and the process that one lives in.

On SQLite one sender works on a database; on PostgreSQL workers send, any number, and this module settles what a dead one left.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from newsletter.delivery.dead_senders import settle_dead_senders
from newsletter.delivery.sender import journal, running
from newsletter.delivery.sender.sending import Sender
from newsletter.letters.sending import give_back_claims, send_small_letters
from newsletter.runtime import Runtime
from newsletter.settings import Settings

Said = Callable[[str], None]
DRAIN_S = 90  # what is in the relay's hands may take this long to be answered
AGAIN_S = 2.0  # between a sender's death and its successor


@contextmanager
def only_sender(runtime: Runtime, said: Said) -> Iterator[Sender | None]:
    """Hold the sender's lock on this database, settle what dead senders left, and give a sender; None if another one lives."""
    with runtime.database.alone("sender") as held:
        if not held:
            yield None
            return
        settle_dead(runtime, said)
        own = journal.begin(runtime.journals)
        try:
            yield runtime.sender(own)
        finally:
            own.close()


def settle_dead(runtime: Runtime, said: Said) -> None:
    """Settle what dead senders of our journal folder left: on SQLite, with the sender's lock, whatever folder they had."""
    folder, now = runtime.journals, runtime.clock.now()
    home = "" if runtime.database.is_sqlite else journal.home_of(folder)
    with journal.dead_journals(folder) as pasts:
        lost = runtime.database.write(
            settle_dead_senders, pasts, home, lambda: journal.journal_names(folder), now
        )
    runtime.database.write(give_back_claims, home, lambda: journal.journal_names(folder))
    if lost:
        said(
            f"{lost} messages are uncertain: a sender ended before their replies were recorded. See `newsletter delivery show`."
        )


@contextmanager
def sending(runtime: Runtime, said: Said) -> Iterator[bool]:
    """Run the sender in a thread until the block ends; gives False if another sender has this database."""
    with only_sender(runtime, said) as sender:
        if sender is None:
            said("another sender works on this database; this one only watches")
            yield False
            return

        async def small() -> int:
            return await send_small_letters(runtime.post(sender.journal.name))

        thread = threading.Thread(
            target=running.run_loop,
            args=(running.run(sender, small, said),),
            name="sender",
            daemon=True,
        )
        thread.start()
        try:
            yield True
        finally:
            sender.stopping = True
            thread.join(timeout=DRAIN_S)


@contextmanager
def sender_process(settings: Settings, said: Said) -> Iterator[None]:
    """Run `newsletter worker` as a child until the block ends; one that dies is started again and settles its past."""
    environment = os.environ | settings.as_environment()
    command = [sys.executable, "-m", "newsletter", "worker", "--with-parent"]
    stopping = threading.Event()
    children: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stopping.is_set():
            child = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)  # noqa: S603  # our own program
            children[:] = [child]
            if stopping.is_set():
                child.terminate()
            code = child.wait()
            if not stopping.is_set():
                said(f"the sender ended with code {code}; it is started again")
                stopping.wait(AGAIN_S)

    keeper = threading.Thread(target=keep, name="keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for child in children:
            child.terminate()
        keeper.join(timeout=DRAIN_S)
