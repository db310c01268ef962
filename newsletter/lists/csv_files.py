"""Files of rows, whatever program wrote them: encoding, delimiter and header are found here.

Comma, semicolon, tabulator or bar; Excel's line `sep=;`; a bare list without a header. A row that
cannot be read costs itself only: an open quotation mark does not swallow the rows after it.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from newsletter.errors import NotFound, Refused
from newsletter.lists.csv_lines import MOST_CHARS, find_encoding, read_blocks
from newsletter.lists.meaning.mailboxes import holds_address, is_mailbox_line
from newsletter.text import one_line
from subscribers.addresses import PLAIN

MOST_LINES = 100  # that one row may span: a note of a person, not the rest of the file
MOST_COLUMNS = 400  # a file with more is no list of people
BLOCK_BYTES = 1 << 19  # at a time: a file is larger than memory
SAMPLE_BYTES = 1 << 16
SAMPLE_LINES = 20
SAMPLE_CHARS = 4096  # of each line
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabulators", "|": "bars"}
LINES = "\x1f"  # the delimiter of a list with one address a line: none of them has it
OTHER_FORMATS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")  # xlsx and ods, xls, PDF
FIRST_ROWS = 50  # by which columns are shown
# A line of `#` and words, above the header of some exports. `#;E-Mail` is a header.
COMMENT = re.compile(r"\s*+#++(?:\s*+[^\W\d_][^,;|\t]*+)?+")
# Stands after the last line: a row that has it swallowed it, so its quotation mark is open.
END = "\x1e"
UNCLOSED = "A quotation mark opens in this row and does not close."
TOO_LONG = f"The row is longer than {MOST_CHARS // 1024} KB."
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}

# The number of a row's first line in the file, its cells, and why it cannot be read, or "".
RawRow = tuple[int, list[str], str]


class NoFile(NotFound):
    """There is no such file."""


class NoSheet(Refused):
    """This file is no table of text. Save it as CSV and try again."""


class TitledSheet(NoSheet):
    """The first line is a title, and the names of the columns are below it. Take the title out."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a file, for one of several that read it at once: every `of`-th block, from n on."""

    n: int = 0
    of: int = 1

    def has(self, block: int) -> bool:
        """True if this block is one of ours."""
        return block % self.of == self.n


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose shape is known. `begins` is the number of the line before its first row."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    begins: int

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
    begins = _first_line(lines)
    delimiter = _named_delimiter(lines[begins])
    if delimiter:
        begins += 1
    elif _is_plain_list(lines[begins : begins + SAMPLE_LINES]):
        # `Low, Ada <ada@x.example>`: a delimiter here is one of a name.
        delimiter = LINES
    else:
        delimiter = _guess_delimiter(lines[begins : begins + SAMPLE_LINES])
    header = _read_header(lines[begins : begins + 1], delimiter)
    if _is_title(header):
        raise TitledSheet(f"{TitledSheet.__doc__} It is: {one_line(header[0])}")
    if any(map(holds_address, header)):
        # A bare list: its first line is one of the rows.
        return Sheet(path, encoding, delimiter, _name_columns(header), begins)
    return Sheet(path, encoding, delimiter, tuple(map(one_line, header)), begins + 1)


def _read_sample(path: Path) -> bytes:
    if not path.is_file():
        raise NoFile(f"{NoFile.__doc__} ({path})")
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    if sample.startswith(OTHER_FORMATS):
        raise NoSheet
    return sample


def _first_line(lines: Sequence[str]) -> int:
    """The number of the first line that is not blank and no comment. Raises NoSheet."""
    for n, line in enumerate(lines):
        if line.strip() and not COMMENT.fullmatch(line):
            return n
    raise NoSheet


def _is_title(header: Sequence[str]) -> bool:
    """True for `My list,,`: with it as the header nobody would see what the columns are."""
    filled = list(filter(str.strip, header))
    return len(header) > 2 and len(filled) == 1 and "@" not in filled[0]


def _named_delimiter(line: str) -> str:
    """The delimiter that a line `sep=;` of Excel names; "" for another line."""
    if line[:4].lower() == "sep=" and line[4:5] in DELIMITERS:
        return line[4]
    return ""


def _is_plain_list(lines: Sequence[str]) -> bool:
    """True if each line is one address, with a name beside it or without."""
    shown = [line[:SAMPLE_CHARS] for line in lines if line.strip() and not COMMENT.fullmatch(line)]
    return any(map(is_mailbox_line, shown)) and all(map(holds_address, shown))


