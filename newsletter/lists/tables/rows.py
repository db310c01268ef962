"""The rows of a table of text, at the speed of the standard library's csv.

A row that cannot be read costs itself only: an open quotation mark does not swallow the rows after
it. Several processes may read a file at once, a share each.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from newsletter.lists.tables.lines import MOST_CHARS, read_blocks
from newsletter.lists.tables.shapes import Sheet
from subscribers.addresses import PLAIN

MOST_LINES = 100  # that one row may span: a note of a person, not the rest of the file
BLOCK_BYTES = 1 << 19  # at a time: a file is larger than memory
FIRST_ROWS = 50  # by which columns are shown
# Stands after the last line: a row that has it swallowed it, so its quotation mark is open.
END = "\x1e"
UNCLOSED = "A quotation mark opens in this row and does not close."
TOO_LONG = f"The row is longer than {MOST_CHARS // 1024} KB."

# The number of a row's first line in the file, its cells, and why it cannot be read, or "".
RawRow = tuple[int, list[str], str]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a file, for one of several that read it at once: every `of`-th block, from n on."""

    n: int = 0
    of: int = 1

    def has(self, block: int) -> bool:
        """True if this block is one of ours."""
        return block % self.of == self.n


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

    def _group(
        self,
        n: int,
        end: int,
    ) -> list[RawRow] | None:
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

    def _is_one_row(
        self,
        cells: Sequence[str],
        inner: Sequence[str],
    ) -> bool:
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
