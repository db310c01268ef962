"""Engines and transactions: the only place that commits, and one of the few that knows which database it is.

SQLite begins IMMEDIATE, because a deferred transaction that turns into a writer fails or loses updates; every writer
syncs fully, because a leave or an outcome must outlive a power cut.
"""

import fcntl
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    MetaData,
    SQLColumnExpression,
    Text,
    cast,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from newsletter.errors import Conflict

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=SQLModel)
V = TypeVar("V")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
HASH_KEY = "hash_key"
COPIED = 200  # rows at a time; SQLite keeps the statements it has read, of each length one
metadata: MetaData = SQLModel.metadata
metadata.naming_convention = NAMES


class Overtaken(Conflict):
    """Another process wrote the same rows meanwhile. Try again."""


def insert_new(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, leaving out those that another process inserted meanwhile (ON CONFLICT DO NOTHING)."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.connection().execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))


def add_or_find(session: Session, table: type[T], row: Mapping[str, object], same: ColumnElement[bool]) -> T:
    """Insert a row and return it, or the one that was there before it: the one that is the `same` by a unique key.

    Nobody can delete the row before this transaction ends, so that others may be written which belong to it.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(table).values(**row).on_conflict_do_nothing().returning(table)
    there = select(table).where(same).with_for_update(read=True, key_share=True)
    while True:
        one = session.scalars(new).one_or_none() or session.scalars(there).one_or_none()
        if one is not None:  # else it was deleted between the two
            return one


def copy_in(session: Session, table: type[SQLModel], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as fast as the database can: each has the text of each of the columns, "" for null where the column may be null.

    No text has a tabulator, a line end or another control character in it. Times are in UTC without a zone, as SQLite has them.
    Raises Overtaken if another process wrote one of these rows meanwhile: the transaction is lost then, and can be done again.
    """
    connection = session.connection()
    cursor = connection.connection.cursor()
    inspected = inspect(table)
    nullable = {column for column in columns if inspected.columns[column].nullable}
    into = f"{table.__tablename__} ({', '.join(columns)})"
    parts = iter(partial(_some, iter(rows)), [])
    try:
        if connection.dialect.name == "sqlite":
            marks = ("nullif(?, '')" if column in nullable else "?" for column in columns)
            one = f"({', '.join(marks)})"
            for part in parts:  # many rows of one statement take half the time of a statement for each
                rows_of = f"insert into {into} values {', '.join([one] * len(part))}"  # noqa: S608 - our own names
                cursor.execute(rows_of, list(chain.from_iterable(part)))
            return
        kept = ", ".join(column for column in columns if column not in nullable)
        shape = f"format csv, delimiter e'\\t', quote e'\\x01', null '', force_not_null ({kept})"
        cursor.execute("set local time zone 'UTC'")
        with cursor.copy(f"copy {into} from stdin with ({shape})") as copy:
            for part in parts:  # the server stores one part while we make the next
                copy.write("\n".join(map("\t".join, part)) + "\n")
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise Overtaken from error


def new_ids(session: Session, table: type[SQLModel], count: int) -> Sequence[int]:
    """Return ids for so many new rows, ascending; nobody else is given them."""
    name = table.__tablename__
    connection = session.connection()
    if connection.dialect.name == "sqlite":  # nobody else writes
        last = text("select max((select coalesce(max(seq), 0) from sqlite_sequence where name = :name), (select coalesce(max(id), 0) from ")
        first = int(connection.scalar(text(f"{last.text}{name}))"), {"name": name}) or 0) + 1
        return range(first, first + count)
    each = """select string_agg(nextval(ids)::text, ',')
        from (select pg_get_serial_sequence(:name, 'id')::regclass as ids offset 0) as one, generate_series(1, :count)"""
    return [int(key) for key in (connection.scalar(text(each), {"name": name, "count": count}) or "").split(",") if key]


def among(session: Session, column: SQLColumnExpression[V], values: Sequence[V]) -> ColumnElement[bool]:
    """Return the condition that a column has one of very many values, numbers or texts of one line: the statement holds them as one.

    PostgreSQL looks each of them up by the column's index: it takes the many for few. A list as a parameter it would take for what it
    is, and read the whole table.
    """
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(values)).table_valued("value").c.value))
    each = func.unnest(func.string_to_array("\n".join(map(str, values)), "\n"))
    return column.in_(select(cast(each, Integer) if isinstance(next(iter(values), None), int) else each))


def utc_text(session: Session, column: SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None]) -> ColumnElement[str]:
    """Return a column of times as text like 2026-05-12T09:00:00Z, made by the database: for very many rows."""
    if session.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m-%dT%H:%M:%SZ", cast(column, Text))
    return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')


def _some(rows: Iterator[Sequence[str]]) -> list[Sequence[str]]:
    return list(islice(rows, COPIED))


class Database:
    """One database, SQLite or PostgreSQL, and its transactions.

    `hash_key` keys the hashes that stand for what must not be kept; each session has it at hand, and no row does.
    """

    def __init__(self, url: str, hash_key: str = "") -> None:
        self.url = url
        self._info = {HASH_KEY: hash_key}
        self.engine: Engine = _engine(url)
        self._reading = self.engine.execution_options(read_only=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(str(self.engine.url.database)) if self.is_sqlite else None

    def beside(self, name: str) -> Path:
        """A folder of that name for what belongs to this database: beside a SQLite file, or here."""
        at = self.path
        return at.parent / f"{at.name}.{name}" if at else Path(name)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on an error."""
        with Session(self.engine, expire_on_commit=False, info=self._info) as session, session.begin():
            yield session

    def write_as_of(self, do: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Like `write`, and every statement sees the rows of one instant (SQLite: always so; PostgreSQL: REPEATABLE READ)."""
        engine = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine, expire_on_commit=False, info=self._info) as session, session.begin():
            return do(session, *args, **kwargs)

    def analyse(self, *tables: type[SQLModel]) -> None:
        """After many rows came at once: let PostgreSQL count them now, or its next plans take these tables for empty."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                connection.execute(text("analyze " + ", ".join(str(one.__tablename__) for one in tables)))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that takes no write lock; nothing done in it is kept."""
        with Session(self._reading, expire_on_commit=False, info=self._info) as session:
            yield session

    def write(self, do: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `do(session, ...)` in one transaction and return what it returns."""
        with self.writing() as session:
            return do(session, *args, **kwargs)

    def read(self, do: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `do(session, ...)` without a write lock."""
        with self.reading() as session:
            return do(session, *args, **kwargs)

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Hold the lock `name` on this database; gives False if another process holds it. It ends with the process."""
        with self._lock_file(name) if self.is_sqlite else self._advisory_lock(name) as held:
            yield held

    @contextmanager
    def _lock_file(self, name: str) -> Iterator[bool]:
        path = Path(f"{self.engine.url.database}.{name}.lock")
        with path.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    @contextmanager
    def _advisory_lock(self, name: str) -> Iterator[bool]:
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
        """Give a function whose number moves when anybody commits; PostgreSQL has none so cheap, there it stays 0.

        Source: SQLite, PRAGMA data_version. The function belongs to the thread that asked for it.
        """
        if not self.is_sqlite:
            yield lambda: 0
            return
        with closing(sqlite3.connect(str(self.engine.url.database))) as connection:
            yield lambda: int(connection.execute("pragma data_version").fetchone()[0])

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args={"options": "-c synchronous_commit=on"}
        )
    engine = create_engine(parsed, connect_args={"timeout": 15, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=15000", "foreign_keys=on"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
