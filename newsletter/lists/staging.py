"""Staging: the people of a file in the order of their addresses, in runs on disk that are merged.

An index that is filled in its own order touches each of its pages once; in the order of a file it would touch them all for every slice.
A large file is read by two processes, every other block each. The other one (`python -m newsletter.lists.staging`) then merges the runs of
both, so that whoever stores the people has a processor to themselves. It knows no database.
"""

import csv
import heapq
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, BinaryIO, TextIO, cast

from newsletter.errors import Unavailable
from newsletter.lists.columns import Columns, check_columns
from newsletter.lists.csv_files import Share, Sheet, read_rows
from newsletter.lists.people import PersonLine, Rejection, taker
from subscribers.formulas import write_cell

RUN = 50_000  # lines that are sorted in memory
LARGE_BYTES = 4 << 20  # from here on it is worth starting a process
PART = 1 << 16  # bytes from the other process at a time
TOLD = 25_000  # rows from one word on progress to the next

OnRows = Callable[[int], None]  # how many rows are read


class HelperLost(Unavailable):
    """The process that reads the file with this one ended. Begin the same import again: it goes on where it was."""


@dataclass(frozen=True, slots=True)
class ReadingTask:
    """A file, how its columns are read, and the folder for what is made of it."""

    sheet: Sheet
    columns: Columns
    now: datetime
    folder: Path


class Staging:
    """A file being read. `read` and `rejected` count its rows, once the first of its people was given."""

    def __init__(
        self,
        sheet: Sheet,
        columns: Columns,
        now: datetime,
        rejected_path: Path | None,
        hears: OnRows = lambda _: None,
    ) -> None:
        self.sheet, self.columns, self.now, self.hears = sheet, columns, now, hears
        self.read = self.rejected = 0
        self.helper: Helper | None = None
        self._rejected_path = rejected_path
        self._closing = ExitStack()

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def in_order(self) -> Iterator[PersonLine]:
        """Yield who may come in; before the first, all rows are read, and those rejected are written to a file of their own.

        Raises HelperLost.
        """
        folder = Path(self._closing.enter_context(TemporaryDirectory(prefix="newsletter-import-")))
        work = ReadingTask(self.sheet, self.columns, self.now, folder)
        helped = self.sheet.path.stat().st_size >= LARGE_BYTES and len(os.sched_getaffinity(0)) > 1
        helper = self.helper = self._closing.enter_context(Helper(work)) if helped else None
        shares = 2 if helper else 1
        self._count(*stage(work, Share(0, shares), lambda read: self.hears(read * shares)))
        if helper:
            self._count(*helper.staged())
        self._list_rejected(folder)
        yield from helper.merged() if helper else (line[:-1] for line in merged(folder))

    def _count(self, read: int, rejected: int) -> None:
        self.read += read
        self.rejected += rejected

    def _list_rejected(self, folder: Path) -> None:
        if self._rejected_path is None or not self.rejected:
            return
        with ExitStack() as closing:
            parts = [
                csv.reader(closing.enter_context(_text(path))) for path in folder.glob("*.rejected")
            ]
            writer = csv.writer(closing.enter_context(_text(self._rejected_path, "w")))
            writer.writerow(("line", "value", "reason"))
            writer.writerows(heapq.merge(*parts, key=_line))


def stage(work: ReadingTask, share: Share, hears: OnRows = lambda _: None) -> tuple[int, int]:
    """Read a share of a file into sorted runs and a list of what is rejected, in its folder; how many rows that were, and rejected."""
    take, people = taker(work.columns, work.now), []
    read = rejected = runs = 0
    with _text(work.folder / f"{share.n}.rejected", "w") as file:
        writer = csv.writer(file)
        for row in read_rows(work.sheet, work.columns.address, share):
            found = take(*row)
            if found is None:
                continue
            read += 1
            if read % TOLD == 0:
                hears(read)
            if isinstance(found, Rejection):
                rejected += 1
                writer.writerow((found.line, write_cell(found.value), write_cell(found.reason)))
                continue
            people.append(found)
            if len(people) == RUN:
                _write_run(work.folder / f"{share.n}-{runs}.run", people)
                runs, people = runs + 1, []
    if people:
        _write_run(work.folder / f"{share.n}-{runs}.run", people)
    return read, rejected


