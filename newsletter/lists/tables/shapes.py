"""The shape of a table of text, whatever program wrote it: encoding, delimiter and header.

Comma, semicolon, tabulator or bar; Excel's line `sep=;`; a bare list without a header.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from newsletter.errors import NotFound, Refused
from newsletter.lists.meaning.mailboxes import holds_address, is_mailbox_line
from newsletter.lists.meaning.vocabulary import COLUMNS, fold
from newsletter.lists.tables.lines import find_encoding, read_blocks
from newsletter.text import one_line

MOST_COLUMNS = 400  # a file with more is no list of people
SAMPLE_BYTES = 1 << 16
SAMPLE_LINES = 20
SAMPLE_CHARS = 4096  # of each line
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabulators", "|": "bars"}
LINES = "\x1f"  # the delimiter of a list with one address a line: none of them has it
OTHER_FORMATS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")  # xlsx and ods, xls, PDF
# A line of `#` and words, above the header of some exports. `#;E-Mail` is a header.
COMMENT = re.compile(r"\s*+#++(?:\s*+[^\W\d_][^,;|\t]*+)?+")
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}

Cuts = Sequence[Sequence[str]]


class NoFile(NotFound):
    """There is no such file."""


class NoSheet(Refused):
    """This file is no table of text. Save it as CSV and try again."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose shape is known. `begins` is the number of the line before its first row.

    `titles` are what is above the header: comments, the title of a list.
    """

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    begins: int
    titles: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """The shape of the file, for a person."""
        encoding = ENCODINGS[self.encoding]
        if self.delimiter == LINES:
            return f"{encoding}, one address a line"
        return f"{encoding}, {DELIMITERS[self.delimiter]}, {len(self.header)} columns"


def open_sheet(path: Path) -> Sheet:
    """Find a file's shape by its first 64 KB. Raises NoFile or NoSheet."""
    sample = _read_sample(path)
    encoding = find_encoding(sample)
    lines = next(read_blocks(path, encoding, SAMPLE_BYTES), [])
    begins = _first_line(lines, 0)
    delimiter = _named_delimiter(lines[begins])
    if delimiter:
        begins = _first_line(lines, begins + 1)
    first = begins + find_header([_cuts(line, delimiter) for line in _shown(lines, begins)])
    if not delimiter:
        delimiter = _guess_delimiter(_shown(lines, first))
    header = _read_header(lines[first : first + 1], delimiter)
    titles = tuple(one_line(line) for line in lines[:first] if _says_something(line))
    if any(map(holds_address, header)):
        # A bare list: its first line is one of the rows.
        return Sheet(path, encoding, delimiter, _name_columns(header), first, titles)
    return Sheet(path, encoding, delimiter, tuple(map(one_line, header)), first + 1, titles)


def _shown(lines: Sequence[str], begins: int) -> Sequence[str]:
    return [line[:SAMPLE_CHARS] for line in lines[begins : begins + SAMPLE_LINES]]


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not _named_delimiter(line)


def _cuts(line: str, delimiter: str) -> Cuts:
    """The cells of a line: by its delimiter, or by each that it may have."""
    return [next(csv.reader([line], delimiter=mark), []) for mark in delimiter or DELIMITERS]


def find_header(lines: Sequence[Cuts]) -> int:
    """Return which of the first lines is the header, or a first row without one.

    Each line is given as the ways in which it can be cut into cells. Above the header there may be
    comments, or the title of the list: a line with a single cell, where others have more.
    """
    for n, cuts in enumerate(lines):
        if any(holds_address(cell) for cells in cuts for cell in cells):
            break
        if any(COLUMNS.get(fold(cell)) == "address" for cells in cuts for cell in cells):
            return n
    widest = max((_width(cuts) for cuts in lines), default=0)
    for n, cuts in enumerate(lines):
        is_title = _width(cuts) < min(widest, 2) and not any(map(holds_address, cuts[0]))
        if not is_title:
            return n
    return 0


def _width(cuts: Cuts) -> int:
    """How many cells of a line have something in them."""
    return max((sum(1 for cell in cells if cell.strip()) for cells in cuts), default=0)


def _read_sample(path: Path) -> bytes:
    if not path.is_file():
        raise NoFile(f"{NoFile.__doc__} ({path})")
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    if sample.startswith(OTHER_FORMATS):
        raise NoSheet
    return sample


def _first_line(lines: Sequence[str], begins: int) -> int:
    """The number of the first line that is not blank and no comment. Raises NoSheet."""
    for n, line in enumerate(lines[begins:], begins):
        if line.strip() and not COMMENT.fullmatch(line):
            return n
    raise NoSheet


def _named_delimiter(line: str) -> str:
    """The delimiter that a line `sep=;` of Excel names; "" for another line."""
    if line[:4].lower() == "sep=" and line[4:5] in DELIMITERS:
        return line[4]
    return ""


def _is_plain_list(lines: Sequence[str]) -> bool:
    """True if each line is one address, with a name beside it or without."""
    shown = [line for line in lines if line.strip() and not COMMENT.fullmatch(line)]
    return any(map(is_mailbox_line, shown)) and all(map(holds_address, shown))


def _guess_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts most lines into as many cells as the first."""
    if _is_plain_list(lines):
        return LINES  # `Low, Ada <ada@x.example>`: a delimiter here is one of a name
    # A file of one column has none: then the first is as good as any.
    return max(DELIMITERS, key=partial(_fitness, lines))


def _fitness(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How many lines have as many cells as the first, and how many that are."""
    widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
    if not widths or widths[0] == 1:
        return 0, 0
    return widths.count(widths[0]), widths[0]


def _read_header(lines: Sequence[str], delimiter: str) -> list[str]:
    cells = next(csv.reader(lines, delimiter=delimiter), [])
    if not cells or len(cells) > MOST_COLUMNS:
        raise NoSheet
    return cells


def _name_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """Names for the columns of a file that has none; the first with an address is `address`."""
    names = [f"column {n + 1}" for n in range(len(cells))]
    first = next(n for n, cell in enumerate(cells) if holds_address(cell))
    names[first] = "address"
    return tuple(names)
