"""Workbooks of Excel (ECMA-376): the sheet with the addresses becomes a table of text.

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
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from newsletter.errors import Refused
from newsletter.lists.csv_files import MOST_COLUMNS, NoFile, NoSheet
from newsletter.lists.meaning.mailboxes import holds_address

MAGIC = b"PK\x03\x04"  # of every ZIP
MOST_UNPACKED_BYTES = 600 * 1024 * 1024  # a million rows with ten columns
MOST_PARTS = 2000
MOST_MEMORY_BYTES = 2 << 30
MOST_CPU_S = 240  # a million rows take a minute or two
MOST_S = 2 * MOST_CPU_S
LOOK_ROWS = 200  # of each sheet, to see which has addresses
HEAD_BYTES = 4096
DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be"))
REFUSED = 3  # our exit code for a file that is no workbook


class NoWorkbook(NoSheet):
    """This file is no workbook that can be read. Save it as CSV and try again."""


class LargeWorkbook(Refused):
    """This workbook is too large when it is unpacked. Save its sheet as CSV and try again."""


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """The sheet that was read, and others that have addresses too."""

    title: str
    others: Sequence[str] = ()


def is_workbook(path: Path) -> bool:
    """True if a file may be a workbook, by its first bytes. Raises NoFile."""
    if not path.is_file():
        raise NoFile(f"{NoFile.__doc__} ({path})")
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


@contextmanager
def readable(path: Path) -> Iterator[tuple[Path, ReadSheet | None]]:
    """Give a table of text for a file: itself, or what its workbook holds, until the block ends.

    Raises NoFile, NoWorkbook or LargeWorkbook.
    """
    if not is_workbook(path):
        yield path, None
        return
    with TemporaryDirectory() as folder:
        table = Path(folder, "table.csv")
        yield table, convert_workbook(path, table)


def convert_workbook(path: Path, table: Path) -> ReadSheet:
    """Write the sheet with the most addresses as CSV. Raises NoWorkbook or LargeWorkbook."""
    _refuse_bombs(path)
    command = [sys.executable, "-m", "newsletter.lists.meaning.workbooks", str(path), str(table)]
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
    return ReadSheet(values["title"], tuple(values["others"]))


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


def _write_best_sheet(path: Path, table: Path) -> ReadSheet:
    # Here, not above: nobody else needs it, and it takes a while to load.
    from openpyxl import load_workbook

    with path.open("rb") as packed:  # by its name, openpyxl would want another ending
        book = load_workbook(packed, read_only=True, data_only=True, keep_links=False)
        # Shown sheets first: of two with as many addresses the first counts.
        sheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
        counts = [_count_addresses(sheet) for sheet in sheets]
        best = counts.index(max(counts))
        _write_sheet(sheets[best], table)
    others = [sheet.title for n, sheet in enumerate(sheets) if counts[n] and n != best]
    return ReadSheet(sheets[best].title, others)


def _write_sheet(sheet: Any, table: Path) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in _rows(sheet):
            if any(row):
                writer.writerow(row)


def _count_addresses(sheet: Any) -> int:
    return sum(any(map(holds_address, row)) for row in _rows(sheet, LOOK_ROWS))


def _rows(sheet: Any, most: int | None = None) -> Iterator[list[str]]:
    # Programs write wrong sizes of sheets; a cell may be far to the right of all others.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True):
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


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
    """Convert a workbook, and print which of its sheets that was."""
    _limit_ourselves()
    try:
        read = _write_best_sheet(Path(path), Path(table))
    except MemoryError:
        raise
    except Exception:  # whatever a broken workbook makes of openpyxl
        sys.exit(REFUSED)
    print(json.dumps({"title": read.title, "others": list(read.others)}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
