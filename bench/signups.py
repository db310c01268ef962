"""Sign-ups through the real application's route, over HTTP on loopback: proofs of work, a gate, a confirm letter each.

    python -m bench.signups --count 3000 [--json FILE]

On SQLite and on PostgreSQL. The service runs in a process of its own, on one core where there are two; people come from many
networks (X-Forwarded-For, as behind a proxy), each with a proof that was solved before the clock starts. Counted is what is in the
database at the end.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from sqlmodel import func, select

from bench.stage import free_port, fresh, postgresql, workplace
from newsletter.intake.proof import make_challenge
from newsletter.letters.models import SmallLetter
from newsletter.publications.opening import open_publication
from newsletter.runtime import open_runtime
from newsletter.serving import web
from newsletter.settings import Settings
from subscribers.models import ConsentRecord, Subscription
from tests.intake.solving import packed

SECRET = "a secret of the bench"  # noqa: S105
CLIENTS = 8


def serve(settings: Settings, said: Connection) -> None:
    """Run the service until told to stop; then say how much of a core it took."""
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
            said.send("ready")
            said.recv()
            began = time.process_time()
            said.recv()
            said.send(time.process_time() - began)


def request(number: int, kind: str, port: int) -> bytes:
    """One sign-up as a browser sends it: proof, address, network of its own."""
    made = make_challenge(SECRET, f"{number:016x}", 7, datetime.now(UTC) + timedelta(minutes=20))
    proof = packed(
        {key: made[key] for key in ("algorithm", "challenge", "salt", "signature")} | {"number": 7}
    )
    address = f"reader{number}@d{number % 5000}.example"
    if kind == "json":
        body, path, shape = (
            json.dumps({"email": address, "altcha": proof}).encode(),
            "/api/signup",
            "application/json",
        )
    else:
        body = f"email={address.replace('@', '%40')}&altcha={proof.replace('+', '%2B').replace('=', '%3D')}".encode()
        path, shape = "/subscribe", "application/x-www-form-urlencoded"
    network = f"{11 + number % 80}.{number // 80 % 250}.{number // 20000}.9"
    head = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Content-Type: {shape}",
        f"X-Forwarded-For: {network}",
    )
    return "\r\n".join((*head, f"Content-Length: {len(body)}", "", "")).encode() + body


async def client(port: int, requests: list[bytes], taken: list[float]) -> None:
    """Send one after another on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for one in requests:
        began = time.perf_counter()
        writer.write(one)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 202")), head
        taken.append(time.perf_counter() - began)
    writer.close()


async def storm(port: int, requests: list[bytes]) -> tuple[float, list[float]]:
    """All clients at once; returns seconds, and those of each request."""
    taken: list[float] = []
    began = time.perf_counter()
    async with asyncio.timeout(300), asyncio.TaskGroup() as group:
        for number in range(CLIENTS):
            group.create_task(client(port, requests[number::CLIENTS], taken))
    return time.perf_counter() - began, taken


def measure(kind: str, count: int, url: str) -> dict[str, object]:
    """One run on a new database."""
    port = free_port()
    settings = Settings(
        database_url=url, secret=SECRET, relay_url="smtp+plain://127.0.0.1:1", port=port
    )
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(settings, theirs))
    process.start()
    assert ours.recv() == "ready"
    requests = [request(number, kind, port) for number in range(count)]
    ours.send("go")
    wall, taken = asyncio.run(storm(port, requests))
    ours.send("stop")
    core = ours.recv()
    process.join(30)
    with open_runtime(settings) as runtime, runtime.database.reading() as session:
        kept = [
            session.exec(select(func.count()).select_from(table)).one()
            for table in (Subscription, ConsentRecord, SmallLetter)
        ]
    assert kept == [count] * 3, kept
    hundredths = statistics.quantiles(taken, n=100)
    return {
        "database": "SQLite" if url.startswith("sqlite") else "PostgreSQL",
        "kind": kind,
        "sign-ups": count,
        "per s": round(count / wall),
        "per s of core": round(count / core),
        "p50 ms": round(hundredths[49] * 1e3, 1),
        "p99 ms": round(hundredths[98] * 1e3, 1),
    }


def main() -> None:
    """Measure both routes, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures: list[dict[str, object]] = []
    with workplace() as folder, postgresql(folder) as server:
        for where in (None, server.url):
            for kind in ("page", "json"):
                with fresh(folder, where) as url:
                    figures.append(measure(kind, given.count, url))
                if len(figures) == 1:
                    print("".join(f"{name:>15}" for name in figures[0]))
                print("".join(f"{value!s:>15}" for value in figures[-1].values()), flush=True)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), "utf-8")


if __name__ == "__main__":
    main()
