"""Moving to another database: every row of every table, counted on both sides."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, RowMapping, Table, func, insert, select, text
from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.reading import sending_deliveries
from newsletter.errors import Conflict
from newsletter.migrations.running import upgrade
from newsletter.migrations.tables import metadata

ROWS = 5000


class NotEmpty(Conflict):
    """The database to copy to holds rows already. Name an empty one; nothing was changed."""


class CountsDiffer(Conflict):
    """After the copy a table counts differently: somebody wrote meanwhile. Stop the service, empty
    the copy, copy again."""


def copy(source: Database, to_url: str, progress: Callable[[str, int], None]) -> int:
    """Copy all rows into an empty database, in one transaction there; returns how many. Raises
    NotEmpty or CountsDiffer.

    Deliveries under way arrive paused: two services on two copies must not both send.
    """
    upgrade(to_url)
    target = Database(to_url)
    try:
        with source.reading() as reading, target.writing() as writing:
            _refuse_rows(writing.connection())
            total = _copy_tables(reading.connection(), writing.connection(), progress)
            _pause_deliveries(writing)
    finally:
        target.close()
    return total


def _refuse_rows(connection: Connection) -> None:
    """Raise NotEmpty if a table holds a row."""
    for table in metadata.sorted_tables:
        if _count(connection, table):
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


def _pause_deliveries(session: Session) -> None:
    """Pause what is under way: two services on two copies must not both send."""
    for delivery in sending_deliveries(session):
        control.pause(session, delivery.key)


def _copy_table(read_from: Connection, write_to: Connection, table: Table) -> int:
    """Copy the rows of a table, a group at a time; returns how many."""
    count = 0
    for rows in _read_groups(read_from, table):
        write_to.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    if write_to.dialect.name == "postgresql" and "id" in table.c:
        _set_next_id(write_to, table)
    return count


def _read_groups(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    """Read the rows of a table in the order of their key, so many at a time."""
    query = select(table).order_by(*table.primary_key)
    return connection.execute(query).mappings().partitions(ROWS)


def _set_next_id(connection: Connection, table: Table) -> None:
    """Let PostgreSQL go on counting after the highest id that was copied."""
    # The table's name is ours: no text from outside is in the statement.
    last = f'(select max(id) from "{table.name}")'  # noqa: S608
    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
    connection.execute(text(f"select setval({sequence}, {last})"))


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
