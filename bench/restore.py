"""Put databases back, clone and copy them at random instants of a week; judged by the sink's log.

python -m bench.restore --times 100 --database sqlite
python -m bench.restore --times 100 --database postgres --seed 7
python -m bench.restore --times 20 --mutant forgetful

A small publication lives through a week: sign-ups, two issues, senders, a real SMTP sink. At a
random instant something befalls it:

    backup     the database is put back from `newsletter backup`, made earlier, while it sent
    file       the same from a copy of its file, or by pg_dump
    clone      the host's folder is copied to a second one, with the database as it is, or put back
    copy       `newsletter database copy` makes another database, and the host goes on with that
    lost       the host's folder is lost
    emptied    the folder is emptied, and the database put back from a copy of its file

Then it starts again. Nothing may leave before a person adopts, and it must say why. After that the
week ends. Exit code 0: nobody was written to twice, nobody is lost, everyone unknown is shown.
Each tenth round is by real processes: serve, status, adopt.
With --mutant a guard that is broken on purpose must be caught: exit code 1.
"""

import argparse
import collections
import json
import logging
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import restore_mutants, restore_week
from bench.places import postgresql, workplace
from bench.restore_fates import KINDS, Fate, draw
from bench.restore_judge import judge
from bench.restore_real import (
    go_on_for_real,
    live_at_once,
    serving,
    start_for_real,
    strike,
    with_port,
)
from bench.restore_service import adopt_twice, keep_on_trying, start_again
from bench.restore_world import (
    Child,
    World,
    back_up,
    copy_database,
    copy_file,
    empty,
    fork,
    new_database,
    put_file_back,
    restore,
    sinking,
)
from newsletter.schedule import ticking
from newsletter.settings import Settings

FAULTS = (
    "before adoption",
    "unsaid",
    "twice",
    "lost",
    "falsely accepted",
    "stuck",
    "not shown",
    "broken",
)
MEMORY, ROOM_BYTES = Path("/dev/shm"), 10**9  # noqa: S108  # folders of our own are made in it
CONNECTIONS = 3
IMPORTED = (ticking,)  # once, before processes are forked, which would each do it late


class Round:
    """One week, struck, put back, adopted and ended."""

    def __init__(self, world: World, fate: Fate, dice: random.Random) -> None:
        self._world = world
        self._fate = fate
        self._dice = dice
        self._saved = world.folder / "saved"

    def run(self) -> dict[str, int]:
        """Live through it; returns the counts of what must be zero, and some others."""
        self._live()
        world = self._befall()
        now = self._world.time(restore_week.MONDAY) + timedelta(minutes=10)
        before = world.letters()
        looked = world.run(start_again, world.settings, now)
        sent = (world.letters() - before).total()
        adopted: dict[str, Any] = {}
        if looked["why"]:
            adopted = adopt_twice(world, now, self._dice)
            world.run(keep_on_trying, world.settings, now)
            sent += _issues_in(world.letters() - before)
        leave_alone = self._numbers_that_went_out(world)
        world.run(restore_week.go_on, world.settings, now, world.progress, leave_alone)
        return judge(
            world,
            self._fate,
            looked,
            sent,
            before,
            adopted,
        )

    def run_for_real(self) -> dict[str, int]:
        """The same by real processes, and less of a week."""
        self._world = with_port(self._world)
        with serving(self._world) as service:
            people = fork(
                live_at_once,
                self._world.settings,
                self._world.progress,
                folder=self._world.folder,
            )
            self._copy_and_wait(people)
            if self._fate.is_killed:
                strike(service)
            people.end(signal.SIGKILL)
        world = self._befall()
        before = world.letters()
        looked, sent = start_for_real(world)
        leave_alone = self._numbers_that_went_out(world)
        with serving(world):
            world.run(go_on_for_real, world.settings, leave_alone)
        return judge(
            world,
            self._fate,
            looked,
            sent,
            before,
            {},
        )

    def _numbers_that_went_out(self, world: World) -> list[int]:
        """Return the issues that went out, as a person knows who needs to; else none."""
        if not (self._fate.has_lost_log and self._fate.is_older):
            return []
        return sorted({int(name) for _, name in world.letters() if name.isdigit()})

    def _live(self) -> None:
        """Live until the strike, with a copy before it."""
        world = self._world
        service = fork(
            restore_week.live,
            world.settings,
            restore_week.MONDAY,
            world.progress,
            folder=world.folder,
        )
        self._copy_and_wait(service)
        service.end(signal.SIGKILL if self._fate.is_killed else signal.SIGTERM)

    def _copy_and_wait(self, service: Child) -> None:
        """Copy what is to be put back, and wait for the strike."""
        world = self._world
        self._wait(service, self._fate.copied_at)
        if self._fate.kind == "backup":
            world.run(back_up, world.settings, self._saved)
        elif self._fate.is_older:
            copy_file(world, self._saved)
        self._wait(service, self._fate.struck_at)
        time.sleep(self._dice.uniform(0, 0.02))

    def _wait(self, service: Child, until: int) -> None:
        while self._world.letters_and_acts() < until and not service.has_ended():
            time.sleep(0.003)

    def _befall(self) -> World:
        """Return the service as it is after that."""
        world, kind = self._world, self._fate.kind
        if kind == "backup":
            empty(world)
            world.run(restore, world.settings, self._saved)
        elif self._fate.is_older:
            put_file_back(world, self._saved)
        if kind == "clone":
            journals = world.folder / "clone"
            shutil.copytree(world.journals, journals)
            world = world.elsewhere(journals)
        elif kind == "copy":
            url = new_database(world, f"copy{time.monotonic_ns()}")
            world.run(copy_database, world.settings, url)
            world = world.elsewhere(world.journals, url)
        elif kind == "lost":
            shutil.rmtree(world.journals, ignore_errors=True)
        elif kind == "emptied":
            shutil.rmtree(world.journals, ignore_errors=True)
            world.journals.mkdir()
        return world


