"""Clicks through the real `newsletter web`, kept to one core.

python -m bench.clicks [--seconds 10] [--json FILE]

The server runs on the first core, who clicks on the last: readers' programs on kept connections,
each asking for its next link when the last one is answered. Then SIGTERM ends the server, and the
rows are counted: as many as answers.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop
from sqlmodel import col, func, select

from bench.places import ROOT, free_port, fresh_database, postgresql, workplace
from bench.stage import stage
from newsletter.database import Database
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.planning import freeze
from newsletter.editions.models import Edition
from newsletter.tokens import Signer, pair
from newsletter.tracking.models import Event

READERS = 2_000
PROGRAMS = 48
SECRET = "a secret of this measurement"  # noqa: S105
HEADING = (
    f"{'clicks':24}{'per second':>12}{'… of a core':>13}{'p50 ms':>9}{'p99 ms':>9}"
    f"{'answered':>10}{'stored':>10}"
)
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LAST_CORE = max(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Figure:
    """One run; times are in milliseconds.

    `per_core_second` counts by the server's own time on its core, whoever else is on the machine.
    """

    name: str
    per_second: float
    per_core_second: float
    p50: float
    p99: float
    answered: int
    stored: int


class Program(asyncio.Protocol):
    """A reader's program: it asks for the next path when the last is answered, until `until`."""

    def __init__(
        self, requests: Sequence[bytes], start: int, until: float, times: list[float]
    ) -> None:
        self.requests = requests
        self.at = start
        self.until = until
        self.times = times
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._ask()

    def data_received(self, data: bytes) -> None:
        self.seen += data
        if not self.seen.endswith(b"\r\n\r\n"):
            return
        assert self.seen.startswith(b"HTTP/1.1 302 "), self.seen[:200]
        self.seen = b""
        now = time.perf_counter()
        self.times.append(now - self.asked)
        if now < self.until:
            self._ask()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def _ask(self) -> None:
        self.at = (self.at + 1) % len(self.requests)
        self.asked = time.perf_counter()
        self.transport.write(self.requests[self.at])


async def click(port: int, requests: Sequence[bytes], seconds: float) -> list[float]:
    """Click with all programs at once; returns the seconds of each answer."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    made = [
        await asyncio.get_running_loop().create_connection(
            lambda n=n: Program(requests, n * 37, until, times), "127.0.0.1", port
        )
        for n in range(PROGRAMS)
    ]
    await asyncio.gather(*(program.over for _, program in made))
    return times


def staged(url: str, mode: str) -> list[bytes]:
    """An issue for so many readers; the requests of its links."""
    stage(url, READERS, 4096)
    database = Database(url)
    freeze(database, 1)
    signer = Signer(SECRET)
    with database.writing() as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.tracking = mode
        links = len(session.get_one(Edition, delivery.edition_id).links)
        messages = session.exec(select(Message.id)).all()
        key = delivery.edition_id
        if mode == "individual":
            session.connection().exec_driver_sql("update publication set tracking = 'individual'")
    database.close()
    tokens = (
        [signer.sign("click", pair(key, message or 0)) for message in messages]
        if mode == "individual"
        else [signer.sign("click", pair(key, 0))]
    )
    requests = []
    for token in tokens:
        requests += [_request(f"/c/{token}/{place}") for place in range(links)]
    return requests


def _request(path: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: news.example",
        f"User-Agent: {AGENT}",
        "Accept: text/html",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def run(name: str, url: str, mode: str, seconds: float) -> Figure:
    """Serve, click, tell the server to end, count."""
    requests = staged(url, mode)
    port = free_port()
    with _served(url, port) as server:
        os.sched_setaffinity(0, {LAST_CORE})
        warm = uvloop.run(click(port, requests, 1))
        before = core_seconds(server.pid)
        times = uvloop.run(click(port, requests, seconds))
        used = core_seconds(server.pid) - before
    percentiles = statistics.quantiles(times, n=100)
    return Figure(
        name,
        per_second=len(times) / seconds,
        per_core_second=len(times) / used,
        p50=percentiles[49] * 1e3,
        p99=percentiles[98] * 1e3,
        answered=len(warm) + len(times),
        stored=_count_events(url),
    )


@contextmanager
def _served(url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Yield the server, which has the first core for itself, and end it by SIGTERM."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "web"],
            cwd=folder,
            env=_environment(url, port),
            stderr=subprocess.PIPE,
            preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
        )
        assert server.stderr is not None
        assert b"served" in server.stderr.readline()
        yield server
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0, server.stderr.read()


def _environment(url: str, port: int) -> dict[str, str]:
    return os.environ | {
        "NEWSLETTER_DATABASE_URL": url,
        "NEWSLETTER_SECRET": SECRET,
        "NEWSLETTER_PORT": str(port),
        "NEWSLETTER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "NEWSLETTER_RELAY_URL": "smtp+plain://127.0.0.1:1",
        "PYTHONPATH": str(ROOT),
    }


def _count_events(url: str) -> int:
    database = Database(url)
    with database.reading() as session:
        stored = session.exec(select(func.count(col(Event.id)))).one()
    database.close()
    return stored


def core_seconds(pid: int) -> float:
    """Seconds that a process was on a core: proc(5), /proc/pid/stat, utime and stime."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run each, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = []
    print(HEADING, flush=True)
    with workplace() as folder, postgresql(folder) as server:
        for name, where in (("SQLite", None), ("PostgreSQL", server.url)):
            for mode in ("anonymous", "individual"):
                with fresh_database(folder, where) as url:
                    figure = run(f"{mode}, {name}", url, mode, args.seconds)
                print(_line(figure), flush=True)
                figures.append(figure)
    if args.json:
        args.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), "utf-8")
    is_whole = all(figure.answered == figure.stored for figure in figures)
    assert is_whole, "what was answered must be stored"


def _line(figure: Figure) -> str:
    return (
        f"{figure.name:24}{figure.per_second:12,.0f}{figure.per_core_second:13,.0f}"
        f"{figure.p50:9.2f}{figure.p99:9.2f}{figure.answered:10,}{figure.stored:10,}"
    )


if __name__ == "__main__":
    main()
