"""Engines and transactions: the only place that commits.

SQLite begins IMMEDIATE, because a deferred transaction that turns into a writer fails or loses
updates. Every writer syncs fully, because a leave or an outcome must outlive a power cut.
"""

import fcntl
import glob
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Field, Session, SQLModel

from newsletter.database.refusing import refuse_unstorable
from newsletter.database.storable import json_text

P = ParamSpec("P")
R = TypeVar("R")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
HASH_KEY = "hash_key"
FILE_MODE = 0o600  # rows hold addresses: no other user of the machine reads them
AFTER_COMMIT = "after_commit"
TRIES = 5  # of a transaction that others overtake
OVERTAKEN = ("40001", "40P01")  # PostgreSQL: serialization_failure, deadlock_detected
metadata: MetaData = SQLModel.metadata
metadata.naming_convention = NAMES


class Row(SQLModel):
    """A row with a number of its own, which the database gives when the row is first flushed.

    Pydantic builds a validator for each table, which no row is put through: one that is deferred
    is never built, and a start of the program is a twentieth shorter.
    """

    model_config = SQLModel.model_config | {"defer_build": True}

    id: int | None = Field(default=None, primary_key=True)

    @property
    def key(self) -> int:
        """The row's number. Raises ValueError on an unsaved row, which has none yet."""
        if self.id is None:
            raise ValueError(f"this {type(self).__name__} is not saved yet, so it has no number")
        return self.id


