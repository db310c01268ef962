"""Moving to another database: every row of every table, counted on both sides."""

from collections.abc import Callable

from sqlalchemy import Connection, Table, func, insert, select, text

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
    total = 0
    try:
        with source.reading() as reading, target.writing() as writing:
            read_from, write_to = reading.connection(), writing.connection()
            for table in metadata.sorted_tables:
                if _count(write_to, table):
                    raise NotEmpty
            for table in metadata.sorted_tables:
                total += _copy_table(read_from, write_to, table)
                if _count(read_from, table) != _count(write_to, table):
                    raise CountsDiffer(f"{table.name}: {CountsDiffer.__doc__}")
                progress(table.name, _count(write_to, table))
            for delivery in sending_deliveries(writing):
                control.pause(writing, delivery.key)
    finally:
        target.close()
    return total


def _copy_table(read_from: Connection, write_to: Connection, table: Table) -> int:
    count = 0
    for rows in (
        read_from.execute(select(table).order_by(*table.primary_key)).mappings().partitions(ROWS)
    ):
        write_to.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    if write_to.dialect.name == "postgresql" and "id" in table.c:
        # The table's name is ours: no text from outside is in the statement.
        last = f'(select max(id) from "{table.name}")'  # noqa: S608
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        write_to.execute(text(f"select setval({sequence}, {last})"))
    return count


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
