"""Where bench.restore works: a database, a host's folder, a sink; and what befalls them.

Each service is a process of its own, forked from one that has everything imported: so it can be
killed for true, and starts at once.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bench.places import free_port
from bench.restore_sink import serve
from newsletter.backups.making import Places, make_backup, put_back
from newsletter.clock import SystemClock
from newsletter.database import Database
from newsletter.migrations.copying import copy
from newsletter.runtime import open_runtime
from newsletter.settings import Settings

LONGEST_S = 120.0


class ChildFailed(Exception):
    """A process of ours ended with an error; its traceback is on stderr."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process that we forked."""

    pid: int
    answer: Path

    def has_ended(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def end(self, number: signal.Signals) -> None:
        """Send a signal and wait; whatever it ended with is fine."""
        os.kill(self.pid, number)
        os.waitpid(self.pid, 0)

    def result(self) -> Any:
        """Wait for its end; return what it gave. Raises ChildFailed."""
        _, status = os.waitpid(self.pid, 0)
        if status:
            raise ChildFailed(f"status {status}")
        return json.loads(self.answer.read_text())


def fork(do: Callable[..., object], *args: object, folder: Path) -> Child:
    """Run `do` in a process of its own; what it returns can be written as JSON."""
    answer = folder / f"answer-{time.monotonic_ns()}.json"
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Child(pid, answer)
    status = 1
    try:
        answer.write_text(json.dumps(do(*args)))
        status = 0
    except SystemExit:
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


@dataclass(frozen=True)
class World:
    """One service: its settings, and the sink that its letters go to."""

    folder: Path
    settings: Settings
    log: Path

    @property
    def url(self) -> str:
        return self.settings.database_url

    @property
    def journals(self) -> Path:
        return Path(self.settings.journal_folder)

    @cached_property
    def progress(self) -> Path:
        return self.folder / "progress"

    @cached_property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite") else None

    def letters(self) -> Counter[tuple[str, str]]:
        """Return how many letters the sink took, by address and name."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return Counter((line.split("\t")[0], line.split("\t")[1]) for line in lines)

    def letters_and_acts(self) -> int:
        """Return how far the week is."""
        return sum(
            path.read_bytes().count(b"\n") for path in (self.log, self.progress) if path.exists()
        )

    def time(self, start: datetime) -> datetime:
        """Return the time of the last act."""
        acts = self.progress.read_text().split() if self.progress.exists() else []
        return datetime.fromisoformat(acts[-1]) if acts else start

    def run(self, do: Callable[..., object], *args: object) -> Any:
        """Run something in a process of its own, and wait for what it gives."""
        return fork(do, *args, folder=self.folder).result()

    def elsewhere(self, journals: Path, url: str = "") -> "World":
        """The same service with another host's folder, or another database."""
        settings = replace(
            self.settings, journal_folder=str(journals), database_url=url or self.url
        )
        return replace(self, settings=settings)


@contextmanager
def sinking(folder: Path, *, reply_ms: float, defer: int) -> Iterator[tuple[int, Path]]:
    """A sink as a process of its own: its port, and its log."""
    port = free_port()
    log = folder / f"sink-{time.monotonic_ns()}.log"
    child = fork(_serve, port, log, reply_ms, defer, folder=folder)
    try:
        yield port, log
    finally:
        child.end(signal.SIGTERM)


def _serve(port: int, log: Path, reply_ms: float, defer: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    serve(port, log, reply_ms=reply_ms, defer=defer)
    os._exit(0)  # its folder may be gone


# Backups


def back_up(settings: Settings, file: Path) -> None:
    """Make a backup as `newsletter backup` does, while the service runs."""
    with open_runtime(settings) as runtime:
        places = Places(settings, runtime.lists.folder, runtime.guard.sent.folder)
        make_backup(runtime.database, places, file, SystemClock().now())


def restore(settings: Settings, file: Path) -> None:
    """Put a backup into an empty database as `newsletter restore` does."""
    with open_runtime(settings) as runtime:
        places = Places(settings, runtime.lists.folder, runtime.guard.sent.folder)
    put_back(places, file)


def copy_file(world: World, to: Path) -> None:
    """Copy a database as an operator does: the file and its log at one instant, or by pg_dump."""
    if world.file is None:
        _postgresql_tool("pg_dump", world.url, "--format=custom", f"--file={to}")
        return
    with closing(sqlite3.connect(world.file, isolation_level=None, timeout=30)) as holding:
        holding.execute("begin immediate")
        shutil.copy(world.file, to)
        wal = _beside(world.file, "-wal")
        if wal.exists():
            shutil.copy(wal, _beside(to, "-wal"))
        holding.execute("rollback")


def put_file_back(world: World, saved: Path) -> None:
    """Put back what copy_file copied; the service is stopped."""
    empty(world)
    if world.file is None:
        _postgresql_tool("pg_restore", world.url, "--dbname", _libpq(world.url), str(saved))
        return
    for suffix in ("", "-wal"):
        if _beside(saved, suffix).exists():
            shutil.copy(_beside(saved, suffix), _beside(world.file, suffix))


def empty(world: World) -> None:
    """Take the database away; on PostgreSQL an empty one is in its place."""
    if world.file is not None:
        for suffix in ("", "-wal", "-shm"):
            _beside(world.file, suffix).unlink(missing_ok=True)
        return
    name = world.url.rsplit("/", 1)[1]
    world.run(_recreate, world.url.rsplit("/", 1)[0], name, "template0")


def copy_database(settings: Settings, to_url: str) -> None:
    """Copy all rows as `newsletter database copy` does."""
    database = Database(settings.database_url, settings.first_secret)
    copy(database, to_url, lambda *_: None)
    database.close()


def _recreate(server: str, name: str, template: str) -> None:
    admin = Database(f"{server}/postgres")
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"drop database if exists {name} with (force)")
        connection.exec_driver_sql(f"create database {name} template {template}")
    admin.close()


def new_database(world: World, name: str, template: str = "template0") -> str:
    """Make another database beside this one; returns its URL."""
    if world.file is not None:
        return f"sqlite:///{world.folder / name}.sqlite3"
    server = world.url.rsplit("/", 1)[0]
    world.run(_recreate, server, name, template)
    return f"{server}/{name}"


def _postgresql_tool(tool: str, url: str, *words: str) -> None:
    binary = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1] / tool
    command = [str(binary), *words]
    if tool == "pg_dump":
        command.append(_libpq(url))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
