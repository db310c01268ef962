"""Staging: the people of a file in the order of their mailboxes, before any of them is stored.

A large file is read by two processes, every other block each: reading takes half of the time that
storing takes, and nothing can be stored before all is read. The other process ends with its share.
"""

import csv
import heapq
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from newsletter.errors import Unavailable
from newsletter.host.private import open_private
from newsletter.lists.columns import Columns
from newsletter.lists.meaning.asking import begin_survey, everybody_of, refuse_unclear
from newsletter.lists.meaning.dates import orders_of
from newsletter.lists.meaning.survey import Survey
from newsletter.lists.people import PersonLine, row_reader
from newsletter.lists.presets import EVERYBODY_HEAD, REJECTED_HEADS
from newsletter.lists.runs import OnRows, ReadingTask, SortedShare, open_share, read_share
from newsletter.lists.tables.rows import Share, read_rows
from newsletter.lists.tables.shapes import Sheet
from subscribers.formulas import write_cell

LARGE_BYTES = 4 << 20  # from here on it is worth starting a process
HUGE_BYTES = 1 << 30  # from here on its runs may be more than one message hands over
MOST_FILES = 253  # of one message (Linux: SCM_MAX_FD)
FIRST_ROWS = 1000  # by which the order of day and month is guessed before all rows are read


class HelperLost(Unavailable):
    """The process that reads the file with this one ended.
    Begin the same import again: it goes on where it was."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file that was read: its rows, how many of them are rejected, and its people."""

    read: int
    rejected: int
    survey: Survey
    people: Iterator[PersonLine]  # sorted; each line with its end


@contextmanager
def staged(
    sheet: Sheet,
    columns: Columns,
    now: datetime,
    rejected_path: Path | None,
    on_rows: OnRows = lambda _: None,
) -> Iterator[StagedFile]:
    """Read a file to its end. Its people can be read until the block ends.

    Rejected rows are written to `rejected_path`, if there are any. Raises HelperLost, or Unclear
    if the file may say of people that they left, and nobody said how it says so.
    """
    task = ReadingTask(sheet, columns, now, Share(), _likely_orders(sheet, columns, now))
    with ExitStack() as files:
        shares = _enter_shares(files, task, on_rows)
        survey = _merge_surveys(task, shares)
        orders = orders_of(survey.dates, columns.answers.dates)
        if _is_misread(survey, task.orders, orders):
            # The first rows have no 31/12 or 12/31 that told, and the last ones do.
            files.pop_all().close()
            shares = _enter_shares(files, replace(task, orders=orders), on_rows)
        refuse_unclear(columns, survey)
        staged_file = _merge(shares, survey)
        if rejected_path and staged_file.rejected:
            _write_rejected(rejected_path, columns, everybody_of(columns, survey), shares)
        yield staged_file


def _likely_orders(sheet: Sheet, columns: Columns, now: datetime) -> Mapping[int, str]:
    """The order of day and month in each column of times, as the first rows have it."""
    survey = begin_survey(columns)
    if survey.dates:
        read_row = row_reader(columns, now, {}, survey)
        for row in islice(read_rows(sheet, columns.address), FIRST_ROWS):
            read_row(*row)
    return orders_of(survey.dates, columns.answers.dates)


def _is_misread(survey: Survey, used: Mapping[int, str], orders: Mapping[int, str]) -> bool:
    """True if dates that may be either way round were not read as the whole column has them."""
    return any(
        notes.either and orders[place] != used.get(place, "")
        for place, notes in survey.dates.items()
    )


def _merge_surveys(task: ReadingTask, shares: Iterable[SortedShare]) -> Survey:
    survey = task.begin_survey()
    for share in shares:
        survey.merge(share.survey)
    return survey


def _enter_shares(files: ExitStack, task: ReadingTask, on_rows: OnRows) -> list[SortedShare]:
    shares: list[SortedShare] = []
    for share in _read_shares(task, on_rows):
        # At once: the files of the first are closed if reading the second breaks off.
        files.enter_context(closing(share))
        shares.append(share)
    return shares


def _read_shares(whole: ReadingTask, on_rows: OnRows) -> Iterator[SortedShare]:
    if not _is_worth_two(whole.sheet):
        yield read_share(whole, on_rows)
        return
    with _Helper(replace(whole, share=Share(1, 2))) as helper:
        # We cannot see how far the other is: about as far as we are.
        yield read_share(replace(whole, share=Share(0, 2)), lambda rows: on_rows(2 * rows))
        yield helper.wait()


def _is_worth_two(sheet: Sheet) -> bool:
    """True if two processes are to read a file."""
    is_large = LARGE_BYTES <= sheet.path.stat().st_size < HUGE_BYTES
    # With one processor, two processes would take turns and be slower.
    return is_large and len(os.sched_getaffinity(0)) > 1


def _merge(shares: Iterable[SortedShare], survey: Survey) -> StagedFile:
    read = 0
    rejected = 0
    runs: list[IO[str]] = []
    for share in shares:
        read += share.read
        rejected += share.rejected
        runs += share.runs
    return StagedFile(read, rejected, survey, iter(heapq.merge(*runs)))


class _Helper:
    """The other process, from its start to its end (lists/runs.py)."""

    def __init__(self, task: ReadingTask) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "newsletter.lists.runs"],
                stdin=theirs.fileno(),
                process_group=0,  # a terminal's ^C is for us alone: we end it
            )
        with suppress(ConnectionError):  # it ended at once: `wait` will see that
            self._socket.sendall(pickle.dumps(task))

    def __enter__(self) -> "_Helper":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._socket.close()

    def wait(self) -> SortedShare:
        """Return its share, once it is read. Raises HelperLost."""
        descriptors: list[int] = []
        with suppress(ConnectionError):
            counts, descriptors, _, _ = socket.recv_fds(self._socket, 64, MOST_FILES)
        if not descriptors:
            raise HelperLost
        return open_share(counts, descriptors)


def _write_rejected(
    path: Path,
    columns: Columns,
    everybody: str,
    shares: Iterable[SortedShare],
) -> None:
    """Write the rejected rows as a table that is asked the same questions when it comes again."""
    heads = [*REJECTED_HEADS, *map(write_cell, columns.names)]
    rows = [csv.reader(share.rejections) for share in shares]
    with open(path, "w", encoding="utf-8", newline="", opener=open_private) as file:
        writer = csv.writer(file)
        # The name of the file, or a person, may say what no row says: here a column of its own.
        writer.writerow([*heads[:2], *([EVERYBODY_HEAD] if everybody else []), *heads[2:]])
        for line, reason, *cells in heapq.merge(*rows, key=_line_of):
            writer.writerow([line, reason, *([everybody] if everybody else []), *cells])


def _line_of(row: Iterable[str]) -> int:
    return int(next(iter(row)))
