"""Strike the sender again and again, then let it finish; judged by the sink's own log.

python -m bench.kill --strikes 50 --database sqlite --connections 10 --bytes 4096
python -m bench.kill --strikes 50 --database postgres --power-cut
python -m bench.kill --strikes 50 --database sqlite --mutant buffered

--power-cut: after each SIGKILL, files are put back to their last finished sync (SQLite, journal; needs cc), and PostgreSQL is
stopped at once and started again. Exit code 0: nobody lost, nobody written to twice, nobody falsely accepted, nobody stuck,
uncertain within the connections of each strike; 1: caught. With --mutant a ledger broken on purpose must be caught.
"""

import argparse
import collections
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlmodel import Session, col, select

from bench.stage import (
    ROOT,
    Server,
    end,
    fast_sink,
    finished,
    fresh,
    lines,
    postgresql,
    stage,
    workplace,
)
from bench.victim import MUTANTS, PAUSE_S
from newsletter.database import Database
from newsletter.delivery.models import Message
from newsletter.delivery.planning import freeze
from newsletter.delivery.status import OPEN

READERS = 4000
REFUSED = 7  # every so-manieth letter is refused after its dot: who counts it as accepted is caught
IN_A_ROW = 5  # strikes of one delivery, before it may finish
LATEST_S = 0.4  # after the first letter


class Strikes:
    """One delivery, struck and finished."""

    def __init__(
        self,
        args: argparse.Namespace,
        folder: Path,
        url: str,
        server: Server | None,
        shim: Path | None,
    ) -> None:
        self._args, self._folder, self._url, self._server, self._shim = (
            args,
            folder,
            url,
            server,
            shim,
        )
        self._journals, self._told = folder / "journals", folder / "uncertain"
        self._uncertain_before: set[int] = set()

    def run(self, strikes: int, dice: random.Random) -> collections.Counter[str]:
        """Strike so often at random instants, finish, and judge."""
        shutil.rmtree(self._journals, ignore_errors=True)
        self._journals.mkdir()
        self._told.unlink(missing_ok=True)
        found: collections.Counter[str] = collections.Counter()
        with fast_sink(self._folder, reply_ms=2, refuse=REFUSED) as (port, log):
            for _ in range(strikes):
                victim = self._start(port)
                if self._strike(victim, log, dice):
                    found["strikes"] += 1
                elif victim.returncode == 0:
                    break
            victim = self._start(port)
            if victim.wait(180) != 0:
                raise RuntimeError(f"the last sender ended with {victim.returncode}")
            found.update(self._judge(log))
        return found

    def _start(self, port: int) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "bench.victim",
            "--database",
            self._url,
            "--port",
            str(port),
        ]
        command += [
            "--connections",
            str(self._args.connections),
            "--journals",
            str(self._journals),
            "--uncertain",
            str(self._told),
        ]
        if self._args.mutant:
            command += ["--mutant", self._args.mutant]
        environment = dict(os.environ)
        if self._shim:
            environment |= {"LD_PRELOAD": str(self._shim), "CUT_FOLDER": str(self._folder)}
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)

    def _strike(self, victim: subprocess.Popen[bytes], log: Path, dice: random.Random) -> bool:
        """Kill it while it settles the past or while letters go; False if it had ended by itself."""
        if dice.random() < 0.3:
            assert victim.stdout is not None
            victim.stdout.readline()  # it says that it is settling the past, or sending if there is none
            time.sleep(dice.uniform(0, 1.5 * PAUSE_S))
        else:
            before = lines(log)
            while lines(log) == before and victim.poll() is None:
                time.sleep(0.002)
            time.sleep(dice.uniform(0, LATEST_S))
        if victim.poll() is not None:
            return False
        end(victim)
        if self._args.power_cut:
            self._cut()
        return True

    def _cut(self) -> None:
        """Put every file back to its last finished sync; PostgreSQL loses what it had only in memory."""
        for path in [*self._journals.glob("*"), *self._folder.glob("bench*.sqlite3*")]:
            if path.suffix in (".durable", ".keeping") or path.name == "home":
                continue
            durable = path.with_name(f"{path.name}.durable")
            if durable.exists():
                shutil.copy(durable, path)
            elif path.suffix == ".journal":
                path.write_bytes(b"")
            elif path.name.endswith(("-wal", "-shm")):
                path.unlink()
        for shared in self._folder.glob("bench*.sqlite3-shm"):
            shared.unlink()
        if self._server:
            self._server.crash()

    def _judge(self, log: Path) -> dict[str, int]:
        database = Database(self._url)
        status = database.read(_statuses)
        database.close()
        got = collections.Counter(log.read_bytes().decode().split())
        worst = max(map(int, self._told.read_text().split()))
        return {
            "messages": len(status),
            "lost": sum(
                what not in ("uncertain", "refused") and not got[who]
                for who, what in status.items()
            ),
            "twice": sum(count - 1 for count in got.values()),
            "falsely accepted": sum(
                what == "accepted" and not got[who] for who, what in status.items()
            ),
            "unrecorded": sum(status[who] not in ("accepted", "uncertain") for who in got),
            "stuck": sum(what in OPEN for what in status.values()),
            "uncertain": sum(what == "uncertain" for what in status.values()),
            "over the connections": max(0, worst - self._args.connections),
        }


def _statuses(session: Session) -> dict[str, str]:
    return dict(session.exec(select(col(Message.address), col(Message.status))).all())


def strike(args: argparse.Namespace) -> collections.Counter[str]:
    """Deliver and strike until there were enough strikes; returns the counts of all."""
    dice, found = random.Random(args.seed), collections.Counter[str]()
    with workplace() as folder, ExitStack() as closing:
        shim = build_shim(folder) if args.power_cut else None
        server = closing.enter_context(postgresql(folder)) if args.database == "postgres" else None
        while found["strikes"] < args.strikes:
            with fresh(folder, server.url if server else None) as url:
                stage(url, args.readers, args.bytes)
                database = Database(url)
                assert freeze(database, 1)
                finished(database)
                for stale in folder.glob("*.durable"):
                    stale.unlink()
                if server is None:
                    file = Path(url.removeprefix("sqlite:///"))
                    shutil.copy(file, f"{file}.durable")
                wanted = min(IN_A_ROW, args.strikes - found["strikes"])
                found.update(Strikes(args, folder, url, server, shim).run(wanted, dice))
            print(f"  {found['strikes']} strikes", file=sys.stderr, flush=True)
    return found


def build_shim(folder: Path) -> Path:
    """Compile what keeps the durable content of files."""
    shim = folder / "cut.so"
    subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", "-o", str(shim), str(ROOT / "bench" / "cut.c"), "-ldl"],
        check=True,
    )
    return shim


FAULTS = ("lost", "twice", "falsely accepted", "unrecorded", "stuck", "over the connections")


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
        found = strike(args)
    caught = [name for name in FAULTS if found[name]]
    print(
        json.dumps(
            {"database": args.database, "mutant": args.mutant, "power cut": args.power_cut} | found
        )
    )
    sys.exit(1 if caught else 0)


if __name__ == "__main__":
    main()
