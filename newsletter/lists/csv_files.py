"""Sheets: files of rows, whatever program wrote them. The encoding, the delimiter and the header are found here.

Comma, semicolon, tabulator or bar; UTF-8 with or without a mark, UTF-16, else Windows-1252, and line by line where a file mixes
them; Excel's line `sep=;`; a bare list without a header. A row that cannot be read costs itself only: a quotation mark that never
closes does not swallow the rows after it.
"""

import codecs
import csv
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import NotFound, Refused
from subscribers.addresses import PLAIN

MOST_CHARS = 128 * 1024  # of one row
MOST_LINES = 100  # that one row may span
MOST_COLUMNS = 400
BLOCK = 1 << 19
SAMPLE = 1 << 16
DELIMITERS = ",;\t|"
END = "\x1e"  # stands after the last line: whoever swallows it has a quotation mark open
UNCLOSED = "A quotation mark opens in this row and does not close."
TOO_LONG = f"The row is longer than {MOST_CHARS // 1024} KB."
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}

Line = tuple[
    int, list[str], str
]  # the number of its first line in the file, its cells, and why it cannot be read, if so


class NoFile(NotFound):
    """There is no such file."""


class NoSheet(Refused):
    """This file is no table of text. Save it as CSV and try again."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a file, for one of several that read it at once: every `of`-th block, from block n on."""

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
        """What was found, for a person."""
        delimiter = {",": "commas", ";": "semicolons", "\t": "tabulators", "|": "bars"}[
            self.delimiter
        ]
        return f"{NAMES[self.encoding]}, {delimiter}, {len(self.header)} columns"


def open_sheet(path: Path) -> Sheet:
    """Find a file's shape by its first 64 KB. Raises NoFile or NoSheet."""
    if not path.is_file():
        raise NoFile(f"{NoFile.__doc__} ({path})")
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    encoding = _encoding(sample)
    lines = next(_blocks(path, encoding, SAMPLE), [])
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    if first == len(lines) or sample.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise NoSheet
    delimiter = ""
    if lines[first][:4].lower() == "sep=" and lines[first][4:5] in tuple(DELIMITERS):
        delimiter, first = lines[first][4], first + 1
    delimiter = delimiter or _delimiter(lines[first : first + 20])
    header = (
        next(csv.reader(lines[first : first + 1], delimiter=delimiter), [])
        if max(map(len, lines[first:]), default=0)
        else []
    )
    if not header or len(header) > MOST_COLUMNS:
        raise NoSheet
    if any(
        PLAIN.match(cell.strip()) for cell in header
    ):  # no header: the first row is one of the rows
        return Sheet(path, encoding, delimiter, _columns(header), first)
    return Sheet(
        path, encoding, delimiter, tuple(" ".join(cell.split()) for cell in header), first + 1
    )


def read_rows(
    sheet: Sheet, at: int, share: Share = Share(), block_bytes: int = BLOCK
) -> Iterator[Line]:
    """Yield the rows below the header, or a share of them.

    `at` is the column of addresses, by which a row is known that a quotation mark swallowed.
    """
    base = number = 0
    rest: list[str] = []
    for number, block in enumerate(_blocks(sheet.path, sheet.encoding, block_bytes)):
        lines = rest + block
        if base < sheet.begins:
            skipped = min(sheet.begins - base, len(lines))
            base, lines = base + skipped, lines[skipped:]
        here = _Rows(sheet, at, lines, base)
        if share.has(number):
            rest = yield from here.read(final=False)
        else:
            rest = here.rest()
        base += len(lines) - len(rest)
    if share.has(number):
        yield from _Rows(sheet, at, rest, base).read(final=True)


