"""The rows of an approved issue, as they were made before in this process.

To choose, print and approve one takes longer than most tests of what comes after that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, exists, func, insert, or_, select
from sqlmodel import Session

from newsletter.database import metadata

Rows = Mapping[Table, Sequence[dict[str, Any]]]
# Without a row in any of these, what is proposed depends on the publication and its readers alone.
CHOSEN_FROM = ("source", "article", "tool", "issue", "weight", "pastissue")


@dataclass(frozen=True, slots=True)
class Record:
    """What was made: its rows, and the id of the issue."""

    rows: Rows
    issue_id: int


records: dict[tuple[str, str], Record] = {}


def rows_of_before(session: Session, depends_on: str, make: Callable[[], int]) -> int:
    """Let `make` make the rows, or add those that it made of the same before.

    Only where there is nothing yet that could be chosen.
    """
    session.flush()
    if not _is_fresh(session):
        return make()
    kind = session.get_bind().dialect.name, depends_on
    if kind not in records:
        before = _all_rows(session)
        issue_id = make()
        session.flush()
        records[kind] = Record(_added(before, _all_rows(session)), issue_id)
    else:
        _add(session, records[kind].rows)
    return records[kind].issue_id


def _is_fresh(session: Session) -> bool:
    tables = (metadata.tables[name] for name in CHOSEN_FROM)
    found = session.connection().execute(
        select(or_(*(exists(select(1).select_from(table)) for table in tables)))
    )
    return not found.scalar_one()


def _all_rows(session: Session) -> Rows:
    connection = session.connection()
    return {
        table: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in metadata.sorted_tables
    }


def _added(before: Rows, after: Rows) -> Rows:
    """The rows that came. Raises AssertionError if one that was there changed."""
    for table, rows in before.items():
        assert all(row in after[table] for row in rows), f"a row of {table.name} has changed"
    added = {
        table: [row for row in rows if row not in before[table]] for table, rows in after.items()
    }
    return {table: rows for table, rows in added.items() if rows}


def _add(session: Session, rows: Rows) -> None:
    connection = session.connection()
    for table, of_table in rows.items():
        connection.execute(insert(table), of_table)
        if connection.dialect.name == "postgresql" and "id" in table.columns:
            # Its counter does not know of ids that were given.
            largest = select(func.max(table.c.id)).scalar_subquery()
            counter = func.pg_get_serial_sequence(f'"{table.name}"', "id")
            connection.execute(select(func.setval(counter, largest)))
