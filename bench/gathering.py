"""python -m bench.gathering: 200 sources fetched, parsed and stored; again with nothing changed; and what memory does meanwhile.

python -m bench.gathering [--sources 200] [--latency 200] [--rounds 5] [--json gathering.json]
"""

import argparse
import json
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.feedserver import ITEMS, feed, hosts
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import gather
from newsletter.gathering.sources import NewSource
from newsletter.migrations.running import upgrade
from newsletter.publications.opening import open_publication

NOW = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
LIMITS = Limits(allow_private=True)  # feeds only; everything else as it is by default


@dataclass(frozen=True, slots=True)
class Round:
    """One gathering: seconds, our own CPU-seconds, what it gave, what the server's bodies moved, and resident memory after it."""

    what: str
    seconds: float
    cpu_s: float
    articles: int
    requests: int
    body_bytes: int
    resident_mb: float


def measure(database: Database, publication_id: int, port: int, rounds: int) -> Iterator[Round]:
    """The first gathering, the same again with nothing changed, and `rounds` more with every feed changed each time."""
    clock = SetClock(NOW)
    yield _round("first: all is new", database, publication_id, clock, port)
    yield _round("again: nothing changed", database, publication_id, clock, port)
    for number in range(rounds):
        _ask(port, "/next")
        clock.move_to(NOW + timedelta(hours=number + 1))
        yield _round(f"changed, {number + 1}", database, publication_id, clock, port)


def _round(what: str, database: Database, publication_id: int, clock: SetClock, port: int) -> Round:
    before, cpu_s, began = _counts(port), _cpu_s(), time.monotonic()
    done = gather(database, publication_id, clock, LIMITS)
    seconds, cpu_s, after = time.monotonic() - began, _cpu_s() - cpu_s, _counts(port)
    assert not any(report.error for report in done.reports), [
        report for report in done.reports if report.error
    ][:3]
    moved = {key: after[key] - before[key] for key in after}
    return Round(
        what, seconds, cpu_s, done.articles, moved["requests"], moved["body_bytes"], _resident_mb()
    )


def _ask(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return bytes(answer.read())


def _counts(port: int) -> Mapping[str, int]:
    return dict(json.loads(_ask(port, "/counts")))


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


@contextmanager
def _server(count: int, latency_ms: float) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "bench.feedserver", str(port), str(count), str(latency_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield port
        finally:
            process.terminate()


def main() -> None:
    """Print the table, and whether the figures are reached."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.gathering",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--latency", type=float, default=200, help="milliseconds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    size = len(feed("127.0.1.1", 1))
    print(
        f"{args.sources} sources on as many hosts, {args.latency:g} ms of latency, {size:,} bytes and {ITEMS} items each, SQLite"
    )
    print(
        f"{'round':<24} {'seconds':>8} {'our CPU':>8} {'articles':>9} {'requests':>9} {'body bytes':>11} {'resident':>9}"
    )
    made: list[Round] = []
    with tempfile.TemporaryDirectory() as folder, _server(args.sources, args.latency) as port:
        url = f"sqlite:///{folder}/gathering.sqlite3"
        upgrade(url)
        database = Database(url)
        publication = database.write(
            open_publication,
            name="Bench",
            sender_address="a@bench.example",
            cadence="Tuesday 09:00 UTC",
        )
        for host in hosts(args.sources):
            database.write(
                sources.add, publication.key, NewSource(f"http://{host}:{port}/feed.xml")
            )
        for one in measure(database, publication.key, port, args.rounds):
            made.append(one)
            print(
                f"{one.what:<24} {one.seconds:>7.2f}s {one.cpu_s:>7.2f}s {one.articles:>9,} {one.requests:>9,}"
                f" {one.body_bytes:>11,} {one.resident_mb:>6.0f} MB",
                flush=True,
            )
        database.close()
    first, again = made[0], made[1]
    print(
        f"\nfirst ≤ 10 s: {first.seconds:.2f}; again ≤ 3 s: {again.seconds:.2f}, body bytes {again.body_bytes}",
        end="",
    )
    print(
        f"; memory from the third round to the last: {made[-1].resident_mb - made[2].resident_mb:+.1f} MB"
        if len(made) > 3
        else ""
    )
    if args.json:
        args.json.write_text(json.dumps([asdict(one) for one in made], indent=1), "utf-8")


if __name__ == "__main__":
    main()
