"""Workbooks of Excel (ECMA-376): all sheets with addresses become a table of text.

A program: a workbook is unpacked by a process of its own, which has an end to its time and memory.
Formulas are not computed: of each cell the value that was saved last is read.
"""

import csv
import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from newsletter.errors import Refused
from newsletter.lists.meaning.mailboxes import holds_address
from newsletter.lists.meaning.words import heading_meaning
from newsletter.lists.tables.shapes import MOST_COLUMNS, NoFile, NoSheet
from newsletter.lists.tables.sheets import LOOK_ROWS, Rows, since_1904, write_as_one

MAGIC = b"PK\x03\x04"  # of every ZIP
MOST_UNPACKED_BYTES = 600 * 1024 * 1024  # a million rows with ten columns
MOST_PARTS = 2000
MOST_MEMORY_BYTES = 2 << 30
MOST_CPU_S = 240  # a million rows take a minute or two
MOST_S = 2 * MOST_CPU_S
YEAR_OF_MAC = 1904  # in which the days of old workbooks begin
HEAD_BYTES = 4096
DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be"))
REFUSED = 3  # our exit code for a file that is no workbook


class NoWorkbook(NoSheet):
    """This file is no workbook that can be read. Save it as CSV and try again."""


class LargeWorkbook(Refused):
    """This workbook is too large when it is unpacked. Save its sheet as CSV and try again."""


class NamelessLeavers(NoSheet):
    """A sheet of this workbook may be of people who left, and has no addresses.
    Write them there, or take the sheet out."""


@dataclass(frozen=True, slots=True)
class ReadBook:
    """The sheets that were read, the largest first, and those that have no addresses."""

    titles: Sequence[str]
    others: Sequence[str] = ()

    def named(self, name: str) -> str:
        """The name of a list that came in a workbook of this name."""
        if len(self.titles) == 1:
            return f"{name}, sheet {self.titles[0]}"
        return f"{name}, {len(self.titles)} sheets"


def is_workbook(path: Path) -> bool:
    """True if a file may be a workbook, by its first bytes. Raises NoFile."""
    if not path.is_file():
        raise NoFile(f"{NoFile.__doc__} ({path})")
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


@contextmanager
def readable(path: Path) -> Iterator[tuple[Path, ReadBook | None]]:
    """Give a table of text for a file: itself, or what its workbook holds, until the block ends.

    Raises NoFile, NoSheet or LargeWorkbook.
    """
    if not is_workbook(path):
        yield path, None
        return
    with TemporaryDirectory() as folder:
        table = Path(folder, "table.csv")
        yield table, convert_workbook(path, table)


def convert_workbook(path: Path, table: Path) -> ReadBook:
    """Write all sheets with addresses as one CSV. Raises NoSheet or LargeWorkbook."""
    _refuse_bombs(path)
    command = [sys.executable, "-m", "newsletter.lists.tables.workbooks", str(path), str(table)]
    try:
        # Paths of our own making, and no shell.
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, timeout=MOST_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise LargeWorkbook from None
    if done.returncode == REFUSED:
        raise NoWorkbook
    if done.returncode != 0:  # it came to the end of its time or memory
        raise LargeWorkbook
    values = json.loads(done.stdout)
    _refuse_nameless(values["others"])
    return ReadBook(tuple(values["titles"]), tuple(values["others"]))


def _refuse_nameless(titles: Sequence[str]) -> None:
    for title in titles:
        if heading_meaning(title) not in ("", "vague", "active"):
            raise NamelessLeavers(f"{NamelessLeavers.__doc__} It is: {title}")


def _refuse_bombs(path: Path) -> None:
    """Raise what is wrong with a ZIP before any of it is unpacked.

    No more of a part is unpacked than the size that the ZIP declares for it.
    """
    try:
        with ZipFile(path) as packed:
            parts = packed.infolist()
            unpacked_bytes = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked_bytes > MOST_UNPACKED_BYTES:
                raise LargeWorkbook
            for part in parts:
                with packed.open(part) as file:
                    _refuse_doctype(file.read(HEAD_BYTES))
    # A part that is encrypted, or packed in a way that we do not know, is one of many errors.
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        raise NoWorkbook from None


def _refuse_doctype(head: bytes) -> None:
    # ECMA-376, part 2, 8.1.4: no part has a DTD. One that has would have entities that grow.
    if any(doctype in head for doctype in DOCTYPES):
        raise NoWorkbook


def _write_sheets(path: Path, table: Path) -> ReadBook:
    # Here, not above: nobody else needs it, and it takes a while to load.
    from openpyxl import load_workbook

    with path.open("rb") as packed:  # by its name, openpyxl would want another ending
        book = load_workbook(packed, read_only=True, data_only=True, keep_links=False)
        # Shown sheets first: of two with as many addresses the first counts.
        sheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
        counts = {sheet.title: _count_addresses(sheet) for sheet in sheets}
        sheets.sort(key=lambda sheet: -counts[sheet.title])
        held = [sheet for sheet in sheets if counts[sheet.title]] or sheets[:1]
        read = _rows_since_1904 if book.epoch.year == YEAR_OF_MAC else _rows
        _write_table([(sheet.title, partial(read, sheet)) for sheet in held], table)
        rest = [sheet for sheet in sheets if sheet not in held and _is_filled(sheet)]
    return ReadBook(_titles(held), _titles(rest))


def _titles(sheets: Sequence[Any]) -> Sequence[str]:
    return [sheet.title for sheet in sheets]


def _is_filled(sheet: Any) -> bool:
    return any(map(any, _rows(sheet)))


def _write_table(sheets: Sequence[tuple[str, Rows]], table: Path) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if len(sheets) > 1:
            write_as_one(sheets, writer)
        else:
            writer.writerows(filter(any, sheets[0][1]()))


def _count_addresses(sheet: Any) -> int:
    """How many of the first rows have an address; of all rows, whether one has."""
    found = map(_has_address, _rows(sheet))
    return sum(islice(found, LOOK_ROWS)) or int(any(found))


def _has_address(row: Sequence[str]) -> bool:
    return any(map(holds_address, row))


def _rows(sheet: Any) -> Iterator[list[str]]:
    # Programs write wrong sizes of sheets; a cell may be far to the right of all others.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _rows_since_1904(sheet: Any) -> Iterator[list[str]]:
    return since_1904(_rows(sheet))


def _text(value: object) -> str:
    """A cell as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _limit_ourselves() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))


def main(path: str, table: str) -> None:
    """Convert a workbook, and print which of its sheets that were."""
    _limit_ourselves()
    try:
        read = _write_sheets(Path(path), Path(table))
    except MemoryError:
        raise
    except Exception:  # whatever a broken workbook makes of openpyxl
        sys.exit(REFUSED)
    print(json.dumps({"titles": list(read.titles), "others": list(read.others)}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
