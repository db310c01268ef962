"""Runs: the people of a file, or of a share of it, sorted in files that have no name.

An index that is filled in its own order touches each of its pages once; in the order of a file it
would touch them all for every batch. So a file is read to its end before anybody is stored. Its
people are sorted, some at a time, into runs on disk: a list may be larger than memory. The runs
have no name, so a process that is killed leaves nobody's address behind.

A program, too: `python -m newsletter.lists.runs` reads a share of a file for another process, and
hands it the open files. It knows no database, which saves half its memory.
"""

import csv
import json
import os
import pickle
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

from newsletter.lists.columns import Columns
from newsletter.lists.meaning.asking import begin_survey
from newsletter.lists.meaning.survey import Survey, read_survey
from newsletter.lists.people import PersonLine, Rejection, row_reader
from newsletter.lists.tables.rows import Share, read_rows
from newsletter.lists.tables.shapes import Sheet
from subscribers.formulas import write_cell

RUN_LINES = 50_000  # that are sorted in memory
REPORT_ROWS = 25_000  # from one report of progress to the next

OnRows = Callable[[int], None]  # how many rows are read


@dataclass(frozen=True, slots=True)
class ReadingTask:
    """A share of a file that is to be read, where its columns go, and the order of its dates."""

    sheet: Sheet
    columns: Columns
    now: datetime
    share: Share
    orders: Mapping[int, str] = field(default_factory=dict)

    def begin_survey(self) -> Survey:
        """Return a survey of which only what is above the header is read."""
        return begin_survey(self.columns, self.sheet.titles)


@dataclass(frozen=True, slots=True)
class SortedShare:
    """What a share of a file gave: people in runs, and rejected rows as CSV (line, reason, cells).

    All files are open, and each is at its beginning. `survey` has what its columns hold.
    """

    read: int
    rejected: int
    survey: Survey
    rejections: IO[str]
    runs: Sequence[IO[str]]

    def close(self) -> None:
        """Close the files, which ends them."""
        for file in (self.rejections, *self.runs):
            file.close()


def read_share(task: ReadingTask, on_rows: OnRows = lambda _: None) -> SortedShare:
    """Read a share of a file, sort its people, and list what is rejected."""
    survey = task.begin_survey()
    read_row = row_reader(task.columns, task.now, task.orders, survey)
    rejections = _nameless_file()
    reject = csv.writer(rejections).writerow
    runs: list[IO[str]] = []
    lines: list[PersonLine] = []
    read = rejected = 0
    # This loop runs a million times in some seconds: its parts are not functions of their own.
    for row in read_rows(task.sheet, task.columns.address, task.share):
        person = read_row(*row)
        if person is None:
            continue
        read += 1
        if read % REPORT_ROWS == 0:
            on_rows(read)
        if isinstance(person, Rejection):
            rejected += 1
            reject(_cells_of(person))
            continue
        lines.append(person)
        if len(lines) == RUN_LINES:
            runs.append(_sorted_run(lines))
            lines.clear()
    runs.append(_sorted_run(lines))
    survey.look()
    rejections.seek(0)
    return SortedShare(read, rejected, survey, rejections, runs)


def _cells_of(rejection: Rejection) -> tuple[int | str, ...]:
    texts = (rejection.reason, *rejection.cells)
    return rejection.line, *map(write_cell, texts)


def _sorted_run(lines: list[PersonLine]) -> IO[str]:
    lines.sort()
    run = _nameless_file()
    run.writelines(lines)
    run.seek(0)
    return run


def _nameless_file() -> IO[str]:
    return TemporaryFile("w+", encoding="utf-8", newline="\n")


def open_share(counts: bytes, descriptors: Sequence[int]) -> SortedShare:
    """Return a share that another process of this program sent (`_send`)."""
    read, rejected = map(int, counts.split())
    surveyed, rejections, *runs = map(open_nameless, descriptors)
    with surveyed:
        survey = read_survey(json.load(surveyed))
    return SortedShare(read, rejected, survey, rejections, runs)


def open_nameless(descriptor: int) -> IO[str]:
    """Open a file that another process of this program handed over."""
    return os.fdopen(descriptor, encoding="utf-8", newline="\n")


def main() -> None:
    """Do the task that another process sends through the socket that is our input.

    It is answered with how many rows were read and rejected, and with all files (SCM_RIGHTS).
    """
    with socket.socket(fileno=0) as other, other.makefile("rb") as sent:
        share = read_share(pickle.load(sent))  # noqa: S301  # from the process that started us
        _send(other, share)


def _send(other: socket.socket, share: SortedShare) -> None:
    counts = f"{share.read} {share.rejected}"
    with _nameless_file() as survey, suppress(BrokenPipeError):  # it is gone, and so are the files
        json.dump(share.survey.written(), survey)
        survey.seek(0)
        files = [file.fileno() for file in (survey, share.rejections, *share.runs)]
        socket.send_fds(other, [counts.encode()], files)


if __name__ == "__main__":
    main()
