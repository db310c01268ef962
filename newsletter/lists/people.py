"""Pure. One row of a file: a person as a line of text, or why the row is rejected."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from newsletter.lists.cells import (
    ACTIVE,
    CONTROL,
    UNCONFIRMED,
    BadRow,
    Cells,
    attributes_reader,
    name_reader,
    standing_reader,
    tidy_name,
    time_reader,
)
from newsletter.lists.columns import TIMES, Columns
from newsletter.lists.meaning.asking import begin_survey
from newsletter.lists.meaning.dates import written
from newsletter.lists.meaning.mailboxes import read_mailbox
from newsletter.lists.meaning.survey import Survey
from newsletter.lists.meaning.vocabulary import COLUMNS, fold
from newsletter.lists.meaning.words import heading_meaning
from subscribers.addresses import BadAddress, normalise
from subscribers.formulas import read_cell
from subscribers.mailboxes import mailbox_of

# One person, as a line of text with its end. Between tabulators: mailbox, standing (an index of
# STANDINGS), name, joined_at, confirmed_at, left_at, attributes (JSON), address. Times are in UTC
# as the database writes them, "" for none. Lines sort by mailbox, since no mailbox has a character
# before the tabulator, and then by standing. Text, not tuples: it goes to the disk and comes back
# as it is, and Python's garbage collector, which looks at tuples again and again, leaves it alone.
PersonLine = str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that does not come in."""

    line: int
    reason: str
    cells: tuple[str, ...]


RowReader = Callable[[int, Cells, str], PersonLine | Rejection | None]


def row_reader(
    columns: Columns,
    now: datetime,
    orders: Mapping[int, str] = MappingProxyType({}),
    survey: Survey | None = None,
) -> RowReader:
    """Return the function that reads one row; a row of blanks or a comment gives None.

    It takes the number of the row's line, its cells, and why the row cannot be read, or "". What
    the columns hold is noted in `survey`. `orders` has the order of day and month in columns of
    times, by their place.
    """
    width = len(columns.names)
    at = columns.address
    survey = begin_survey(columns) if survey is None else survey
    read_person = _person_reader(columns, now, orders, survey)
    note = survey.note if survey.tallies else None

    def read_row(line: int, cells: Cells, problem: str) -> PersonLine | Rejection | None:
        try:
            if problem:
                raise BadRow(problem)
            # Many programs leave empty cells at the end of a row out, or write too many.
            if len(cells) != width:
                cells = _fitted(cells, width)
            address, name = _read_address(cells[at])
            if name:
                survey.note_name(name)
            # Before the words of its cells are judged: those without a meaning are asked about.
            if note:
                note(cells)
            return read_person(cells, address, name)
        except (BadRow, BadAddress) as error:
            if _is_no_row(columns, cells, survey):
                return None
            return _rejection(line, cells, error)

    return read_row


def _rejection(line: int, cells: Cells, error: Exception) -> Rejection:
    """All cells are kept: the row may say no, and comes again when it is mended."""
    kept = tuple(CONTROL.sub(" ", cell) for cell in cells)
    return Rejection(line, str(error), kept)


def _is_no_row(columns: Columns, cells: Cells, survey: Survey) -> bool:
    """True for blanks, and for a comment of a plain list of addresses."""
    if len(cells) != 1:
        _note_part(columns, cells, survey)
        return not any(map(str.strip, cells))  # Excel exports rows of delimiters below the table
    survey.note_line(cells[0])
    line = cells[0].strip()
    return not line or line.startswith("#")


def _note_part(columns: Columns, cells: Cells, survey: Survey) -> None:
    """Note a row that may begin a part of a table: `Unsubscribed,,`, or another header."""
    filled = [place for place, cell in enumerate(cells) if cell.strip()]
    if not filled:
        return
    first = cells[filled[0]]
    if len(filled) == 1:
        survey.note_line(first)
    elif not any("@" in cell for cell in cells):
        # A person without an address has a standing where all have theirs.
        is_person = filled[0] in columns.meanings or columns.find("status") == filled[0]
        if not is_person:
            survey.note_line(first)
        if any(COLUMNS.get(fold(cell)) == "address" for cell in cells):
            _note_header(columns, cells, survey)


def _note_header(columns: Columns, cells: Cells, survey: Survey) -> None:
    """Note a header within the table, if it has another column than ours that may say no."""
    ours = set(map(fold, columns.names))
    others = (cell for cell in cells if fold(cell) not in ours)
    if any(heading_meaning(cell) for cell in others):
        survey.note_part(", ".join(filter(None, cells)))


def _read_address(cell: str) -> tuple[str, str]:
    """The address in a cell, and the name beside it if there is one."""
    name = ""
    if "<" in cell or "(" in cell or ":" in cell:
        cell, name = read_mailbox(cell)
        name = tidy_name(name)
    if cell.startswith("#"):
        raise BadRow("The line is a comment: it begins with #.")
    address = normalise(read_cell(cell) if cell.startswith("'") else cell)
    # The letter that decoding puts for what it cannot read. Addresses may have others than ASCII.
    if "\ufffd" in address:
        raise BadRow("The address has a letter that could not be read. Save the file as UTF-8.")
    return address, name


def _fitted(cells: Cells, width: int) -> Cells:
    if len(cells) < width:
        return cells + [""] * (width - len(cells))
    if any(map(str.strip, cells[width:])):
        raise BadRow(
            f"The row has {len(cells)} cells, the header {width}. "
            "A cell with a delimiter in it needs quotation marks."
        )
    return cells[:width]


def _time_readers(
    columns: Columns,
    today: str,
    orders: Mapping[int, str],
    survey: Survey,
) -> Iterator[Callable[[Cells], str] | None]:
    """The readers of TIMES, each None if no column has it."""
    for target in TIMES:
        yield time_reader(columns, target, today, orders, survey.dates)


def _person_reader(
    columns: Columns,
    now: datetime,
    orders: Mapping[int, str],
    survey: Survey,
) -> Callable[[Cells, str, str], PersonLine]:
    today = written(now)
    joined_of, confirmed_of, left_of = _time_readers(columns, today, orders, survey)
    standing_of = standing_reader(columns)
    name_of = name_reader(columns)
    attributes_of = attributes_reader(columns)

    # Runs once for each row, a million times: what has no column is not called.
    def read_person(cells: Cells, address: str, beside: str) -> PersonLine:
        joined = joined_of(cells) if joined_of else ""
        confirmed = confirmed_of(cells) if confirmed_of else ""
        left = left_of(cells) if left_of else ""
        standing = standing_of(cells) if standing_of else ACTIVE
        name = (name_of(cells) if name_of else "") or beside
        attributes = attributes_of(cells) if attributes_of else "{}"
        # Lists often say one time only, or none. Who is on a list as active has confirmed once.
        joined = joined or confirmed or today
        confirmed = "" if standing == UNCONFIRMED else confirmed or joined
        head = _head(address, standing, name)
        return f"{head}\t{joined}\t{confirmed}\t{left}\t{attributes}\t{address}\n"

    return read_person


def _head(address: str, standing: object, name: str) -> str:
    """The first fields of a person's line: by the mailbox they are sorted and known."""
    return f"{mailbox_of(address)}\t{standing}\t{name}"
