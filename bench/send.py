"""Our sender on the staged delivery, as a process; prints what it took.

--no-ledger sends the same letters from memory.
"""

import argparse
import json
import resource
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bench.places import NOW
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.claiming import Recipient
from newsletter.delivery.planning import freeze
from newsletter.delivery.sender import journal
from newsletter.delivery.sender.addressing import Stationery
from newsletter.delivery.sender.bookkeeping import Ending, Orders
from newsletter.delivery.sender.running import run_loop
from newsletter.delivery.sender.sending import Sender, prepare_delivery
from newsletter.delivery.sender.slices import Slice
from newsletter.delivery.sender.speed_limits import SpeedLimits
from newsletter.delivery.settling import Result
from newsletter.host.guard import NoGuard
from newsletter.host.issue_log import IssueLog
from newsletter.host.sent_log import SentLog
from newsletter.mail.pace import FirstLook
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import Relays
from newsletter.runtime import read_keys
from newsletter.tokens import Signer
from newsletter.urls import Urls


class Unledgered:
    """Books that are in memory and keep nothing: the ledger's cost is measured against them."""

    def __init__(self, letters: int) -> None:
        self._left = letters

    async def claim(self, limit: int) -> Sequence[Recipient]:
        last = self._left
        self._left = max(0, last - limit)
        return [
            Recipient(key, f"reader{key}@readers.example", f"Reader {key}", NOW, key)
            for key in range(self._left + 1, last + 1)
        ]

    async def write_ahead(
        self, outcomes: Sequence[tuple[int, int]], intents: Sequence[int]
    ) -> None:
        pass

    async def record(self, results: Mapping[int, Result]) -> Orders:
        return Orders(True, SpeedLimits(0, {}), frozenset())

    def trim_journal(self, results: Mapping[int, Result], intended: Collection[int]) -> None:
        pass

    async def close(self, ending: Ending) -> None:
        pass


class Noting(NoGuard):
    """Notes letters in the sent log of a host, and compares nothing."""

    def __init__(self, folder: Path) -> None:
        self._sent = SentLog(folder / "sent")

    def issue_log(self, issue_id: int) -> IssueLog:
        return IssueLog(self._sent, issue_id, lambda _: None)


async def _send(sender: Sender, *, ledger: bool) -> int:
    settled = 0

    def count(more: int) -> None:
        nonlocal settled
        settled += more

    if ledger:
        await sender.deliver(1, on_settled=count)
    else:
        prepared, _ = sender.database.read(prepare_delivery, sender, 1)
        settings = sender.slice_settings(prepared)
        books = Unledgered(ARGS.letters)
        await Slice(settings, books, prepared, FirstLook(), count).run()
    return settled


def main() -> None:
    """Send, and print what it took."""
    database = Database(ARGS.database)
    freeze(database, 1)
    sender = Sender(
        database,
        Relays(read_relay_url(f"smtp+plain://127.0.0.1:{ARGS.port}"), ARGS.connections),
        Stationery(
            Signer("a secret of the bench"), Urls("https://news.example"), read_keys(ARGS.keys)
        ),
        clock=SetClock(NOW + timedelta(minutes=1)),
        new_journal=lambda: journal.begin(ARGS.journals),
        guard=Noting(ARGS.journals),
    )
    began = time.monotonic()
    began_cpu_s = _cpu_s()
    letters = run_loop(_send(sender, ledger=not ARGS.no_ledger))
    report = {
        "seconds": time.monotonic() - began,
        "cpu_s": _cpu_s() - began_cpu_s,
        "letters": letters,
    }
    print(json.dumps(report))


def _cpu_s() -> float:
    """Processor time of ours, and of our children that have ended."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--keys", default="")
    parser.add_argument("--journals", type=Path, required=True)
    parser.add_argument("--no-ledger", action="store_true")
    parser.add_argument("--letters", type=int, default=0)
    ARGS = parser.parse_args()
    main()