def merged(folder: Path) -> Iterator[str]:
    """Yield the lines of all runs sorted by their characters, each with its line end. Their folder goes at once: what is open stays."""
    with ExitStack() as closing:
        runs = [closing.enter_context(_text(path)) for path in folder.glob("*.run")]
        shutil.rmtree(folder)
        yield from heapq.merge(*runs)


class Helper:
    """The other process, from its start to its end."""

    def __init__(self, work: ReadingTask) -> None:
        command = [sys.executable, "-m", "newsletter.lists.staging"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, process_group=0)  # noqa: S603  # our own, ended by us alone
        self._to, self._back = (
            cast(BinaryIO, self._process.stdin),
            cast(BufferedReader, self._process.stdout),
        )
        self._say(written(work))

    def __enter__(self) -> "Helper":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._process.communicate()

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def staged(self) -> tuple[int, int]:
        """Wait for its share: how many rows it read, and rejected."""
        try:
            read, rejected = map(int, self._back.readline().split())
        except ValueError:
            raise HelperLost from None
        return read, rejected

    def merged(self) -> Iterator[str]:
        """Yield the lines of both processes' runs, as it merges them."""
        self._say("merge")
        rest = b""
        while part := self._back.read1(PART):
            whole, end, rest = (rest + part).rpartition(b"\n")
            if end:
                yield from whole.decode().split("\n")
        if self._process.wait() != 0:
            raise HelperLost

    def _say(self, line: str) -> None:
        try:
            self._to.write(f"{line}\n".encode())
            self._to.flush()
        except BrokenPipeError:
            raise HelperLost from None


def help_out(said: TextIO, out: TextIO) -> None:
    """What the helper does: its share of the work that it is told, and once the other is ready too, the merging of all."""
    work = _understood(said.readline())
    read, rejected = stage(work, Share(1, 2))
    out.write(f"{read} {rejected}\n")
    out.flush()
    if said.readline():
        out.writelines(merged(work.folder))
        out.flush()
    else:  # the other is gone, and nobody else tidies up after it
        shutil.rmtree(work.folder)


def _write_run(path: Path, people: list[PersonLine]) -> None:
    people.sort()
    with _text(path, "w") as file:
        file.write("\n".join(people) + "\n")


def _line(row: Iterable[str]) -> int:
    return int(next(iter(row)))


def _text(path: Path, mode: str = "r") -> IO[str]:
    return path.open(mode, encoding="utf-8", newline="" if path.suffix != ".run" else "\n")


def written(work: ReadingTask) -> str:
    """Return the work as one line of JSON, as the helper reads it."""
    columns = {
        "names": work.columns.names,
        "targets": work.columns.targets,
        "preset": work.columns.preset,
    }
    sheet = asdict(work.sheet) | {"path": str(work.sheet.path.absolute())}
    return json.dumps(
        {
            "sheet": sheet,
            "columns": columns,
            "now": work.now.isoformat(),
            "folder": str(work.folder),
        }
    )


def _understood(line: str) -> ReadingTask:
    said = json.loads(line)
    sheet, columns = said["sheet"], said["columns"]
    return ReadingTask(
        Sheet(**sheet | {"path": Path(sheet["path"]), "header": tuple(sheet["header"])}),
        check_columns(columns["names"], columns["targets"], columns["preset"]),
        datetime.fromisoformat(said["now"]),
        Path(said["folder"]),
    )


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # the other is gone
        help_out(
            TextIOWrapper(sys.stdin.buffer, "utf-8"),
            TextIOWrapper(sys.stdout.buffer, "utf-8", newline="\n"),
        )
