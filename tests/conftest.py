"""What tests share: a database of each kind, a session, a publication."""

import gc
import logging
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache
from sqlmodel import Session

from newsletter import logs
from newsletter.database import Database
from newsletter.migrations.running import upgrade
from newsletter.publications.models import Publication

settings.register_profile("unhurried", deadline=None)  # a busy machine is no defect
settings.load_profile("unhurried")

LEVELS = ("architecture", "journeys", "migrations", "web")
LONGEST = (
    "tests/journeys/",
    "tests/web/desk/test_pages.py",
    "tests/web/public/test_pages.py",
    "tests/web/public/test_tools.py",
    "tests/web/test_browser.py",
    "tests/web/test_hostile_feed.py",
    "tests/web/test_hostile_table.py",
)
MEMORY, ROOM_BYTES = Path("/dev/shm"), 2 * 10**9

# What tests write is synced a hundred thousand times, and a disk takes milliseconds for each: in
# memory that costs nothing.
# No test needs a true disk: what a power cut leaves is emulated (bench/kill.py).
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
    os.environ["TMPDIR"] = tempfile.tempdir = str(
        MEMORY
    )  # also that of the programs that tests start


# By the name of their database's kind, and by what writes JSON: that of migrations is plainer.
dialects: dict[tuple[str, object], Dialect] = {}
compiled: LRUCache[object, object] = LRUCache(5_000)


@event.listens_for(Engine, "engine_connect")
def share_compiled_statements(connection: Connection) -> None:
    """Let all databases of a process have their statements compiled once, as a service has.

    SQLAlchemy keeps them by engine and dialect, of which each test has its own: compiling the same
    statements for each took a third of all work.
    """
    kind = connection.dialect.name, getattr(connection.dialect, "_json_serializer", None)
    connection.dialect = dialects.setdefault(kind, connection.dialect)
    connection.execution_options(compiled_cache=compiled)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each worker begin with its share of the longest modules: what comes last, all share.

    pytest-xdist gives each worker an equal part of the list, and lets it steal from the ends of
    others' parts later.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    modules: dict[Path, list[pytest.Item]] = {}
    for item in items:
        if item.nodeid.startswith(LONGEST):
            modules.setdefault(item.path, []).append(item)
    others = iter([item for item in items if item.path not in modules])
    shares: list[list[pytest.Item]] = []
    for number in range(workers):
        share = [item for module in list(modules.values())[number::workers] for item in module]
        share += islice(others, max(0, len(items) // workers - len(share)))
        shares.append(share)
    items[:] = [*chain.from_iterable(shares), *others]


def pytest_collection_finish() -> None:
    """Take the modules and the tests, which stay, out of each look for garbage: a tenth of all
    work otherwise."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Each test finds the logging of a new process: commands that run in ours configure it."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in ("", *logs.OURS)}
    disabled = root.manager.disable
    yield
    logging.disable(disabled)
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server for the whole run: one given by environment, or Debian's own, started
    here."""
    given = os.environ.get("NEWSLETTER_TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
        Path(found).parent for found in [shutil.which("initdb")] if found
    ]
    if not binaries:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing: bin/setup --tests installs it")
        pytest.skip("PostgreSQL is missing here: bin/setup --tests installs it on Debian")
    yield from _server(binaries[-1])


def _server(binaries: Path) -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="newsletter-pg-")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*words: str) -> None:
        subprocess.run([*as_user, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    run(
        str(binaries / "initdb"),
        "-D",
        f"{folder}/rows",
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(
        str(binaries / "pg_ctl"),
        "-D",
        f"{folder}/rows",
        "-w",
        "-l",
        f"{folder}/log",
        "-o",
        options,
        "start",
    )
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-D", f"{folder}/rows", "-m", "fast", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Copies:
    """Databases of one PostgreSQL server, each with all tables; one connection orders them all."""

    orders: psycopg.Connection
    server: str

    def make(self, name: str) -> str:
        """Make one and return its address."""
        words = "CREATE DATABASE {} TEMPLATE newsletter_template STRATEGY file_copy"
        self.orders.execute(sql.SQL(words).format(sql.Identifier(name)))
        return f"{self.server}/{name}"

    def drop(self, name: str) -> None:
        words = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        self.orders.execute(words.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgresql_copies(postgresql_url: str) -> Iterator[Copies]:
    """Making all tables takes a second, a copy of them a fiftieth of it."""
    server = postgresql_url.rsplit("/", 1)[0]
    address = postgresql_url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as orders:
        orders.execute("CREATE DATABASE newsletter_template")
        upgrade(f"{server}/newsletter_template")
        yield Copies(orders, server)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a new SQLite database at this version: for a test that no other kind tells
    more. Making all tables takes seconds."""
    shutil.copy(sqlite_template, tmp_path / "copy.sqlite3")
    return f"sqlite:///{tmp_path}/copy.sqlite3"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database at this version, of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    copies: Copies = request.getfixturevalue("postgresql_copies")
    name = f"test_{os.getpid()}_{abs(hash(request.node.nodeid))}"
    yield copies.make(name)
    copies.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as opened:
        yield opened


@pytest.fixture
def publication(database: Database) -> Publication:
    made = Publication(
        slug="inference",
        name="The Inference",
        sender_name="The Inference",
        sender_address="editor@inference.example",
        postal_address="1 Sample Street",
    )
    with database.writing() as opened:
        opened.add(made)
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests each level has."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", []):
        folder = report.nodeid.split("/")[1]
        kind = (
            folder
            if folder in LEVELS
            else "database"
            if "[sqlite" in report.nodeid or "[postgresql" in report.nodeid
            else "pure"
        )
        counts[kind] = counts.get(kind, 0) + 1
    if counts:
        terminalreporter.write_line(
            "by level: " + ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        )
    for report in (
        terminalreporter.stats.get("failed", [])[:1] + terminalreporter.stats.get("error", [])[:1]
    ):
        terminalreporter.write_line(
            f"to run one again: .venv/bin/python -m pytest '{report.nodeid}'"
        )
