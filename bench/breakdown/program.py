"""Our own program, as bench.breakdown runs it: with guards broken on purpose, or small limits.

python -m bench.breakdown.program --mutant NAME --grown 2048 --dot-s 1 -- worker
"""

import argparse
import functools
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from newsletter import senders
from newsletter.cli.machine import serve
from newsletter.cli.main import main
from newsletter.delivery import planning
from newsletter.delivery.models import Delivery
from newsletter.delivery.reading import sending_deliveries
from newsletter.delivery.sender import bookkeeping, intents, journal, lanes, running
from newsletter.mail import pace
from newsletter.mail import relay as mail_relay
from newsletter.mail.offers import Patience
from newsletter.schedule.ticking import Ticker
from newsletter.worker import running as worker_running


def put(owner: object, name: str, broken: object) -> None:
    """Put something broken in the place of what is there under this name."""
    getattr(owner, name)  # a name that is not there any more breaks nothing: that must be noticed
    setattr(owner, name, broken)


def wait_for_nothing(stop: threading.Event, *_parts: threading.Thread) -> None:
    """Broken: a part of the service that has ended ends nothing."""
    stop.wait()


async def keep_until_an_error(
    self: Any, send: Callable[[], Any], goes_on: Callable[[], bool] = lambda: True
) -> None:
    """Broken: the first error ends the lane."""
    while goes_on() and not self._sender.stopping:
        await send()
        await self._wait(self._commits, 1.0)


def break_sender() -> None:
    """An error ends the sender's thread, and its process lives on."""
    put(running._Lanes, "keep", keep_until_an_error)
    put(serve, "wait", wait_for_nothing)


def break_journal() -> None:
    """A slice that failed leaves an empty journal: its replies are forgotten."""
    close = journal.Journal.close

    def forget_and_close(self: journal.Journal) -> None:
        had_claims = self.has_claims
        self.clear()
        self.has_claims = had_claims
        close(self)

    put(journal.Journal, "close", forget_and_close)


def break_lanes() -> None:
    """One delivery after the other: each waits for the one before."""

    async def send_in_turn(self: Any) -> None:
        database = self._sender.database
        for delivery in database.read(sending_deliveries):
            while await self._send_or_finish(delivery.key):
                await self._wait(self._commits, 1.0)

    put(running._Lanes, "begin_deliveries", send_in_turn)


def break_silence() -> None:
    """However many letters a relay takes without a reply, it gets more."""
    put(pace.Silence, "is_too_long", lambda *_: False)


def break_first_look() -> None:
    """Nobody looks at the first letters."""
    put(pace, "judge_first_letters", lambda *_: "")


def break_suspicion() -> None:
    """A letter at whose recipient the relay ends the session is offered again and again."""
    put(lanes.Lane, "_suspect", lambda _, __, end: end)


def break_clock() -> None:
    """A message is due when its delivery was planned, by whatever clock."""
    new_message = planning._new_message

    def due_when_planned(delivery: Delivery) -> dict[str, object]:
        return {**new_message(delivery), "due_at": delivery.planned_at}

    put(planning, "_new_message", due_when_planned)


def break_ticks() -> None:
    """Deciding about issues waits for gathering."""
    put(Ticker, "_lanes", property(lambda self: (self.tick,)))


def break_keeper() -> None:
    """A sender that dies is not started again."""
    put(senders._Keeper, "keep", lambda self: self._run_child())


def break_worker() -> None:
    """A worker whose queues ended by an error begins no others, and its process lives on."""

    def work_once(runtime: Any, stopping: Callable[[], bool]) -> None:
        try:
            running.run_loop(worker_running._work(runtime, stopping))
        except Exception:
            worker_running._rest(float("inf"), stopping)

    put(serve, "work", work_once)


def break_turns() -> None:
    """A worker sends one delivery at a time."""
    put(worker_running, "AT_ONCE", 1)


def break_replies() -> None:
    """The replies that a failed slice heard last are not brought to its journal."""

    async def save_nothing(_: intents.Intents) -> None:
        """Broken: nothing is written."""

    put(intents.Intents, "save_replies", save_nothing)


MUTANTS = {
    "sender": break_sender,
    "journal": break_journal,
    "lanes": break_lanes,
    "silence": break_silence,
    "first look": break_first_look,
    "suspicion": break_suspicion,
    "clock": break_clock,
    "ticks": break_ticks,
    "keeper": break_keeper,
    "worker": break_worker,
    "turns": break_turns,
    "replies": break_replies,
}


def run(words: Sequence[str]) -> None:
    """Change what is asked for, then run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutant", choices=MUTANTS)
    parser.add_argument("--grown", type=int, help="octets at which a journal is rewritten")
    parser.add_argument("--dot-s", type=float, help="seconds to wait for a relay's reply")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(words)
    own = words[: words.index("--") + 1]
    # the child of `serve` is this program, too
    child = [sys.executable, "-m", "bench.breakdown.program", *own, "worker", "--with-parent"]
    put(senders, "COMMAND", tuple(child))
    if options.grown:
        put(bookkeeping, "GROWN", options.grown)
    if options.dot_s:
        patient = functools.partial(mail_relay.Relay, patience=Patience(dot_s=options.dot_s))
        put(lanes, "Relay", patient)
    if options.mutant:
        MUTANTS[options.mutant]()
    sys.argv = ["newsletter", *options.command]
    main()


if __name__ == "__main__":
    run(sys.argv[1:])