def _guess_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts most lines into as many cells as the first."""
    starts = [line[:SAMPLE_CHARS] for line in lines]
    # A file of one column has none: then the first is as good as any.
    return max(DELIMITERS, key=partial(_fitness, starts))


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


def first_rows(sheet: Sheet) -> Sequence[Sequence[str]]:
    """Return the cells of the first rows."""
    return [cells for _, cells, _ in islice(read_rows(sheet, 0), FIRST_ROWS)]


def read_rows(
    sheet: Sheet,
    at: int,
    share: Share = Share(),
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[RawRow]:
    """Yield the rows below the header, or a share of them.

    `at` is the column of addresses, by which a row is known that a quotation mark swallowed.
    """
    rows = _Rows(sheet, at)
    number = 0
    for number, block in enumerate(read_blocks(sheet.path, sheet.encoding, block_bytes)):
        rows.add(block)
        # Who reads every second block finds out, too, which lines the block before leaves over
        # for a row that goes on in this one. So no word passes between those who share a file.
        if share.has(number):
            yield from rows.read(is_last=False)
        else:
            rows.skip()
    if share.has(number):
        yield from rows.read(is_last=True)


@dataclass(slots=True)
class _Rows:
    """The rows of some lines; line n of them is line `base` + n + 1 of the file.

    A line is doubtful if csv must not be given it in a row with others: it is too long, or it has
    an odd number of quotation marks. The lines between two doubtful ones are read at C's speed.
    """

    sheet: Sheet
    at: int
    lines: list[str] = field(default_factory=list)
    base: int = 0
    done: int = 0  # lines whose rows were read

    @property
    def delimiter(self) -> str:
        return self.sheet.delimiter

    def add(self, block: list[str]) -> None:
        """Go on with the lines that were left over, and these."""
        self.lines = self.lines[self.done :] + block
        self.base += self.done
        header = max(0, self.sheet.begins - self.base)
        self.done = min(header, len(self.lines))

    def read(self, *, is_last: bool) -> Iterator[RawRow]:
        """Yield the rows, but one that may go on in the next block."""
        for n in self._doubtful():
            if n < self.done:  # a row that began before has this line
                continue
            yield from self._plain(n)
            end = self._closing(n)
            if end is None and not is_last and self._may_go_on(n):
                return  # its mark may close in the next block
            group = None if end is None else self._group(n, end)
            if end is None or group is None:
                # A mark that never closes, or that the mark of another broken row would close.
                yield self._alone(n)
                self.done = n + 1
            else:
                yield from group
                self.done = end + 1
        yield from self._plain(len(self.lines))

    def skip(self) -> None:
        """Leave over what `read` would leave over, without the rows: they are another's."""
        if any(map(_is_doubtful, self.lines[-MOST_LINES:])):
            for _ in self.read(is_last=False):
                pass
        else:
            self.done = len(self.lines)

    def _doubtful(self) -> Sequence[int]:
        if self._is_plain():
            return ()  # nearly all blocks, and much faster
        return [n for n, line in enumerate(self.lines) if _is_doubtful(line)]

    def _is_plain(self) -> bool:
        has_quotes = any('"' in line for line in self.lines)
        return not has_quotes and max(map(len, self.lines), default=0) <= MOST_CHARS

    def _may_go_on(self, n: int) -> bool:
        return len(self.lines) - n < MOST_LINES and len(self.lines[n]) <= MOST_CHARS

    def _plain(self, end: int) -> Iterator[RawRow]:
        """The rows of the lines before `end`; none of them is doubtful, so each has one line."""
        while self.done < end:
            number = self.base + self.done
            taken = 0
            reader = csv.reader(self.lines[self.done : end], delimiter=self.delimiter)
            for cells in reader:
                taken += 1
                if reader.line_num != taken:
                    # A row went on though the marks of its line are pairs: `a,"b"c"d""`.
                    taken -= 1
                    break
                if cells:  # no blank line
                    yield number + taken, cells, ""
            self.done += taken
            if self.done < end:
                yield self._alone(self.done)
                self.done += 1

    def _closing(self, n: int) -> int | None:
        """The line where the quotation mark of line n closes, if it does so soon."""
        chars = len(self.lines[n])
        # Lines with marks in pairs neither open nor close a cell.
        for end in range(n + 1, min(n + MOST_LINES, len(self.lines))):
            chars += len(self.lines[end])
            if chars > MOST_CHARS:
                return None
            if self.lines[end].count('"') % 2:
                return end
        return None

    def _group(self, n: int, end: int) -> list[RawRow] | None:
        """The rows of lines n to `end`; None if they make no sense together."""
        lines = [line + "\n" for line in self.lines[n : end + 1]]
        reader = csv.reader([*lines, END], delimiter=self.delimiter)
        found: list[RawRow] = []
        before = 0
        for cells in reader:
            if reader.line_num > len(lines):
                # Read with the mark behind the lines: alone, or swallowed by the last row.
                return found if cells == [END] else None
            # Two broken rows look like one row with good rows inside a cell.
            inner = self.lines[n + before + 1 : n + reader.line_num]
            if inner and not self._is_one_row(cells, inner):
                return None
            if cells:
                found.append((self.base + n + before + 1, cells, ""))
            before = reader.line_num
        return None

    def _is_one_row(self, cells: Sequence[str], inner: Sequence[str]) -> bool:
        """True if lines after a row's first are inside one of its cells, not rows of their own."""
        if len(cells) != len(self.sheet.header):
            return False
        return not any(map(self._has_address, inner))

    def _has_address(self, line: str) -> bool:
        cells = line.split(self.delimiter)
        return len(cells) > self.at and _is_address(cells[self.at].strip(' "'))

    def _alone(self, n: int) -> RawRow:
        line = self.lines[n]
        number = self.base + n + 1
        if len(line) > MOST_CHARS:
            # Enough to find it by: csv itself refuses cells of more than 128 KB.
            return number, [line[:200]], TOO_LONG
        reader = csv.reader([line + "\n", END], delimiter=self.delimiter)
        cells = next(reader)
        return number, cells, UNCLOSED if reader.line_num == 2 else ""


def _is_address(cell: str) -> bool:
    return PLAIN.match(cell.strip()) is not None


def _is_doubtful(line: str) -> bool:
    return line.count('"') % 2 == 1 or len(line) > MOST_CHARS
