"""What every measurement stands on: a database with readers, an approved issue of a given size, a sink, and our own sender."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from sqlmodel import Session, insert

from newsletter.database import Database
from newsletter.delivery.planning import plan
from newsletter.editions.printing import print_edition
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.proposing import propose
from newsletter.mail.dkim import make_key
from newsletter.migrations.running import upgrade
from newsletter.publications.opening import open_publication
from newsletter.urls import Urls
from subscribers.models import Subscriber, Subscription

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
ROWS = 10_000
ROOT = Path(__file__).parent.parent
WORDS = ("harbor", "court", "robot", "weather")
PARAGRAPH = "<p>The pilots of the river port now read the tide from a model that was trained on forty years of logs.</p>\n"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run of a sender took: seconds of wall, of processor, megabytes resident at most, letters."""

    seconds: float
    cpu_s: float
    resident_mb: float
    letters: int

    @property
    def rate(self) -> float:
        return self.letters / self.seconds


def stage(url: str, readers: int, letter_bytes: int) -> int:
    """Make a publication with so many active readers and an approved issue whose letters have about that size; plan it.

    The delivery's rows are written by who sends. Returns the delivery's id.
    """
    upgrade(url)
    database = Database(url)
    with database.writing() as session:
        publication = open_publication(
            session,
            name="The Inference",
            sender_address="editor@inference.example",
            cadence="Tuesday 09:00 UTC",
            postal_address="1 Street",
        )
        key = publication.key
        source = sources.add(session, key, NewSource("https://news.example/feed"))
        at = NOW - timedelta(hours=1)
        store_found(
            session,
            source.key,
            [
                Found(f"https://news.example/{w}", f"A {w} opens", "Dek.", published_at=at)
                for w in WORDS
            ],
            NOW,
        )
    for start in range(0, readers, ROWS):
        database.write(_subscribe, key, range(start, min(start + ROWS, readers)))
    with database.writing() as session:
        issue = propose(session, key, period="p", due_at=NOW, now=NOW)
        edition = print_edition(session, issue.key, Urls("http://news.example"), NOW)
        room = letter_bytes - len(edition.html) - len(edition.text) - 1500
        edition.html = edition.html.replace(
            "</body>", PARAGRAPH * max(0, room // len(PARAGRAPH)) + "</body>"
        )
        approval.approve(session, issue.key, edition.checksum, by="bench", now=NOW)
        delivery = plan(session, issue.key, NOW)
    database.close()
    return delivery.key


def _subscribe(session: Session, publication_id: int, numbers: range) -> None:
    people = [
        {
            "id": n + 1,
            "address": f"reader{n}@readers.example",
            "name": f"Reader {n}",
            "created_at": NOW,
        }
        for n in numbers
    ]
    session.connection().execute(insert(Subscriber), people)
    held = {
        "publication_id": publication_id,
        "status": "active",
        "joined_at": NOW,
        "confirmed_at": NOW,
        "left_by": "",
    }
    session.connection().execute(
        insert(Subscription), [held | {"subscriber_id": n + 1} for n in numbers]
    )


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def fast_sink(folder: Path, reply_ms: float = 0.0, refuse: int = 0) -> Iterator[tuple[int, Path]]:
    """Our sink, as a process of its own: its port and its log, one line for each letter accepted."""
    port, log = free_port(), folder / f"sink-{time.monotonic_ns()}.log"
    command = [
        sys.executable,
        "-m",
        "bench.sink",
        "--port",
        str(port),
        "--log",
        str(log),
        "--reply-ms",
        str(reply_ms),
    ]
    command += ["--refuse", str(refuse)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield port, log
        finally:
            process.terminate()


@contextmanager
def postfix_sink() -> Iterator[int]:
    """Postfix's own smtp-sink: its port."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen(
        ["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{port}", "512"], stderr=subprocess.DEVNULL
    ) as process:
        _wait_for(port)
        try:
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on {port}")


def smtp_source(port: int, letters: int, letter_bytes: int, sessions: int = 10) -> Sent:
    """Postfix's own load tool, unsigned, without a ledger."""
    began = time.monotonic()
    command = [
        "/usr/sbin/smtp-source",
        "-d",
        "-s",
        str(sessions),
        "-l",
        str(letter_bytes),
        "-m",
        str(letters),
    ]
    process = subprocess.Popen(
        [
            *command,
            "-f",
            "editor@inference.example",
            "-t",
            "reader@readers.example",
            f"127.0.0.1:{port}",
        ],
        stderr=subprocess.PIPE,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError("smtp-source failed")
    return Sent(
        time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, letters
    )


def our_sender(
    url: str,
    port: int,
    folder: Path,
    *,
    connections: int = 10,
    keys: str = "",
    letters: int = 0,
    who: int = 1,
) -> Sent:
    """Our sender as a process of its own, from the claim of the first message to the last row; what it says of itself.

    `letters` > 0: so many without a ledger, from memory.
    """
    return finish(
        start_sender(
            url, port, folder, connections=connections, keys=keys, letters=letters, who=who
        )
    )


def start_sender(
    url: str,
    port: int,
    folder: Path,
    *,
    connections: int = 10,
    keys: str = "",
    letters: int = 0,
    who: int = 1,
) -> subprocess.Popen[bytes]:
    """Start a sender on the staged delivery; `who` numbers its journals' folder."""
    command = [
        sys.executable,
        "-m",
        "bench.send",
        "--database",
        url,
        "--port",
        str(port),
        "--connections",
        str(connections),
    ]
    command += ["--journals", str(folder / f"journals{who}"), "--keys", keys] + (
        [] if not letters else ["--no-ledger", "--letters", str(letters)]
    )
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> Sent:
    """Wait for a sender and read what it says."""
    assert process.stdout is not None
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"the sender ended with status {status}")
    said = cast(Mapping[str, float], json.loads(out))
    return Sent(said["seconds"], said["cpu_s"], usage.ru_maxrss / 1024, int(said["letters"]))


def write_key(folder: Path) -> str:
    """Make an RSA key and return the dkim_keys setting that names it."""
    file = folder / "rsa.pem"
    if not file.exists():
        file.write_bytes(make_key("rsa"))
    return f"bench@inference.example={file}"


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder on disk for databases, journals and logs."""
    folder = Path(tempfile.mkdtemp(prefix="newsletter-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server of ours: its URL without a database name, and how it crashes."""

    url: str
    crash: Callable[[], None]


@contextmanager
def postgresql(folder: Path) -> Iterator[Server]:
    """A PostgreSQL server of our own, fsync on."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    home = folder / "postgresql"
    home.mkdir()
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(home, "postgres")
    port = free_port()

    def run(*words: str) -> None:
        subprocess.run([*as_user, *words], check=True, stdout=subprocess.DEVNULL, cwd=home)

    run(
        str(binaries / "initdb"),
        "-D",
        f"{home}/rows",
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    options = f"-k {home} -p {port} -c listen_addresses=127.0.0.1 -c shared_buffers=256MB -c max_wal_size=4GB"
    options += " -c wal_writer_delay=10s -c wal_writer_flush_after=1GB"  # what no commit waited for is lost in a crash, as it may be

    def start() -> None:
        run(
            str(binaries / "pg_ctl"),
            "-D",
            f"{home}/rows",
            "-w",
            "-l",
            f"{home}/log",
            "-o",
            options,
            "start",
        )

    def crash() -> None:
        """Lose what is only in memory, then come back."""
        run(str(binaries / "pg_ctl"), "-D", f"{home}/rows", "-m", "immediate", "-w", "stop")
        start()

    start()
    try:
        yield Server(f"postgresql+psycopg://postgres@127.0.0.1:{port}", crash)
    finally:
        run(str(binaries / "pg_ctl"), "-D", f"{home}/rows", "-m", "immediate", "-w", "stop")


@contextmanager
def fresh(folder: Path, server: str | None) -> Iterator[str]:
    """An empty database, SQLite or on `server`; its URL. It is dropped at the end."""
    name = f"bench{time.monotonic_ns()}"
    if server is None:
        yield f"sqlite:///{folder / name}.sqlite3"
        for left in folder.glob(f"{name}*"):
            left.unlink()
        return
    admin = Database(f"{server}/postgres")
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"create database {name}")
    yield f"{server}/{name}"
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"drop database {name} with (force)")
    admin.close()


def finished(database: Database) -> None:
    """Close a database; a SQLite file then holds everything itself."""
    if database.is_sqlite:
        with database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    database.close()


def lines(log: Path) -> int:
    """Letters that a sink's log holds."""
    return log.read_bytes().count(b"\n") if log.exists() else 0


def end(process: subprocess.Popen[bytes], with_signal: int = signal.SIGKILL) -> None:
    """End a process that we started, and wait for it."""
    process.send_signal(with_signal)
    process.wait()
