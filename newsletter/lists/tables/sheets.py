"""Pure. Several sheets of a workbook as one table: their columns joined, and what a sheet says.

Who is on a sheet that is called `Unsubscribed` left: a column of our own has it for each row.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from newsletter.lists.meaning.dates import SERIAL
from newsletter.lists.meaning.mailboxes import holds_address
from newsletter.lists.meaning.vocabulary import COLUMNS, fold
from newsletter.lists.meaning.words import name_meaning
from newsletter.lists.presets import SHEET_HEAD
from newsletter.lists.tables.shapes import MOST_COLUMNS, SAMPLE_LINES, find_header

TIMES = ("joined_at", "confirmed_at", "left_at", "bounced_at")
DAYS_TO_1904 = 1462  # from the beginning of the other calendar of spreadsheets
LOOK_ROWS = 200  # of each sheet, to see which of its columns has the addresses
# As programs call a sheet that nobody named; or by its time.
PLAIN_TITLE = re.compile(r"(?:[a-z]*|лист|工作表|シート|시트) ?\d[\d .]*+")

Row = list[str]
Rows = Callable[[], Iterable[Row]]


class Writer(Protocol):
    """What rows are written to: csv.writer."""

    def writerow(self, row: Sequence[str], /) -> object:
        """Write one row."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A sheet: what is to be said of its rows, its columns by their keys, and its rows."""

    word: str
    heads: dict[str, str]
    rows: Rows
    begins: int

    def people(self) -> Iterator[Row]:
        """The rows below the header."""
        return islice(_filled(self.rows), self.begins, None)


def _filled(rows: Rows) -> Iterator[Row]:
    return filter(any, rows())


def write_as_one(sheets: Sequence[tuple[str, Rows]], writer: Writer) -> None:
    """Write sheets, each with its title, as one table; the first is the list as it is."""
    parts = [_part(title, rows, is_first=not n) for n, (title, rows) in enumerate(sheets)]
    heads = _heads(parts)
    writer.writerow([*heads.values(), SHEET_HEAD])
    for part in parts:
        places = {key: place for place, key in enumerate(part.heads)}
        ordered = [places.get(key, MOST_COLUMNS) for key in heads]
        for row in part.people():
            writer.writerow([*(_cell(row, place) for place in ordered), part.word])


def _heads(parts: Iterable[_Part]) -> dict[str, str]:
    """The columns of all sheets, each called as the first sheet calls it that has it."""
    heads: dict[str, str] = {}
    for part in parts:
        for key, name in part.heads.items():
            heads[key] = heads.get(key) or name
    return heads


def _cell(row: Row, place: int) -> str:
    return row[place] if place < len(row) else ""


def since_1904(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows of a workbook whose days are counted from 1904, as from 1900.

    Cells that are formatted as dates are read as such; here are plain numbers below a heading.
    """
    times: set[int] = set()
    for row in rows:
        times = {n for n, cell in enumerate(row) if COLUMNS.get(fold(cell)) in TIMES} or times
        yield [_moved(cell) if n in times else cell for n, cell in enumerate(row)]


def _moved(cell: str) -> str:
    return str(float(cell) + DAYS_TO_1904).removesuffix(".0") if SERIAL.fullmatch(cell) else cell


def _part(
    title: str,
    rows: Rows,
    *,
    is_first: bool,
) -> _Part:
    firsts = list(islice(_filled(rows), LOOK_ROWS))
    at = find_header([[row] for row in firsts[:SAMPLE_LINES]])
    above = [cell for row in firsts[:at] for cell in row if cell]
    header = firsts[at] if firsts else []
    width = max(map(len, firsts), default=0)
    is_bare = any(map(holds_address, header))
    names = [_cell([] if is_bare else header, place) for place in range(width)]
    keys = _keys(names, _address_place(firsts, width))
    word = _word_for(" ".join([title, *above]), is_first=is_first)
    return _Part(word, dict(zip(keys, names, strict=True)), rows, at if is_bare else at + 1)


def _address_place(rows: Iterable[Row], width: int) -> int:
    """Which column has most addresses; `width` if none has."""
    counts = [0] * (width + 1)
    for row in rows:
        for place, cell in enumerate(row):
            counts[place] += holds_address(cell)
    return max(range(width + 1), key=counts.__getitem__) if any(counts) else width


def _keys(names: Sequence[str], address: int) -> Iterator[str]:
    """What each column is known by in all sheets: where it goes, or its name."""
    seen: set[str] = set()
    for place, name in enumerate(names):
        folded = fold(name)
        key = "address" if place == address else COLUMNS.get(folded) or folded
        if key in seen or not key or (key == "address" and place != address):
            key = f"{folded} #{place}"
        seen.add(key)
        yield key


def _word_for(title: str, *, is_first: bool) -> str:
    """A meaning, or "" for people who may be written to; a title that says neither is asked about.

    The first sheet is the list that came in: it is asked about if it may say no, as any file is.
    """
    spoken = name_meaning(title)
    if spoken in ("active", "vague"):
        return ""
    if not spoken:
        return "" if is_first or PLAIN_TITLE.fullmatch(fold(title)) else title
    return title if spoken == "unclear" else spoken
