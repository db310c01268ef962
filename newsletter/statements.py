"""Statements that the two databases have in words of their own, or for which the unit of work is too slow."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import chain, islice
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    SQLColumnExpression,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from newsletter.database import metadata
from newsletter.errors import Conflict

T = TypeVar("T", bound=SQLModel)
V = TypeVar("V")
COPIED = 200  # rows at a time; SQLite keeps the statements it has read, of each length one


class Overtaken(Conflict):
    """Another process wrote the same rows meanwhile. Try again."""


def insert_new(
    session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows, leaving out those that another process inserted meanwhile (ON CONFLICT DO NOTHING)."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.connection().execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))


def add_row(session: Session, table: type[SQLModel], row: Mapping[str, object]) -> None:
    """Insert one row without the unit of work, which takes several times as long: for what each sign-up adds and nobody there looks at."""
    session.flush()  # what it may point at
    session.connection().execute(_adding(table), row)


def add_or_find(
    session: Session, table: type[T], row: Mapping[str, object], same: ColumnElement[bool]
) -> T:
    """Insert a row and return it, or the one that was there before it: the one that is the `same` by a unique key.

    Nobody can delete the row before this transaction ends, so that others may be written which belong to it.
    """
    session.flush()
    adding = _adding_new(table, session.get_bind().dialect.name)
    there = select(table).where(same).with_for_update(read=True, key_share=True)
    while True:
        key = session.connection().execute(adding, row).scalar_one_or_none()
        one: T | None = session.scalars(
            there if key is None else _of_id(table), {"id": key}
        ).one_or_none()
        if one is not None:  # else it was deleted between the two
            return one


def copy_in(
    session: Session, table: type[SQLModel], columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
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
            for (
                part
            ) in parts:  # many rows of one statement take half the time of a statement for each
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
        last = text(
            "select max((select coalesce(max(seq), 0) from sqlite_sequence where name = :name), (select coalesce(max(id), 0) from "
        )
        first = int(connection.scalar(text(f"{last.text}{name}))"), {"name": name}) or 0) + 1
        return range(first, first + count)
    each = """select string_agg(nextval(ids)::text, ',')
        from (select pg_get_serial_sequence(:name, 'id')::regclass as ids offset 0) as one, generate_series(1, :count)"""
    return [
        int(key)
        for key in (connection.scalar(text(each), {"name": name, "count": count}) or "").split(",")
        if key
    ]


def among(
    session: Session, column: SQLColumnExpression[V], values: Sequence[V]
) -> ColumnElement[bool]:
    """Return the condition that a column has one of very many values, numbers or texts of one line: the statement holds them as one.

    PostgreSQL looks each of them up by the column's index: it takes the many for few. A list as a parameter it would take for what it
    is, and read the whole table.
    """
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(values)).table_valued("value").c.value))
    each = func.unnest(func.string_to_array("\n".join(map(str, values)), "\n"))
    return column.in_(
        select(cast(each, Integer) if isinstance(next(iter(values), None), int) else each)
    )


def utc_text(
    session: Session, column: SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None]
) -> ColumnElement[str]:
    """Return a column of times as text like 2026-05-12T09:00:00Z, made by the database: for very many rows."""
    at = column if session.get_bind().dialect.name == "sqlite" else func.timezone("UTC", column)
    return func.replace(func.substr(cast(at, Text), 1, 19), " ", "T").concat("Z")


def _some(rows: Iterator[Sequence[str]]) -> list[Sequence[str]]:
    return list(islice(rows, COPIED))


# Built once each: SQLAlchemy then knows a statement again without looking at all of its parts.
@cache
def _adding(table: type[SQLModel]) -> Insert:
    return insert(_table_of(table))


@cache
def _adding_new(table: type[SQLModel], dialect: str) -> Insert:
    at = _table_of(table)
    made: Insert = (
        (sqlite if dialect == "sqlite" else postgresql).insert(at).on_conflict_do_nothing()
    )
    return made.returning(at.c.id)


@cache
def _of_id(table: type[T]) -> Select[T]:
    return select(table).where(_table_of(table).c.id == bindparam("id"))


def _table_of(table: type[SQLModel]) -> Table:
    return metadata.tables[str(table.__tablename__)]