@dataclass(slots=True)
class _Rows:
    """The rows of some lines; line n of them is line `base` + n + 1 of the file."""

    sheet: Sheet
    at: int
    lines: list[str]
    base: int

    def read(self, *, final: bool) -> Generator[Line, None, list[str]]:
        """Yield rows; returns the lines of a row that may go on in the next block."""
        lines, done = self.lines, 0
        for n in self._doubtful():
            if n < done:
                continue
            yield from self._plain(done, n)
            end = self._closing(n)
            if (
                end is None
                and not final
                and len(lines) - n < MOST_LINES
                and len(lines[n]) <= MOST_CHARS
            ):
                return lines[n:]
            group = self._group(n, end) if end is not None else None
            if group is None:
                yield self._alone(n)
                done = n + 1
            else:
                yield from group
                done = (end or n) + 1
        yield from self._plain(done, len(lines))
        return []

    def rest(self) -> list[str]:
        """What `read` would return, without the rows: they are another's."""
        if not any(
            line.count('"') % 2 or len(line) > MOST_CHARS for line in self.lines[-MOST_LINES:]
        ):
            return []
        reading = self.read(final=False)
        while True:
            try:
                next(reading)
            except StopIteration as end:
                return list(end.value)

    def _doubtful(self) -> Sequence[int]:
        """The lines that csv must not be given in a row with others: too long, or with a quotation mark left over."""
        if (
            not any('"' in line for line in self.lines)
            and max(map(len, self.lines), default=0) <= MOST_CHARS
        ):
            return ()
        return [
            n for n, line in enumerate(self.lines) if line.count('"') % 2 or len(line) > MOST_CHARS
        ]

    def _plain(self, start: int, end: int) -> Iterator[Line]:
        while start < end:
            reader, taken = csv.reader(self.lines[start:end], delimiter=self.sheet.delimiter), 0
            number = self.base + start
            for cells in reader:
                taken += 1
                if (
                    reader.line_num != taken
                ):  # it went on over a line that had its quotation marks in pairs
                    taken -= 1
                    yield self._alone(start + taken)
                    break
                if cells:
                    yield number + taken, cells, ""
            else:
                return
            start += taken + 1

    def _closing(self, n: int) -> int | None:
        """The line where the quotation mark of line n closes, if it does so soon."""
        chars = len(self.lines[n])
        for end in range(n + 1, min(n + MOST_LINES, len(self.lines))):
            chars += len(self.lines[end])
            if chars > MOST_CHARS:
                return None
            if self.lines[end].count('"') % 2:
                return end
        return None

    def _group(self, n: int, end: int) -> list[Line] | None:
        """The rows of lines n to `end`, or nothing if they make no sense together: then line n is read alone."""
        reader = csv.reader(
            [line + "\n" for line in self.lines[n : end + 1]] + [END],
            delimiter=self.sheet.delimiter,
        )
        found: list[Line] = []
        before = 0
        for cells in reader:
            if reader.line_num > end - n + 1:
                return found if cells == [END] else None
            inner = self.lines[n + before + 1 : n + reader.line_num]
            if inner and (
                len(cells) != len(self.sheet.header) or any(self._is_a_row(line) for line in inner)
            ):
                return None
            if cells:
                found.append((self.base + n + before + 1, cells, ""))
            before = reader.line_num
        return None

    def _is_a_row(self, line: str) -> bool:
        cells = line.split(self.sheet.delimiter)
        return len(cells) > self.at and PLAIN.match(cells[self.at].strip(' "')) is not None

    def _alone(self, n: int) -> Line:
        line, number = self.lines[n], self.base + n + 1
        if len(line) > MOST_CHARS:
            return number, [line[:200]], TOO_LONG
        reader = csv.reader([line + "\n", END], delimiter=self.sheet.delimiter)
        cells = next(reader)
        return number, cells, UNCLOSED if reader.line_num == 2 else ""


def _blocks(path: Path, encoding: str, size: int) -> Iterator[list[str]]:
    """Yield the lines of the file, some thousands at a time; of a line without end, its beginning."""
    rest, skipping = b"", False
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        while raw := file.read(size):
            if encoding.startswith("utf-16"):
                raw = decoder.decode(raw).encode("utf-8", "replace")
            raw = rest + raw
            cut = max(raw.rfind(b"\n"), raw.rfind(b"\r", 0, len(raw) - 1)) + 1
            if not cut:
                rest, skipping = raw[: 4 * MOST_CHARS + 4], skipping or len(raw) > 4 * MOST_CHARS
                continue
            rest = raw[cut:]
            yield _lines(raw[:cut])
    if rest:
        yield _lines(rest)


def _lines(raw: bytes) -> list[str]:
    text = _decoded(raw.removeprefix(codecs.BOM_UTF8))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n").split("\n")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(map(_decoded_line, raw.splitlines(keepends=True)))


def _decoded_line(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _encoding(sample: bytes) -> str:
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding
    half = len(sample) // 2 or 1
    if sample[1::2].count(0) > half * 0.7:
        return "utf-16-le"
    if sample[::2].count(0) > half * 0.7:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(lines: Sequence[str]) -> str:
    """The one that cuts most lines into as many cells as the first."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = [
            len(cells) for cells in csv.reader([line[:4096] for line in lines], delimiter=delimiter)
        ]
        return (widths.count(widths[0]), widths[0]) if widths and widths[0] > 1 else (0, 0)

    return max(DELIMITERS, key=score)


def _columns(cells: Sequence[str]) -> tuple[str, ...]:
    """Names for the columns of a file that has none."""
    at = next(n for n, cell in enumerate(cells) if PLAIN.match(cell.strip()))
    return tuple("address" if n == at else f"column {n + 1}" for n in range(len(cells)))
