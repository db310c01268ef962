"""Statements that the two databases spell differently, and ways to insert rows."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    SQLColumnExpression,
    Table,
    Text,
    bindparam,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.database import metadata
from newsletter.errors import Conflict

if TYPE_CHECKING:  # the memory of a program on SQLite goes without it
    import psycopg

T = TypeVar("T", bound=SQLModel)
V = TypeVar("V")
RowValues = Mapping[str, object]  # of one row, by column
Conditions = tuple[ColumnElement[bool], ...]  # of one WHERE: all of them hold
COPIED = 200  # rows at a time; SQLite keeps the statements it has read, one of each length
LAST_ID = """
    select max(
        (select coalesce(max(seq), 0) from sqlite_sequence where name = :name),
        (select coalesce(max(id), 0) from {table})
    )"""
NEXT_IDS = """
    select string_agg(nextval(ids)::text, ',')
    from (select pg_get_serial_sequence(:name, 'id')::regclass as ids offset 0) as sequences,
        generate_series(1, :count)"""
# Only AUTOINCREMENT remembers; any other table counts on from its highest row anyway. A table that
# never had a row has none in sqlite_sequence either.
SKIP_SQLITE = (
    """
    insert into sqlite_sequence (name, seq) select :name, :last
    where not exists (select 1 from sqlite_sequence where name = :name)""",
    "update sqlite_sequence set seq = max(seq, :last) where name = :name",
)
SKIP_POSTGRESQL = (
    """
    select setval(ids, greatest(nextval(ids), :last))
    from (select pg_get_serial_sequence(:name, 'id')::regclass as ids) as sequences""",
)

_Part = list[Sequence[str]]  # some rows, each the text of its columns


class Overtaken(Conflict):
    """Another process wrote the same rows meanwhile. Try again."""


@dataclass(frozen=True, slots=True)
class _Target:
    """A table that rows are written to; in a column that is `nullable`, "" stands for null."""

    table: str
    columns: Sequence[str]
    nullable: Collection[str]

    def __str__(self) -> str:
        """Return the names as a statement has them: "person (id, address)"."""
        return f"{self.table} ({', '.join(self.columns)})"


def insert_new(session: Session, table: type[SQLModel], rows: Sequence[RowValues]) -> None:
    """Insert rows, except those that another process inserted first (ON CONFLICT DO NOTHING)."""
    dialect = sqlite if _is_sqlite(session) else postgresql
    session.connection().execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))


def add_row(session: Session, table: type[SQLModel], row: RowValues) -> None:
    """Insert one row without the unit of work, which takes several times as long.

    For rows that each sign-up adds and that nobody reads in the same transaction.
    """
    session.flush()  # rows that this one may point at
    session.connection().execute(_adding(table), row)


def add_and_flush(session: Session, row: T) -> T:
    """Add a row and flush, so that it has its number; return it."""
    session.add(row)
    session.flush()
    return row


def locked(query: SelectOfScalar[T]) -> SelectOfScalar[T]:
    """Return the query that also locks its rows until the transaction ends.

    Whoever decides by a row that others may change at the same time reads it so.
    """
    # SQLite has no such lock and needs none: it has one writer at a time. A row that the session
    # knows already is read again: the lock may have waited for somebody who changed it.
    return query.with_for_update().execution_options(populate_existing=True)


def lock_table(session: Session, table: type[SQLModel], mode: str) -> None:
    """Take a lock of PostgreSQL on a whole table until the transaction ends.

    The lock comes before the instant that a transaction in REPEATABLE READ sees, if it is the first
    statement. SQLite has one writer at a time, so that nothing is to be locked.
    """
    if not _is_sqlite(session):
        session.connection().execute(text(f"lock table {table.__tablename__} in {mode} mode"))


def lock_table_soon(
    session: Session,
    table: type[SQLModel],
    mode: str,
    wait_ms: int,
) -> bool:
    """Take a lock as lock_table does, unless that takes longer than so many milliseconds.

    True if it is held. Who asks for the table behind us waits no longer than that either.
    """
    if _is_sqlite(session):
        return True
    try:
        with session.begin_nested():
            session.connection().execute(text(f"set local lock_timeout = {wait_ms}"))
            lock_table(session, table, mode)
            session.connection().execute(text("set local lock_timeout = 0"))
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            return False
        raise
    return True


def add_or_find(
    session: Session,
    table: type[T],
    row: RowValues,
    same: ColumnElement[bool],
) -> T:
    """Insert a row and return it, or return the row that is the `same` by a unique key.

    Nobody can delete the row before this transaction ends, so rows that belong to it may follow.
    """
    session.flush()
    adding = _adding_new(table, session.get_bind().dialect.name)
    existing = select(table).where(same).with_for_update(read=True, key_share=True)
    while True:
        key = session.connection().execute(adding, row).scalar_one_or_none()
        query = existing if key is None else _of_id(table)
        found: T | None = session.scalars(query, {"id": key}).one_or_none()
        # None: the row was there for the insert and was deleted before the look.
        if found is not None:
            return found


def copy_in(
    session: Session,
    table: type[SQLModel],
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> None:
    """Write rows as fast as the database can.

    Each row has the text of each of the columns, "" for null where the column may be null. No text
    has a tabulator, a line end or another control character. Times are in UTC without a zone, as
    SQLite has them. Raises Overtaken if another process wrote one of these rows meanwhile: the
    transaction is lost then, and can be done again.
    """
    connection = session.connection()
    cursor = connection.connection.cursor()
    write = _write_values if _is_sqlite(session) else _write_copy
    try:
        write(cursor, _target(table, columns), _parts(rows))
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise Overtaken from error


def _target(table: type[SQLModel], columns: Sequence[str]) -> _Target:
    """Return where rows of these columns go."""
    mapped = inspect(table).columns
    nullable = frozenset(column for column in columns if mapped[column].nullable)
    return _Target(str(table.__tablename__), columns, nullable)


def _write_values(cursor: DBAPICursor, target: _Target, parts: Iterable[_Part]) -> None:
    """Write many rows with one statement: SQLite takes half the time of a statement for each."""
    row = _row_of_marks(target)
    for part in parts:
        values = ", ".join([row] * len(part))
        statement = f"insert into {target} values {values}"  # noqa: S608  # our own names
        cursor.execute(statement, list(chain.from_iterable(part)))


def _row_of_marks(target: _Target) -> str:
    """Return the marks of one row, "(?, nullif(?, ''))"."""
    nullable = target.nullable
    marks = ["nullif(?, '')" if column in nullable else "?" for column in target.columns]
    return f"({', '.join(marks)})"


def _write_copy(cursor: DBAPICursor, target: _Target, parts: Iterable[_Part]) -> None:
    """Write rows by COPY (PostgreSQL): the server stores one part while we make the next."""
    cursor.execute("set local time zone 'UTC'")
    copying = cast("psycopg.Cursor[object]", cursor)
    with copying.copy(_copy_statement(target).encode()) as copy:
        for part in parts:
            copy.write("\n".join(map("\t".join, part)) + "\n")


def _copy_statement(target: _Target) -> str:
    """Return the COPY that takes rows as lines, and columns with tabulators between."""
    empty = ", ".join(column for column in target.columns if column not in target.nullable)
    shape = f"format csv, delimiter e'\\t', quote e'\\x01', null '', force_not_null ({empty})"
    return f"copy {target} from stdin with ({shape})"


def new_ids(session: Session, table: type[SQLModel], count: int) -> Sequence[int]:
    """Return ids for so many new rows, ascending; nobody else is given them."""
    name = str(table.__tablename__)
    connection = session.connection()
    if _is_sqlite(session):
        # Nobody else writes, and an id of a deleted row is never given again.
        last = connection.scalar(text(LAST_ID.format(table=name)), {"name": name})
        first = int(last or 0) + 1
        return range(first, first + count)
    ids = connection.scalar(text(NEXT_IDS), {"name": name, "count": count}) or ""
    return [int(key) for key in ids.split(",") if key]


def take_id(session: Session, table: type[SQLModel]) -> int:
    """Return an id that no row of a table has or will have."""
    key = new_ids(session, table, 1)[0]
    if _is_sqlite(session):
        skip_ids(session, table, key)
    return key


def skip_ids(session: Session, table: type[SQLModel], last: int) -> None:
    """Let new rows of a table have ids above `last`, whatever ids are there."""
    for statement in SKIP_SQLITE if _is_sqlite(session) else SKIP_POSTGRESQL:
        session.execute(text(statement), {"name": str(table.__tablename__), "last": last})


def among(
    session: Session,
    column: SQLColumnExpression[V],
    values: Sequence[V],
) -> ColumnElement[bool]:
    """Return the condition that a column has one of very many values, numbers or lines of text.

    The statement holds them as one value. PostgreSQL then looks each of them up by the column's
    index, because it expects few; with a list as parameter it would read the whole table.
    """
    return column.in_(_of_json(values) if _is_sqlite(session) else _of_lines(values))


def _of_json(values: Sequence[V]) -> Select[tuple[V]]:
    """Select values out of one JSON array (SQLite)."""
    listed = func.json_each(json.dumps(values)).table_valued("value")
    return select(listed.c.value)


def _of_lines(values: Sequence[V]) -> Select[tuple[V]]:
    """Select values out of one text with a line for each (PostgreSQL)."""
    value = func.unnest(func.string_to_array("\n".join(map(str, values)), "\n"))
    if isinstance(next(iter(values), None), int):
        return select(sql_cast(value, Integer))
    return select(value)


def utc_text(
    session: Session, column: SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None]
) -> ColumnElement[str]:
    """Return a column of times as text like 2026-05-12T09:00:00Z, for very many rows."""
    at = column if _is_sqlite(session) else func.timezone("UTC", column)
    return func.replace(func.substr(sql_cast(at, Text), 1, 19), " ", "T").concat("Z")


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _parts(rows: Iterable[Sequence[str]]) -> Iterator[_Part]:
    """Give rows in groups that fit one statement."""
    remaining = iter(rows)
    while part := list(islice(remaining, COPIED)):
        yield part


# Built once each: SQLAlchemy then knows a statement again without looking at all of its parts.
@cache
def _adding(table: type[SQLModel]) -> Insert:
    return insert(_table_of(table))


@cache
def _adding_new(table: type[SQLModel], dialect: str) -> Insert:
    """The statement that adds a row unless it is there; it returns the id of a new one."""
    into = _table_of(table)
    insert_of = sqlite.insert if dialect == "sqlite" else postgresql.insert
    adding: Insert = insert_of(into).on_conflict_do_nothing()
    return adding.returning(into.c.id)


@cache
def _of_id(table: type[T]) -> Select[T]:
    """The query of one row by its id."""
    return select(table).where(_table_of(table).c.id == bindparam("id"))


def _table_of(table: type[SQLModel]) -> Table:
    return metadata.tables[str(table.__tablename__)]
