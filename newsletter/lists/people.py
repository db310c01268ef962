"""Pure. One row of a file: a person as a line of text, or why the row is rejected."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newsletter.lists.cells import (
    ACTIVE,
    CONTROL,
    MOST_NAME_CHARS,
    UNCONFIRMED,
    BadRow,
    Cells,
    attributes_reader,
    name_reader,
    standing_reader,
    time_reader,
    written,
)
from newsletter.lists.columns import Columns
from subscribers.addresses import BadAddress, normalise
from subscribers.formulas import read_cell

# One person, as a line of text with its end. Between tabulators: address, standing (an index of
# STANDINGS), name, joined_at, confirmed_at, left_at, attributes (JSON). Times are in UTC as the
# database writes them, "" for none. Lines sort by address, since no address has a character before
# the tabulator, and then by standing. Text, not tuples: it goes to the disk and comes back as it
# is, and Python's garbage collector, which looks at tuples again and again, leaves it alone.
PersonLine = str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that does not come in."""

    line: int
    value: str
    reason: str


RowReader = Callable[[int, Cells, str], PersonLine | Rejection | None]


def row_reader(columns: Columns, now: datetime) -> RowReader:
    """Return the function that reads one row; a row of blanks gives None.

    It takes the number of the row's line, its cells, and why the row cannot be read, or "".
    """
    width = len(columns.names)
    at = columns.address
    read_person = _person_reader(columns, now)

    def read_row(line: int, cells: Cells, problem: str) -> PersonLine | Rejection | None:
        try:
            if problem:
                raise BadRow(problem)
            # Many programs leave empty cells at the end of a row out, or write too many.
            if len(cells) != width:
                cells = _fitted(cells, width)
            return read_person(cells, _read_address(cells[at]))
        except (BadRow, BadAddress) as error:
            if not any(map(str.strip, cells)):
                return None  # Excel exports rows of delimiters below the table
            # Of a row that cannot be read, the cells may be anything: its beginning tells most.
            value = "".join(cells[:1]) if problem else cells[at]
            return Rejection(line, CONTROL.sub(" ", value)[:MOST_NAME_CHARS], str(error))

    return read_row


def _read_address(cell: str) -> str:
    address = normalise(read_cell(cell) if cell.startswith("'") else cell)
    # The letter that decoding puts for what it cannot read. Addresses may have others than ASCII.
    if "\ufffd" in address:
        raise BadRow("The address has a letter that could not be read. Save the file as UTF-8.")
    return address


def _fitted(cells: Cells, width: int) -> Cells:
    if len(cells) < width:
        return cells + [""] * (width - len(cells))
    if any(map(str.strip, cells[width:])):
        raise BadRow(
            f"The row has {len(cells)} cells, the header {width}. "
            "A cell with a delimiter in it needs quotation marks."
        )
    return cells[:width]


def _person_reader(columns: Columns, now: datetime) -> Callable[[Cells, str], PersonLine]:
    today = written(now)
    joined_of = time_reader(columns, "joined_at", today)
    confirmed_of = time_reader(columns, "confirmed_at", today)
    left_of = time_reader(columns, "left_at", today)
    standing_of = standing_reader(columns)
    name_of = name_reader(columns)
    attributes_of = attributes_reader(columns)

    # Runs once for each row, a million times: what has no column is not called.
    def read_person(cells: Cells, address: str) -> PersonLine:
        joined = joined_of(cells) if joined_of else ""
        confirmed = confirmed_of(cells) if confirmed_of else ""
        left = left_of(cells) if left_of else ""
        standing = standing_of(cells) if standing_of else ACTIVE
        name = name_of(cells) if name_of else ""
        attributes = attributes_of(cells) if attributes_of else "{}"
        # Lists often say one time only, or none. Who is on a list as active has confirmed once.
        joined = joined or confirmed or today
        confirmed = "" if standing == UNCONFIRMED else confirmed or joined
        return f"{address}\t{standing}\t{name}\t{joined}\t{confirmed}\t{left}\t{attributes}\n"

    return read_person
