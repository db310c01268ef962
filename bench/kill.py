"""Strike the sender again and again, then let it finish; judged by the sink's own log.

python -m bench.kill --strikes 50 --database sqlite --connections 10 --bytes 4096
python -m bench.kill --strikes 50 --database postgres --power-cut
python -m bench.kill --strikes 50 --database sqlite --mutant buffered

--power-cut: after each SIGKILL, files are put back to their last finished sync (SQLite, journal;
needs cc), and PostgreSQL is stopped at once and started again. Exit code 0: nobody lost, nobody
written to twice, nobody falsely accepted, nobody stuck, uncertain within the connections of each
strike; 1: caught. With --mutant a ledger broken on purpose must be caught.
"""

import argparse
import collections
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlmodel import Session, select

from bench.places import ROOT, Server, close_database, fresh_database, postgresql, workplace
from bench.sinks import fast_sink
from bench.stage import stage
from bench.victim import MUTANTS, PAUSE_S, Orders, send
from newsletter.database import Database
from newsletter.delivery.models import Message
from newsletter.delivery.planning import freeze
from newsletter.delivery.status import OPEN

READERS = 4000
# Every so-manieth letter is refused after its dot: who counts it as accepted is caught.
REFUSED = 7
IN_A_ROW = 5  # strikes of one delivery, before it may finish
LATEST_S = 0.4  # after the first letter
SETTLING = 0.3  # of the strikes hit while the past is settled
LAST_S = 180  # the last sender's time
FAULTS = ("lost", "twice", "falsely accepted", "unrecorded", "stuck", "over the connections")
# Senders are forked from a process that has loaded their modules, which takes longer than what
# they do. It has no thread and no database.
SENDERS = multiprocessing.get_context("forkserver")


class Victim:
    """A sender in a process of its own."""

    def __init__(self, orders: Orders) -> None:
        hears, speaks = SENDERS.Pipe(duplex=False)
        self._hears: Connection = hears
        self.process: BaseProcess = SENDERS.Process(target=send, args=(orders, speaks))
        self.process.start()
        speaks.close()

    def wait_for_word(self) -> None:
        """Wait until it settles the past, or sends if there is none, or ends."""
        self._hears.poll(None)

    @property
    def has_ended(self) -> bool:
        return not self.process.is_alive()

    def kill(self) -> None:
        """End it by SIGKILL, and wait for it."""
        self.process.kill()
        self.process.join()


class Strikes:
    """One delivery, struck and finished."""

    def __init__(
        self,
        args: argparse.Namespace,
        folder: Path,
        url: str,
        server: Server | None,
    ) -> None:
        self._args = args
        self._folder = folder
        self._url = url
        self._server = server
        self._journals = folder / "journals"
        self._uncertain = folder / "uncertain"  # each sender adds how many it found

    def run(self, strikes: int, dice: random.Random) -> collections.Counter[str]:
        """Strike so often at random instants, finish, and judge."""
        shutil.rmtree(self._journals, ignore_errors=True)
        self._journals.mkdir()
        self._uncertain.unlink(missing_ok=True)
        counts: collections.Counter[str] = collections.Counter()
        with fast_sink(self._folder, reply_ms=2, refuse=REFUSED) as (port, log):
            counts["strikes"] = self._strike_often(strikes, port, log, dice)
            last = self._start(port)
            last.process.join(LAST_S)
            if last.process.exitcode != 0:
                raise RuntimeError(f"the last sender ended with {last.process.exitcode}")
            counts.update(self._judge(log))
        return counts

    def _strike_often(self, strikes: int, port: int, log: Path, dice: random.Random) -> int:
        hits = 0
        for _ in range(strikes):
            victim = self._start(port)
            if self._strike(victim, log, dice):
                hits += 1
            elif victim.process.exitcode == 0:
                break  # the delivery is finished
        return hits

    def _start(self, port: int) -> Victim:
        return Victim(
            Orders(
                self._url,
                port,
                self._args.connections,
                self._journals,
                self._uncertain,
                self._args.mutant or "",
            )
        )

    def _strike(self, victim: Victim, log: Path, dice: random.Random) -> bool:
        """Kill it while it settles the past or while letters go; False if it ended by itself."""
        if dice.random() < SETTLING:
            victim.wait_for_word()
            time.sleep(dice.uniform(0, 1.5 * PAUSE_S))
        else:
            before = log.stat().st_size
            while log.stat().st_size == before and not victim.has_ended:
                time.sleep(0.002)
            time.sleep(dice.uniform(0, LATEST_S))
        if victim.has_ended:
            return False
        victim.kill()
        if self._args.power_cut:
            self._cut()
        return True

    def _cut(self) -> None:
        """Put every file back to its last finished sync; PostgreSQL loses what was in memory."""
        for path in [*self._journals.glob("*"), *self._folder.glob("bench*.sqlite3*")]:
            if path.suffix not in (".durable", ".keeping") and path.name != "home":
                _put_back(path)
        for shared in self._folder.glob("bench*.sqlite3-shm"):
            shared.unlink()
        if self._server:
            self._server.crash()

    def _judge(self, log: Path) -> dict[str, int]:
        database = Database(self._url)
        statuses = database.read(_statuses)
        database.close()
        got = collections.Counter(log.read_bytes().decode().split())
        worst = max(map(int, self._uncertain.read_text().split()))
        return {
            **_count_faults(statuses, got),
            "messages": len(statuses),
            "uncertain": sum(status == "uncertain" for status in statuses.values()),
            "over the connections": max(0, worst - self._args.connections),
        }


