"""200 sources fetched, parsed and stored; again with nothing changed; and memory meanwhile.

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
from collections.abc import Iterator, Mapping, Sequence
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

HEADING = (
    f"{'round':<24} {'seconds':>8} {'our CPU':>8} {'articles':>9} {'requests':>9} "
    f"{'body bytes':>11} {'resident':>9}"
)
NOW = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
LIMITS = Limits(allow_private=True)  # feeds only; everything else as it is by default


@dataclass(frozen=True, slots=True)
class Round:
    """One gathering.

    `cpu_s` are our own CPU-seconds, `body_bytes` those that the server's bodies had, `resident_mb`
    is resident memory afterwards.
    """

    name: str
    seconds: float
    cpu_s: float
    articles: int
    requests: int
    body_bytes: int
    resident_mb: float


def measure(database: Database, publication_id: int, port: int, rounds: int) -> Iterator[Round]:
    """Gather once, again with nothing changed, and `rounds` times more.

    Before each of these every feed changes.
    """
    clock = SetClock(NOW)
    yield _round("first: all is new", database, publication_id, clock, port)
    yield _round("again: nothing changed", database, publication_id, clock, port)
    for number in range(rounds):
        _ask(port, "/next")
        clock.move_to(NOW + timedelta(hours=number + 1))
        yield _round(f"changed, {number + 1}", database, publication_id, clock, port)


def _round(name: str, database: Database, publication_id: int, clock: SetClock, port: int) -> Round:
    before, cpu_s, began = _counts(port), _cpu_s(), time.monotonic()
    done = gather(database, publication_id, clock, LIMITS)
    seconds, cpu_s, after = time.monotonic() - began, _cpu_s() - cpu_s, _counts(port)
    assert not any(report.error for report in done.reports), [
        report for report in done.reports if report.error
    ][:3]
    moved = {key: after[key] - before[key] for key in after}
    return Round(
        name, seconds, cpu_s, done.articles, moved["requests"], moved["body_bytes"], _resident_mb()
    )


def _ask(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return bytes(answer.read())


def _counts(port: int) -> Mapping[str, int]:
    return dict(json.loads(_ask(port, "/counts")))


def _cpu_s() -> float:
    """Return our seconds of the processor, those of children that have ended with them."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


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
    _print_heading(args.sources, args.latency)
    made: list[Round] = []
    with _server(args.sources, args.latency) as port, _database() as database:
        publication_id = _add_sources(database, args.sources, port)
        for round_ in measure(database, publication_id, port, args.rounds):
            made.append(round_)
            print(_line(round_), flush=True)
    _print_reach(made)
    if args.json:
        args.json.write_text(json.dumps([asdict(round_) for round_ in made], indent=1), "utf-8")


def _print_heading(count: int, latency_ms: float) -> None:
    size = len(feed("127.0.1.1", 1))
    print(
        f"{count} sources on as many hosts, {latency_ms:g} ms of latency, "
        f"{size:,} bytes and {ITEMS} items each, SQLite"
    )
    print(HEADING)


@contextmanager
def _database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/gathering.sqlite3"
        upgrade(url)
        database = Database(url)
        yield database
        database.close()


def _add_sources(database: Database, count: int, port: int) -> int:
    """Open a publication with a source on each host; returns its id."""
    publication = database.write(
        open_publication,
        name="Bench",
        sender_address="a@bench.example",
        cadence="Tuesday 09:00 UTC",
    )
    for host in hosts(count):
        source = NewSource(f"http://{host}:{port}/feed.xml")
        database.write(sources.add, publication.key, source)
    return publication.key


def _line(round_: Round) -> str:
    return (
        f"{round_.name:<24} {round_.seconds:>7.2f}s {round_.cpu_s:>7.2f}s {round_.articles:>9,} "
        f"{round_.requests:>9,} {round_.body_bytes:>11,} {round_.resident_mb:>6.0f} MB"
    )


def _print_reach(rounds: Sequence[Round]) -> None:
    first, again = rounds[:2]
    print(f"\nfirst ≤ 10 s: {first.seconds:.2f}; again ≤ 3 s: {again.seconds:.2f}", end="")
    print(f", body bytes {again.body_bytes}", end="")
    growth = rounds[-1].resident_mb - rounds[2].resident_mb if len(rounds) > 3 else None
    print("" if growth is None else f"; memory from the third round to the last: {growth:+.1f} MB")


if __name__ == "__main__":
    main()
