"""Our sender on the staged delivery, as a process; prints what it took. --no-ledger sends the same letters from memory."""

import argparse
import json
import resource
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bench.stage import NOW
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.claiming import Recipient
from newsletter.delivery.planning import freeze
from newsletter.delivery.sender import journal
from newsletter.delivery.sender.addressing import Stationery
from newsletter.delivery.sender.bookkeeping import Orders
from newsletter.delivery.sender.running import run_loop
from newsletter.delivery.sender.sending import Sender, prepare_delivery
from newsletter.delivery.sender.slices import Slice
from newsletter.delivery.sender.speed_limits import SpeedLimits
from newsletter.delivery.settling import Result
from newsletter.mail.pace import FirstLook
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import Relays
from newsletter.runtime import read_keys
from newsletter.tokens import Signer
from newsletter.urls import Urls


class Unledgered:
    """Claims from memory, and no word of what became of them: what the ledger's cost is measured against."""

    def __init__(self, letters: int) -> None:
        self._left = letters

    async def claim(self, limit: int) -> Sequence[Recipient]:
        last, self._left = self._left, max(0, self._left - limit)
        return [
            Recipient(n, f"reader{n}@readers.example", f"Reader {n}", NOW, n)
            for n in range(self._left + 1, last + 1)
        ]

    async def write_ahead(
        self, outcomes: Sequence[tuple[int, int]], intents: Sequence[int]
    ) -> None:
        pass

    async def record(self, results: Mapping[int, Result]) -> Orders:
        return Orders(True, SpeedLimits(0, {}), frozenset())

    def trim_journal(self, results: Mapping[int, Result], intended: Collection[int]) -> None:
        pass

    async def close(self, trouble: str, first_trouble: str | None) -> None:
        pass


async def _send(sender: Sender, *, ledger: bool) -> int:
    settled = 0

    def count(more: int) -> None:
        nonlocal settled
        settled += more

    if ledger:
        await sender.deliver(1, on_settled=count)
    else:
        prepared, _ = sender.database.read(prepare_delivery, sender, 1)
        await Slice(
            sender.slice_settings(prepared), Unledgered(ARGS.letters), prepared, FirstLook(), count
        ).run()
    return settled


def main() -> None:
    """Send, and say what it took."""
    database = Database(ARGS.database)
    freeze(database, 1)
    own = journal.begin(ARGS.journals)
    sender = Sender(
        database,
        Relays(read_relay_url(f"smtp+plain://127.0.0.1:{ARGS.port}"), ARGS.connections),
        Stationery(
            Signer("a secret of the bench"), Urls("https://news.example"), read_keys(ARGS.keys)
        ),
        clock=SetClock(NOW + timedelta(minutes=1)),
        journal=own,
    )
    began, cpu = time.monotonic(), _cpu()
    letters = run_loop(_send(sender, ledger=not ARGS.no_ledger))
    print(
        json.dumps({"seconds": time.monotonic() - began, "cpu_s": _cpu() - cpu, "letters": letters})
    )
    own.close()


def _cpu() -> float:
    """Ours, and our children's that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


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
