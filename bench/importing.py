"""python -m bench.importing [--rows 1000000] [--json FILE]: a list comes in twice, and goes out.

The list is in no order: no address has to do with its neighbour. On SQLite and on PostgreSQL, each
step runs in a process of its own. Its resident memory, and that of the processes it starts, is
asked of the system. Another connection goes on writing all the while, and notes how long it had to
wait for the lock.
"""

import argparse
import json
import random
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.places import ROOT, fresh_database, postgresql, workplace
from newsletter.database import Database
from newsletter.lists.importing import account_of, import_file
from newsletter.migrations.running import upgrade
from newsletter.publications.opening import open_publication
from subscribers.exporting import csv_text, export_rows

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
REACH_S = {"import": 12.0, "again": 12.0, "export": 5.0}
WAIT_MS = 100
RESIDENT_MB = 200
PAUSE_S = 0.004  # between two writes of the other connection
RETRY_S = 0.0005
LOOK_S = 0.02  # between two looks at the memory
LARGE_HOSTS = ("gmail.example", "post.example", "web.example")
SMALL_HOSTS = 5000

Figures = dict[str, object]


def write_list(path: Path, rows: int) -> None:
    """Write a list in no order, with a name and a time for everybody."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        file.write("address,name,confirmed_at\n")
        for n in range(rows):
            host = _draw_host(chance, n)
            at = _draw_time(chance, n)
            file.write(f"{chance.getrandbits(56):014x}@{host},Reader {n},{at}\n")


def _draw_host(chance: random.Random, n: int) -> str:
    """Three of four people are at one of three large hosts."""
    if n % 4:
        return LARGE_HOSTS[chance.randrange(3)]
    host = chance.randrange(len(LARGE_HOSTS) + SMALL_HOSTS)
    if host < len(LARGE_HOSTS):
        return LARGE_HOSTS[host]
    return f"company-{host - len(LARGE_HOSTS)}.example"


def _draw_time(chance: random.Random, n: int) -> str:
    day = chance.randrange(1, 28)
    minutes, second = divmod(chance.randrange(86_400), 60)
    hour, minute = divmod(minutes, 60)
    return f"2024-{n % 12 + 1:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"


def do_step(step: str, url: str, path: Path) -> Figures:
    """Do one step in this process; return the time it took and what became of the rows."""
    database = Database(url)
    began = time.monotonic()
    account = _export(database, path) if step == "export" else _import(database, path)
    took_s = time.monotonic() - began
    database.close()
    return {
        "seconds": round(took_s, 2),
        "cpu_s": round(_cpu_s(resource.RUSAGE_SELF), 2),
        "helper_cpu_s": round(_cpu_s(resource.RUSAGE_CHILDREN), 2),
        "account": account,
    }


def _import(database: Database, path: Path) -> dict[str, int]:
    rejected = path.with_suffix(".rejected")
    record = import_file(database, 1, path, now=NOW, rejected_path=rejected)
    return asdict(account_of(record))


def _export(database: Database, path: Path) -> dict[str, int]:
    out = path.with_suffix(".out")
    with database.reading() as session, out.open("w", encoding="utf-8") as file:
        file.writelines(csv_text(export_rows(session, 1)))
    with out.open(encoding="utf-8") as file:
        return {"rows": sum(1 for _ in file) - 1}


def _cpu_s(processes: int) -> float:
    """Processor time of this process since its start, or of those it has waited for."""
    used = resource.getrusage(processes)
    return used.ru_utime + used.ru_stime


class Waiting:
    """Another connection that writes all the time, and its waits in milliseconds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.waits = [0.0]
        self._stop = threading.Event()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Write until the block ends."""
        thread = threading.Thread(target=self._write)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def figures(self) -> Figures:
        """How often it wrote, and how long it had to wait for that."""
        waits = sorted(self.waits)
        return {
            "writes": len(waits),
            "wait_p99_ms": round(waits[int(len(waits) * 0.99)], 1),
            "wait_max_ms": round(waits[-1], 1),
        }

    def _write(self) -> None:
        writer = _sqlite_writer if self.url.startswith("sqlite") else _postgresql_writer
        with writer(self.url) as write:
            while not self._stop.wait(PAUSE_S):
                began = time.monotonic()
                write()
                self.waits.append(1000 * (time.monotonic() - began))


@contextmanager
def _sqlite_writer(url: str) -> Iterator[Callable[[], None]]:
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:

        def write() -> None:
            # SQLite's own waiting sleeps in steps of up to 100 ms, and would measure itself.
            while not _begins(connection):
                time.sleep(RETRY_S)
            connection.execute("update publication set tagline = 'x'")
            connection.execute("commit")

        yield write


def _begins(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("begin immediate")
    except sqlite3.OperationalError:
        return False
    return True


@contextmanager
def _postgresql_writer(url: str) -> Iterator[Callable[[], None]]:
    engine = create_engine(Database(url).engine.url)
    adding = text(
        "insert into suppression (address, reason, at) values ('w@x.example', 'manual', now())"
    )
    with engine.connect() as connection:

        def write() -> None:
            connection.execute(adding)
            connection.execute(text("delete from suppression"))
            connection.commit()

        yield write
    engine.dispose()


def measure_step(step: str, url: str, path: Path) -> Figures:
    """Do one step in a process of its own, with a writer beside it."""
    command = [sys.executable, "-m", "bench.importing"]
    command += ["--step", step, "--url", url, "--file", str(path)]
    waiting = Waiting(url)
    most_kb = 0
    with waiting.beside():
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        while process.poll() is None:
            most_kb = max(most_kb, _resident_kb(process.pid))
            time.sleep(LOOK_S)
    out, _ = process.communicate()
    assert process.returncode == 0
    return json.loads(out) | {"resident_mb": most_kb // 1024} | waiting.figures()


def _resident_kb(pid: int) -> int:
    """The memory of a process and of those it started; what they share is counted for each."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it ended
        return 0
    own = 0
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            own = int(line.split()[1])
    return own + sum(_resident_kb(int(child)) for child in children)


def measure_all(rows: int, only: str | None) -> Figures:
    """Measure all steps on both databases, or on one, and print each."""
    found: Figures = {}
    with workplace() as folder, postgresql(folder) as server:
        path = folder / "readers.csv"
        write_list(path, rows)
        for name, where in (("SQLite", None), ("PostgreSQL", server.url)):
            if only not in (None, name):
                continue
            with fresh_database(folder, where) as url:
                open_database(url)
                for step, reach_s in REACH_S.items():
                    figures = measure_step(step, url, path)
                    found[f"{step}, {name}"] = figures
                    reach = f"≤ {reach_s} s, ≤ {WAIT_MS} ms, ≤ {RESIDENT_MB} MB"
                    print(f"{step}, {name}: {figures}  ({reach})", flush=True)
    return found


def open_database(url: str) -> None:
    """Make the tables of a database, and open a publication in it."""
    upgrade(url)
    database = Database(url)
    with database.writing() as session:
        open_publication(
            session,
            name="The Inference",
            sender_address="editor@inference.example",
            cadence="Tuesday 09:00 UTC",
        )
    database.close()


def main() -> None:
    """Measure, print each step, and write all as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    for hidden in ("--step", "--url", "--file"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        print(json.dumps(do_step(args.step, args.url, Path(args.file))))
        return
    found = measure_all(args.rows, args.only)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