class Database:
    """One database, SQLite or PostgreSQL, and its transactions.

    `hash_key` keys the hashes that stand for what must not be kept. Sessions have it, rows do not.
    """

    def __init__(self, url: str, hash_key: str = "") -> None:
        self.url = url
        self._info = {HASH_KEY: hash_key}
        self.engine: Engine = _engine(url)
        # Sees each transaction before it begins: who answers for it is noted (desk/deeds.py).
        self.watcher: Callable[[Session], None] = _watch_nothing
        self._reading = self.engine.execution_options(read_only=True)
        # One moment for all that is read, as SQLite has it: accounts of a delivery must add up.
        if not self.is_sqlite:
            self._reading = self._reading.execution_options(isolation_level="REPEATABLE READ")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(str(self.engine.url.database)) if self.is_sqlite else None

    def beside(self, name: str) -> Path:
        """The folder `name` for this database's files: beside a SQLite file, or here."""
        at = self.path
        return at.parent / f"{at.name}.{name}" if at else Path(name)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on an error."""
        with self._transaction(self.engine) as session:
            yield session

    def write_as_of(
        self,
        do: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `do(session, ...)` in one transaction whose statements see the rows of one instant.

        SQLite always does so; PostgreSQL does in REPEATABLE READ. There a transaction fails that
        changes a row which somebody else changed since that instant: it is done again, TRIES times
        in all.
        """
        engine = self.engine
        if not self.is_sqlite:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        for _ in range(TRIES - 1):
            try:
                with self._transaction(engine) as session:
                    return do(session, *args, **kwargs)
            except OperationalError as error:
                if not _is_overtaken(error):
                    raise
        with self._transaction(engine) as session:
            return do(session, *args, **kwargs)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        """One transaction; what waits for its commit runs before anybody hears of it."""
        with Session(engine, expire_on_commit=False, info=self._info) as session:
            self.watcher(session)
            with session.begin():
                yield session
            for do in session.info.get(AFTER_COMMIT, ()):
                do()

    def analyse(self, *tables: type[SQLModel]) -> None:
        """Let PostgreSQL count the rows of these tables after many came at once.

        Its next plans would take the tables for empty otherwise.
        """
        if self.is_sqlite:
            return
        names = ", ".join(str(table.__tablename__) for table in tables)
        with self.engine.begin() as connection:
            connection.execute(text(f"analyze {names}"))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that takes no write lock; nothing done in it is kept."""
        with Session(self._reading, expire_on_commit=False, info=self._info) as session:
            yield session

    @contextmanager
    def reading_as_of(self) -> Iterator[Session]:
        """A session that takes no write lock, and sees the rows of one instant."""
        engine = self._reading
        if not self.is_sqlite:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine, expire_on_commit=False, info=self._info) as session:
            yield session

    def write(
        self,
        do: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `do(session, ...)` in one transaction and return what it returns."""
        with self.writing() as session:
            return do(session, *args, **kwargs)

    def read(
        self,
        do: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run `do(session, ...)` without a write lock."""
        with self.reading() as session:
            return do(session, *args, **kwargs)

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Hold the lock `name` on this database; gives False if another process holds it.

        The lock ends with the process.
        """
        with self._lock_file(name) if self.is_sqlite else self._advisory_lock(name) as held:
            yield held

    @contextmanager
    def _lock_file(self, name: str) -> Iterator[bool]:
        """Hold a lock on a file beside the database."""
        path = Path(f"{self.engine.url.database}.{name}.lock")
        _make_file(path)
        with path.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    @contextmanager
    def _advisory_lock(self, name: str) -> Iterator[bool]:
        """Hold a lock of PostgreSQL, which ends with its connection."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            key = zlib.crc32(name.encode())
            held = bool(connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": key}))
            try:
                yield held
            finally:
                if held:
                    connection.execute(text("select pg_advisory_unlock(:key)"), {"key": key})

    @contextmanager
    def watching(self) -> Iterator[Callable[[], int]]:
        """Give a function whose number changes when anybody commits; on PostgreSQL it stays 0.

        Source: SQLite, PRAGMA data_version. Only the thread that asked for it may call it.
        """
        if not self.is_sqlite:
            yield lambda: 0
            return
        with closing(sqlite3.connect(str(self.engine.url.database))) as connection:
            yield lambda: int(connection.execute("pragma data_version").fetchone()[0])

    def files(self) -> Iterator[Path]:
        """Give the files of a SQLite database, and what else is beside it by its name."""
        if self.path:
            yield from self.path.parent.glob(f"{glob.escape(self.path.name)}*")

    def hide(self, text: str) -> str:
        """Return what a driver says, without the password of this database."""
        url = self.engine.url
        passwords = (url.password, url.query.get("password"), url.query.get("passfile"))
        for password in filter(None, passwords):
            text = text.replace(str(password), "***")
        return text

    def close(self) -> None:
        self.engine.dispose()


def _watch_nothing(_: Session) -> None:
    """Nobody watches a database that no runtime opened."""


def after_commit(
    session: Session,
    do: Callable[P, object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Run `do(...)` once this session's transaction is committed, and not if it is rolled back.

    A log line goes this way: written earlier, it would tell of what a rollback took back.
    """
    session.info.setdefault(AFTER_COMMIT, []).append(partial(do, *args, **kwargs))


# Few rows are sought by their keys, whatever PostgreSQL's statistics say of tables that grow and
# change while it looks: it would read whole tables for them.
SOUGHT_BY_KEYS = text(
    "select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true)"
)


def seek_by_keys(session: Session) -> None:
    """Let PostgreSQL use indexes for the rest of this transaction, where there are any."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(SOUGHT_BY_KEYS)


def _is_overtaken(error: OperationalError) -> bool:
    """True if PostgreSQL ended a transaction only because of another one."""
    return getattr(error.orig, "sqlstate", "") in OVERTAKEN


def driver_url(url: str) -> URL:
    """Return a database's URL with the driver that we use for it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine(url: str) -> Engine:
    at = driver_url(url)
    make = _sqlite_engine if at.get_backend_name() == "sqlite" else _postgresql_engine
    engine = make(at)
    refuse_unstorable(engine)
    return engine


def _postgresql_engine(url: URL) -> Engine:
    """Open PostgreSQL; each commit waits for its disk."""
    return create_engine(
        url,
        pool_pre_ping=True,
        # Errors with their rows would put addresses into logs.
        hide_parameters=True,
        json_serializer=json_text,
        connect_args={"options": "-c synchronous_commit=on"},
    )


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        # Errors with their rows would put addresses into logs.
        hide_parameters=True,
        json_serializer=json_text,
        connect_args={"timeout": 15, "check_same_thread": False},
    )
    event.listen(engine, "do_connect", make_private)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_private(_: Dialect, __: ConnectionPoolEntry, where: list[Any], ___: Any) -> None:
    """Make the file of a new SQLite database; -wal and -shm take its mode from it."""
    path = Path(where[0])
    # Not a database in memory. A folder that is not there, SQLite names.
    if where[0] != ":memory:" and path.parent.is_dir():
        _make_file(path)


def _make_file(path: Path) -> None:
    """Make an empty file that no other user may read, whatever the umask, unless it is there."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
        path.chmod(FILE_MODE)


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=15000", "foreign_keys=on"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction, with the write lock unless it only reads."""
    reads = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
