"""Where a measurement works: a folder, a free port, a PostgreSQL server, a new database."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.usage import cpu_s
from newsletter.database import Database

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)  # when what is measured happens
SERVER_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c shared_buffers=256MB -c max_wal_size=4GB "
    # what no commit waited for is lost in a crash, as it may be
    "-c wal_writer_delay=10s -c wal_writer_flush_after=1GB"
)


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder on disk for databases, journals and logs."""
    folder = Path(tempfile.mkdtemp(prefix="newsletter-bench-"))
    folder.chmod(0o755)  # PostgreSQL's own user works in it
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server of ours: its URL without a database name, and where its rows are."""

    url: str
    home: Path
    port: int

    def start(self) -> None:
        """Start it, and wait until it answers."""
        _start(self.home, self.port)

    def stop(self, mode: str = "fast") -> None:
        """Stop it: "fast" hangs up on everybody, "immediate" is a crash."""
        _stop(self.home, mode)

    def crash(self) -> None:
        """Lose what is only in memory, then come back."""
        self.stop("immediate")
        self.start()

    def cpu_s(self) -> float:
        """Return the processor time of all its processes since it was started."""
        return cpu_s(_pid_of_server(self.home))


@contextmanager
def postgresql(folder: Path) -> Iterator[Server]:
    """A PostgreSQL server of our own, fsync on."""
    # beside the folder of what is measured, which a service closes to all other users
    home = folder.with_name(folder.name + "-postgresql")
    home.mkdir(mode=0o755)
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    port = free_port()
    _run_tool(home, "initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
    _start(home, port)
    try:
        yield Server(f"postgresql+psycopg://postgres@127.0.0.1:{port}", home, port)
    finally:
        _stop(home, "immediate")
        shutil.rmtree(home, ignore_errors=True)


def _pid_of_server(home: Path) -> int:
    return int((home / "rows" / "postmaster.pid").read_text().split()[0])


def _start(home: Path, port: int) -> None:
    options = f"-k {home} -p {port} {SERVER_OPTIONS}"
    _run_tool(home, "pg_ctl", "-w", "-l", f"{home}/log", "-o", options, "start")


def _stop(home: Path, mode: str) -> None:
    _run_tool(home, "pg_ctl", "-m", mode, "-w", "stop")


def _run_tool(home: Path, tool: str, *words: str) -> None:
    """Run one of PostgreSQL's tools on the rows in `home`. The server refuses to run as root."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*as_user, str(binaries / tool), "-D", f"{home}/rows", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home)


@contextmanager
def fresh_database(folder: Path, server: str | None) -> Iterator[str]:
    """An empty database, SQLite or on `server`; its URL. It is dropped at the end."""
    name = f"bench{time.monotonic_ns()}"
    if server is None:
        yield f"sqlite:///{folder / name}.sqlite3"
        for left in folder.glob(f"{name}*"):
            if left.is_dir():  # lists that were sent in
                shutil.rmtree(left)
            else:
                left.unlink()
        return
    _administer(server, f"create database {name}")
    yield f"{server}/{name}"
    _administer(server, f"drop database {name} with (force)")


def _administer(server: str, statement: str) -> None:
    admin = Database(f"{server}/postgres")
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
    admin.close()


def close_database(database: Database) -> None:
    """Close a database; a SQLite file then holds everything itself."""
    if database.is_sqlite:
        options = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with options as connection:
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    database.close()
