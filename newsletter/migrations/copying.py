"""Moving to another database: every row of every table, counted on both sides."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, RowMapping, Table, func, insert, select, text
from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.reading import sending_deliveries
from newsletter.errors import Conflict
from newsletter.host.guard import forget_counters
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

    Deliveries under way arrive paused, and no host knows the copy before a person adopts it: two
    services on two copies must not both send.
    """
    upgrade(to_url)
    target = Database(to_url)
    try:
        with source.reading_as_of() as reading, target.writing() as writing:
            _refuse_rows(writing.connection())
            total = _copy_tables(reading.connection(), writing.connection(), progress)
            _pause_deliveries(writing)
            forget_counters(writing)
    finally:
        target.close()
    return total


def count_rows(session: Session) -> int:
    """Return how many rows all tables have."""
    return sum(_count(session.connection(), table) for table in metadata.sorted_tables)


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
    if "id" in table.c:
        _set_next_id(write_to, table, _last_id(read_from, table))
    return count


def _read_groups(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    """Read the rows of a table in the order of their key, so many at a time."""
    query = select(table).order_by(*table.primary_key)
    return connection.execute(query).mappings().partitions(ROWS)


def _last_id(connection: Connection, table: Table) -> int:
    """Return the highest id that a table gave away, also to rows that are gone."""
    # The table's name is ours: no text from outside is in the statements.
    highest = int(connection.scalar(text(f'select max(id) from "{table.name}"')) or 0)  # noqa: S608
    if connection.dialect.name == "postgresql":
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        given = connection.scalar(text(f"select pg_sequence_last_value({sequence}::regclass)"))
    else:
        remembered = text("select seq from sqlite_sequence where name = :name")
        given = connection.scalar(remembered, {"name": table.name})
    return max(highest, int(given or 0))


def _set_next_id(connection: Connection, table: Table, last: int) -> None:
    """Go on counting after `last`: the id of an erased reader is given to nobody else."""
    if not last:
        return
    values = {"name": table.name, "last": last}
    if connection.dialect.name == "postgresql":
        sequence = "pg_get_serial_sequence(:name, 'id')"
        connection.execute(text(f"select setval({sequence}, :last)"), values)
    elif table.dialect_options["sqlite"]["autoincrement"]:
        connection.execute(text("delete from sqlite_sequence where name = :name"), values)
        counting = "insert into sqlite_sequence (name, seq) values (:name, :last)"
        connection.execute(text(counting), values)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
