"""Sign-ups over HTTP on loopback: proofs of work, the gate, a confirm letter each.

    python -m bench.signups --count 3000 [--json FILE]

They take the real application's route, on SQLite and on PostgreSQL. The service runs in a process
of its own, on one core where there are two. People come from many networks (X-Forwarded-For, as
behind a proxy), each with a proof that was solved before the clock starts. What is in the database
at the end is counted.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode

from sqlmodel import func, select

from bench.places import free_port, fresh_database, postgresql, workplace
from newsletter.intake.proof import make_challenge
from newsletter.letters.models import SmallLetter
from newsletter.publications.opening import open_publication
from newsletter.runtime import open_runtime
from newsletter.serving.pages import web
from newsletter.settings import Settings
from subscribers.models import ConsentRecord, Subscription
from tests.intake.solving import packed

SECRET = "a secret of the bench"  # noqa: S105
CLIENTS = 8
KINDS = ("page", "json")
SPAWN = multiprocessing.get_context("spawn")


def serve(settings: Settings, bench: Connection) -> None:
    """Run the service: send "ready", measure between two messages, send the seconds of a core."""
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with open_runtime(settings) as runtime:
        runtime.database.write(
            open_publication,
            name="Sample",
            sender_address="a@sample.example",
            cadence="Tuesday 09:00 Europe/Berlin",
        )
        with web(runtime):
            bench.send("ready")
            bench.recv()
            began = time.process_time()
            bench.recv()
            bench.send(time.process_time() - began)


def request(number: int, kind: str, port: int) -> bytes:
    """One sign-up as a browser sends it: proof, address, network of its own."""
    values = {"email": f"reader{number}@d{number % 5000}.example", "altcha": proof(number)}
    if kind == "json":
        path = "/api/signup"
        shape = "application/json"
        body = json.dumps(values).encode()
    else:
        path = "/subscribe"
        shape = "application/x-www-form-urlencoded"
        body = urlencode(values).encode()
    head = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Content-Type: {shape}",
        f"X-Forwarded-For: {11 + number % 80}.{number // 80 % 250}.{number // 20000}.9",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


def proof(number: int) -> str:
    """A solved challenge, of its own for each sign-up: a proof is good for one address."""
    expires_at = datetime.now(UTC) + timedelta(minutes=20)
    challenge = make_challenge(SECRET, f"{number:016x}", 7, expires_at)
    names = ("algorithm", "challenge", "salt", "signature")
    return packed({**{name: challenge[name] for name in names}, "number": 7})


async def client(port: int, requests: list[bytes], taken_s: list[float]) -> None:
    """Send one request after another on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for content in requests:
        began = time.perf_counter()
        writer.write(content)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 202")), head
        taken_s.append(time.perf_counter() - began)
    writer.close()


async def storm(port: int, requests: list[bytes]) -> tuple[float, list[float]]:
    """All clients at once; returns seconds, and those of each request."""
    taken_s: list[float] = []
    began = time.perf_counter()
    async with asyncio.timeout(300), asyncio.TaskGroup() as group:
        for number in range(CLIENTS):
            group.create_task(client(port, requests[number::CLIENTS], taken_s))
    return time.perf_counter() - began, taken_s


def measure(kind: str, count: int, url: str) -> Mapping[str, object]:
    """One run on a new database."""
    port = free_port()
    settings = Settings(
        database_url=url,
        secret=SECRET,
        relay_url="smtp+plain://127.0.0.1:1",
        port=port,
    )
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=serve, args=(settings, theirs))
    process.start()
    assert ours.recv() == "ready"
    requests = [request(number, kind, port) for number in range(count)]
    ours.send("go")
    wall_s, taken_s = asyncio.run(storm(port, requests))
    ours.send("stop")
    core_s = ours.recv()
    process.join(30)
    check(settings, count)
    hundredths = statistics.quantiles(taken_s, n=100)
    return {
        "database": "SQLite" if url.startswith("sqlite") else "PostgreSQL",
        "kind": kind,
        "sign-ups": count,
        "per s": round(count / wall_s),
        "per s of core": round(count / core_s),
        "p50 ms": round(hundredths[49] * 1e3, 1),
        "p99 ms": round(hundredths[98] * 1e3, 1),
    }


def check(settings: Settings, count: int) -> None:
    """Each sign-up has its subscription, its evidence and its letter."""
    tables = (Subscription, ConsentRecord, SmallLetter)
    with open_runtime(settings) as runtime, runtime.database.reading() as session:
        kept = [session.exec(select(func.count()).select_from(table)).one() for table in tables]
    assert kept == [count] * len(tables), kept


def main() -> None:
    """Measure both routes on both databases, print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures: list[Mapping[str, object]] = []
    with workplace() as folder, postgresql(folder) as server:
        for server_url in (None, server.url):
            for kind in KINDS:
                with fresh_database(folder, server_url) as url:
                    figures.append(measure(kind, given.count, url))
                show(figures)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), "utf-8")


def show(figures: list[Mapping[str, object]]) -> None:
    """Print the last figures, with the names above the first ones."""
    if len(figures) == 1:
        print("".join(f"{name:>15}" for name in figures[0]))
    print("".join(f"{value!s:>15}" for value in figures[-1].values()), flush=True)


if __name__ == "__main__":
    main()