def _put_back(path: Path) -> None:
    durable = path.with_name(f"{path.name}.durable")
    if durable.exists():
        shutil.copy(durable, path)
    elif path.suffix == ".journal":
        path.write_bytes(b"")
    elif path.name.endswith(("-wal", "-shm")):
        path.unlink()


def _statuses(session: Session) -> dict[str, str]:
    return dict(session.exec(select(Message.address, Message.status)).all())


def _count_faults(statuses: Mapping[str, str], got: Mapping[str, int]) -> dict[str, int]:
    """Compare the rows with what the sink's log says: letters by address."""
    missing = [status for address, status in statuses.items() if not got.get(address)]
    return {
        "lost": sum(status not in ("uncertain", "refused") for status in missing),
        "falsely accepted": sum(status == "accepted" for status in missing),
        "twice": sum(count - 1 for count in got.values()),
        "unrecorded": sum(statuses[address] not in ("accepted", "uncertain") for address in got),
        "stuck": sum(status in OPEN for status in statuses.values()),
    }


def strike(args: argparse.Namespace) -> collections.Counter[str]:
    """Deliver and strike until there were enough strikes; returns the counts of all."""
    dice = random.Random(args.seed)
    counts: collections.Counter[str] = collections.Counter()
    with workplace() as folder, ExitStack() as closing:
        if args.power_cut:
            os.environ |= {"LD_PRELOAD": str(build_shim(folder)), "CUT_FOLDER": str(folder)}
        _load_senders()
        server = closing.enter_context(postgresql(folder)) if args.database == "postgres" else None
        while counts["strikes"] < args.strikes:
            with fresh_database(folder, server.url if server else None) as url:
                _prepare(args, folder, url)
                wanted = min(IN_A_ROW, args.strikes - counts["strikes"])
                counts.update(Strikes(args, folder, url, server).run(wanted, dice))
            print(f"  {counts['strikes']} strikes", file=sys.stderr, flush=True)
            if args.mutant and any(counts[fault] for fault in FAULTS):
                break  # once is enough
    return counts


def _load_senders() -> None:
    """Start what senders are forked from; a shim that is set holds for it and for them alone."""
    SENDERS.set_forkserver_preload(["bench.victim"])
    forkserver.ensure_running()
    os.environ.pop("LD_PRELOAD", None)


def _prepare(args: argparse.Namespace, folder: Path, url: str) -> None:
    """Plan a delivery whose rows are all on the disk."""
    stage(url, args.readers, args.bytes)
    database = Database(url)
    assert freeze(database, 1)
    close_database(database)
    for stale in folder.glob("*.durable"):
        stale.unlink()
    if database.is_sqlite:
        file = Path(url.removeprefix("sqlite:///"))
        shutil.copy(file, f"{file}.durable")


def build_shim(folder: Path) -> Path:
    """Compile what keeps the durable content of files."""
    shim = folder / "cut.so"
    source = ROOT / "bench" / "cut.c"
    subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", "-o", str(shim), str(source), "-ldl"],
        check=True,
    )
    return shim


@contextmanager
def _timed() -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.kill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--strikes", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--bytes", type=int, default=4096)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--power-cut", action="store_true")
    parser.add_argument("--mutant", choices=MUTANTS)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def main() -> None:
    """Strike, print the counts as JSON, and exit 1 if a promise was broken."""
    args = arguments().parse_args()
    with _timed():
        counts = strike(args)
    kind = {"database": args.database, "mutant": args.mutant, "power cut": args.power_cut}
    print(json.dumps(kind | counts))
    caught = [name for name in FAULTS if counts[name]]
    sys.exit(1 if caught else 0)


if __name__ == "__main__":
    main()