def strike_often(args: argparse.Namespace) -> collections.Counter[str]:
    """Strike as often as asked; returns the counts of all rounds."""
    dice = random.Random(args.seed)
    counts: collections.Counter[str] = collections.Counter()
    with workplace() as folder, ExitStack() as closing:
        server = closing.enter_context(postgresql(folder)) if args.database == "postgres" else None
        template = _make_template(folder, server.url if server else "")
        for number in range(args.times):
            fate = draw(dice, args.kind or KINDS[number % len(KINDS)], args.at)
            is_real = bool(args.real_every) and (number + 1) % args.real_every == 0
            strike_once = _Strike(folder, template, fate, dice, number, is_real)
            found = strike_once.run()
            counts.update(found)
            _report(number, fate, found)
            if args.mutant and any(counts[fault] for fault in FAULTS):
                break  # once is enough
    return counts


def _make_template(folder: Path, server: str) -> World:
    """Make the publication once; each round has a copy of it."""
    url = f"sqlite:///{folder / 'template.sqlite3'}"
    settings = Settings(
        database_url=url,
        secret="a secret of the bench",  # noqa: S106
        public_url="http://news.example",
        relay_connections=CONNECTIONS,
    )
    world = World(folder, settings, folder / "no log")
    if server:
        url = new_database(world.elsewhere(folder, f"{server}/none"), "template_week")
        world = world.elsewhere(folder, url)
    world.run(restore_week.open_with_readers, world.settings)
    return world


@dataclass(frozen=True, slots=True)
class _Strike:
    """One round in a folder of its own."""

    folder: Path
    template: World
    fate: Fate
    dice: random.Random
    number: int
    is_real: bool

    def run(self) -> Mapping[str, int]:
        """Return its counts; one that fails for another reason is broken."""
        home = self.folder / f"round{self.number}"
        home.mkdir()
        # a letter that is deferred comes hours later: real clocks do not wait for it
        with sinking(home, reply_ms=2, defer=0 if self.is_real else 5) as (port, log):
            world = _copy_template(self.template, home, self.number)
            settings = replace(world.settings, relay_url=f"smtp+plain://127.0.0.1:{port}")
            world = replace(world, settings=settings, log=log)
            struck = Round(world, self.fate, self.dice)
            try:
                return struck.run_for_real() if self.is_real else struck.run()
            except Exception as error:
                print(f"  round {self.number}: {type(error).__name__}: {error}", file=sys.stderr)
                return {"broken": 1}
            finally:
                if not world.file:
                    empty(world)
                shutil.rmtree(home, ignore_errors=True)


def _issues_in(letters: collections.Counter[tuple[str, str]]) -> int:
    """Count the letters of issues: a person who signs up does not wait for another person."""
    return sum(count for (_, name), count in letters.items() if name.isdigit())


def _copy_template(template: World, home: Path, number: int) -> World:
    settings = replace(template.settings, journal_folder=str(home / "journals"))
    world = replace(template, folder=home, settings=settings)
    name = f"round{number}"
    url = new_database(world, name, template.url.rsplit("/", 1)[1])
    if template.file is not None:
        for path in template.folder.glob("template.sqlite3*"):
            shutil.copy(path, home / path.name.replace("template", name))
    return world.elsewhere(home / "journals", url)


def _report(number: int, fate: Fate, found: Mapping[str, int]) -> None:
    marks = {name: found[name] for name in FAULTS if found.get(name)}
    if marks:
        print(f"  round {number}: {fate}: {marks}", file=sys.stderr, flush=True)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.restore",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, help="only this, and not one after the other")
    parser.add_argument(
        "--at",
        type=int,
        nargs=2,
        metavar=("COPIED", "STRUCK"),
        help="in letters and acts of the week, and not at random",
    )
    parser.add_argument("--real-every", type=int, default=10, help="0: no real processes")
    parser.add_argument("--mutant", choices=tuple(restore_mutants.MUTANTS))
    return parser


def main() -> None:
    """Strike, print the counts as JSON, and exit 1 if a promise was broken."""
    args = arguments().parse_args()
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        tempfile.tempdir = str(MEMORY)  # what is synced costs nothing there
    if args.mutant:
        args.real_every = 0  # what is broken here is whole in a program of its own
        restore_mutants.MUTANTS[args.mutant]()
    logging.disable(logging.CRITICAL)  # what befalls a service is not to be read here
    began = time.monotonic()
    counts = strike_often(args)
    kind = {"database": args.database, "mutant": args.mutant, "rounds": args.times}
    print(json.dumps(kind | {name: counts[name] for name in FAULTS} | counts))
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr)
    caught = [name for name in FAULTS if counts[name]]
    print(f"BROKEN: {', '.join(caught)}" if caught else "kept", file=sys.stderr)
    sys.exit(1 if caught else 0)


if __name__ == "__main__":
    main()
