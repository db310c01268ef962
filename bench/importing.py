"""python -m bench.importing [--rows 1000000] [--json FILE]: a list comes in, comes in again, and
goes out.

The keys are scattered: no address has to do with its neighbour. On SQLite and on PostgreSQL, each
step runs in a process of its own whose resident memory, and that of the processes it starts, is
asked of the system, while another connection goes on writing and notes how long
it had to wait for the lock.
"""

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
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
REACH = {"import": 12.0, "again": 12.0, "export": 5.0}
WAIT_MS, RESIDENT_MB = 100, 200
PAUSE_S = 0.004  # between two writes of the other connection
LOOK_S = 0.02  # between two looks at the memory


def write_list(path: Path, rows: int) -> None:
    """Write a list in no order, with a name and a time for everybody."""
    chance = random.Random(7)
    hosts = [
        "gmail.example",
        "post.example",
        "web.example",
        *(f"company-{n}.example" for n in range(5000)),
    ]
    with path.open("w", encoding="utf-8") as file:
        file.write("address,name,confirmed_at\n")
        for n in range(rows):
            host = hosts[chance.randrange(3) if n % 4 else chance.randrange(len(hosts))]
            day, second = chance.randrange(1, 28), chance.randrange(86_400)
            time = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
            at = f"2024-{n % 12 + 1:02}-{day:02}T{time}Z"
            file.write(f"{chance.getrandbits(56):014x}@{host},Reader {n},{at}\n")


def step(what: str, url: str, path: Path) -> dict[str, object]:
    """Do one step, in this process; what it took and what became of the rows."""
    database = Database(url)
    began, cpu = time.monotonic(), time.process_time()
    if what == "export":
        with (
            database.reading() as session,
            path.with_suffix(".out").open("w", encoding="utf-8") as file,
        ):
            for part in csv_text(export_rows(session, 1)):
                file.write(part)
        account = {"rows": sum(1 for _ in path.with_suffix(".out").open(encoding="utf-8")) - 1}
    else:
        account = asdict(
            account_of(
                import_file(database, 1, path, now=NOW, rejected_path=path.with_suffix(".rejected"))
            )
        )
    took = time.monotonic() - began
    database.close()
    return {
        "seconds": round(took, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "account": account,
    }


class Waiting:
    """Another connection that writes all the time, and how long it waited each time, in
    milliseconds."""

    def __init__(self, url: str) -> None:
        self.url, self.waits, self._stop = url, [0.0], threading.Event()

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

    def _write(self) -> None:
        once = self._sqlite if self.url.startswith("sqlite") else self._postgresql
        with once() as write:
            while not self._stop.wait(PAUSE_S):
                began = time.monotonic()
                write()
                self.waits.append(1000 * (time.monotonic() - began))

    @contextmanager
    def _sqlite(self):
        with closing(
            sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None, timeout=0)
        ) as connection:

            def write() -> None:
                # SQLite's own waiting sleeps in steps of up to 100 ms; the lock itself is what is
                # asked about
                while True:
                    try:
                        connection.execute("begin immediate")
                        break
                    except sqlite3.OperationalError:
                        time.sleep(0.0005)
                connection.execute("update publication set tagline = 'x'")
                connection.execute("commit")

            yield write

    @contextmanager
    def _postgresql(self):
        engine = create_engine(Database(self.url).engine.url)
        with engine.connect() as connection:

            def write() -> None:
                connection.execute(
                    text(
                        "insert into suppression (address, reason, at) "
                        "values ('w@x.example', 'manual', now())"
                    )
                )
                connection.execute(text("delete from suppression"))
                connection.commit()

            yield write
        engine.dispose()


def measured(what: str, url: str, path: Path) -> dict[str, object]:
    """One step in a process of its own, with a writer beside it."""
    waiting = Waiting(url)
    with waiting.beside():
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bench.importing",
                "--step",
                what,
                "--url",
                url,
                "--file",
                str(path),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        most_kb = 0
        while process.poll() is None:
            most_kb = max(most_kb, _resident_kb(process.pid))
            time.sleep(LOOK_S)
        said = json.loads(process.stdout.read())
        assert process.returncode == 0
    waits = sorted(waiting.waits)
    return said | {
        "resident_mb": most_kb // 1024,
        "writes": len(waits),
        "wait_p99_ms": round(waits[int(len(waits) * 0.99)], 1),
        "wait_max_ms": round(waits[-1], 1),
    }


def _resident_kb(pid: int) -> int:
    """What a process and those it started hold in memory together; what they share is counted for
    each."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it ended
        return 0
    own = next(
        (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0
    )
    return own + sum(_resident_kb(int(child)) for child in children)


def main() -> None:
    """Measure, print a table, and write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    for hidden in ("--step", "--url", "--file"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        print(json.dumps(step(args.step, args.url, Path(args.file))))
        return
    found = {}
    with workplace() as folder, postgresql(folder) as server:
        path = folder / "readers.csv"
        write_list(path, args.rows)
        for name, where in (("SQLite", None), ("PostgreSQL", server.url)):
            if args.only in (None, name):
                with fresh_database(folder, where) as url:
                    _open(url)
                    for what in REACH:
                        found[f"{what}, {name}"] = one = measured(what, url, path)
                        print(
                            f"{what}, {name}: {one}  "
                            f"(≤ {REACH[what]} s, ≤ {WAIT_MS} ms, ≤ {RESIDENT_MB} MB)",
                            flush=True,
                        )
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))


def _open(url: str) -> None:
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


if __name__ == "__main__":
    main()
