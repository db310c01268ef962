"""Moving to another database: every row of every table, counted on both sides."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, RowMapping, Table, func, insert, select, text
from sqlmodel import Session

from newsletter.database import Database
from newsletter.database.storable import is_storable
from newsletter.delivery import control
from newsletter.delivery.reading import sending_deliveries
from newsletter.desk import sessions
from newsletter.errors import Conflict
from newsletter.host.guard import forget_counters
from newsletter.issues import composing
from newsletter.issues.models import Issue
from newsletter.migrations.running import upgrade
from newsletter.migrations.tables import metadata
from newsletter.publications import preferences
from newsletter.publications.models import Publication
from newsletter.text import clean_text

ROWS = 5000
HELD = "This database is a copy of another one, which may have sent it. Look, then release it."
LAST_GIVEN = {
    "sqlite": "select coalesce(max(seq), 0) from sqlite_sequence where name = :table",
    "postgresql": """
        select coalesce(
            pg_sequence_last_value(cast(pg_get_serial_sequence(:table, 'id') as regclass)), 0)""",
}
SET_LAST = {
    "sqlite": (
        "delete from sqlite_sequence where name = :table",
        "insert into sqlite_sequence (name, seq) values (:table, :last_id)",
    ),
    "postgresql": ("select setval(pg_get_serial_sequence(:table, 'id'), :last_id)",),
}


class NotEmpty(Conflict):
    """The database to copy to holds rows already. Name an empty one; nothing was changed."""


class CountsDiffer(Conflict):
    """After the copy a table counts differently: somebody wrote meanwhile. Stop the service, empty
    the copy, copy again."""


def copy(
    source: Database,
    to_url: str,
    progress: Callable[[str, int], None],
) -> int:
    """Copy all rows into an empty database, in one transaction there; returns how many. Raises
    NotEmpty or CountsDiffer.

    No host knows the copy before a person adopts it, and then it sends no issue until a person
    lets it: deliveries under way arrive paused, approved
    issues held, and the standing rule "send" as "hold".
    """
    upgrade(to_url)
    target = Database(to_url)
    try:
        with source.reading_as_of() as reading, target.writing() as writing:
            refuse_rows(writing)
            total = _copy_tables(reading.connection(), writing.connection(), progress)
            _hold_back(writing)
            sessions.end_sessions(writing)  # a logout since then holds for the copy, too
            forget_counters(writing)
    finally:
        target.close()
    return total


def count_rows(session: Session) -> int:
    """Return how many rows all tables have."""
    return sum(_count(session.connection(), table) for table in metadata.sorted_tables)


def refuse_rows(session: Session) -> None:
    """Raise NotEmpty if a table holds a row."""
    for table in metadata.sorted_tables:
        if _count(session.connection(), table):
            raise NotEmpty


def _copy_tables(
    read_from: Connection,
    write_to: Connection,
    progress: Callable[[str, int], None],
) -> int:
    """Copy table after table; returns how many rows."""
    total = 0
    for table in metadata.sorted_tables:
        total += _copy_table(read_from, write_to, table)
        count = _count(write_to, table)
        if _count(read_from, table) != count:
            raise CountsDiffer(f"{table.name}: {CountsDiffer.__doc__}")
        progress(table.name, count)
    return total


def _hold_back(session: Session) -> None:
    """Let nothing go out by itself: two services on two copies must not both send."""
    for delivery in sending_deliveries(session):
        control.pause(session, delivery.key)
    for issue in session.scalars(select(Issue).filter_by(status="approved")):
        composing.hold(session, issue.key, HELD)
    for publication in session.scalars(select(Publication).filter_by(rule="send")):
        preferences.change(session, publication.key, rule="hold")


def _copy_table(
    read_from: Connection,
    write_to: Connection,
    table: Table,
) -> int:
    """Copy the rows of a table, a group at a time; returns how many."""
    count = 0
    lengths = {column.name: getattr(column.type, "length", None) for column in table.columns}
    for rows in _read_groups(read_from, table):
        write_to.execute(insert(table), [_fitting(row, lengths) for row in rows])
        count += len(rows)
    if "id" in table.c:
        _go_on_counting(write_to, table, _last_id(read_from, table))
    return count


def _fitting(
    row: RowMapping,
    lengths: Mapping[str, int | None],
) -> dict[str, object]:
    """Return a row as both databases hold it: clean, and no text longer than its column.

    A database of an earlier version, on SQLite, may hold more: today it would be refused.
    """
    return {name: _fit(value, lengths[name]) for name, value in row.items()}


def _fit(
    value: object,
    length: int | None = None,
) -> object:
    if isinstance(value, str):
        return value[:length] if is_storable(value) else clean_text(value)[:length]
    if isinstance(value, list):
        return [_fit(each) for each in value]
    if isinstance(value, dict):
        return {str(_fit(name)): _fit(each) for name, each in value.items()}
    return value


def _read_groups(
    connection: Connection,
    table: Table,
) -> Iterator[Sequence[RowMapping]]:
    """Read the rows of a table in the order of their key, so many at a time."""
    query = select(table).order_by(*table.primary_key)
    return connection.execute(query).mappings().partitions(ROWS)


def _last_id(
    connection: Connection,
    table: Table,
) -> int:
    """Return the highest id that was ever given in a table, also of a row that is gone."""
    # an erased reader's id must not be a stranger's: old letters have it in their links
    given = text(LAST_GIVEN[connection.dialect.name])
    last_given = connection.execute(given, {"table": table.name}).scalar_one()
    last_kept = connection.execute(select(func.max(table.c.id))).scalar_one()
    return max(int(last_given), int(last_kept or 0))


def _go_on_counting(
    connection: Connection,
    table: Table,
    last_id: int,
) -> None:
    """Let the next row have an id after the last one."""
    if last_id:
        for statement in SET_LAST[connection.dialect.name]:
            connection.execute(text(statement), {"table": table.name, "last_id": last_id})


def _count(
    connection: Connection,
    table: Table,
) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
