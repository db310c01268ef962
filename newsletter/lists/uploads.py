"""Lists that editors sent in, each with what was asked of it and what a check found.

They wait in a folder, each under its fingerprint; nothing of a list is in the database before its
import begins. Every file is written whole or not at all, so it may be read at any time.
"""

import csv
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

from newsletter.database import Database
from newsletter.errors import Refused
from newsletter.host.private import make_folder, open_private, write_private
from newsletter.lists.importing import fingerprint
from newsletter.lists.meaning.questions import ColumnQuestion, read_question
from newsletter.lists.storing import ImportAccount
from newsletter.lists.tables.shapes import Sheet, open_sheet
from newsletter.lists.tables.workbooks import ReadBook, convert_workbook, is_workbook

MOST_BYTES = 500 * 1024 * 1024
NAME_CHARS = 200
MOST_REJECTED_CHARS = 200  # that are shown of a row


class TooLarge(Refused):
    """The file has more than 500 MB. Cut it into parts, each with the header."""


class NoUpload(Refused):
    """This file is not here any more. Send it in again: nobody is imported twice."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A check that an editor asked for: where each column goes, and what its words mean.

    `source` and `words` are kept as evidence if the list comes in. `answers` are as Answers writes
    them.
    """

    publication_id: int
    targets: tuple[str, ...]
    source: str = ""
    words: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)

    def asks_the_same(self, other: "CheckRequest") -> bool:
        """True if the rows of a list would end the same by both."""
        return self._question == other._question

    @property
    def _question(self) -> tuple[object, ...]:
        return self.publication_id, self.targets, self.answers


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What would become of the rows of a list, or why nobody can say so.

    `questions` are what an editor has to say first, or has said; `notes` tell what is lost of rows
    that come in.
    """

    account: ImportAccount | None
    error: str = ""
    questions: tuple[ColumnQuestion, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How far a check or import is: `read` rows of about so many; then `done` of those `read`."""

    read: int
    about: int
    done: int = 0


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a folder, each by its mark: the SHA-256 of its bytes, in hexadecimal.

    Several publications may send in the same one. Beside `<mark>.csv` are `.<publication>.sent`,
    `.name`, `.asked`, `.found`, `.far` and `.rejected.csv`.
    """

    folder: Path

    def keep(self, file: BinaryIO, size_bytes: int, name: str, publication_id: int) -> str:
        """Keep a list that was sent in, and return its mark. Raises TooLarge or NoSheet."""
        if size_bytes > MOST_BYTES:
            raise TooLarge
        # Addresses of people: nobody else on this machine reads them.
        make_folder(self.folder)
        part = self._part()
        try:
            with open(part, "wb", opener=open_private) as kept:
                shutil.copyfileobj(file, kept)
            return self._keep_part(part, name, publication_id)
        finally:
            part.unlink(missing_ok=True)

    def _keep_part(self, part: Path, name: str, publication_id: int) -> str:
        # Of a browser, which may send a whole path.
        shown = Path(name).name[:NAME_CHARS]
        if is_workbook(part):
            shown = self._convert(part).named(shown)[:NAME_CHARS]
        mark = fingerprint(part)
        write_private(self._file(mark, "name"), shown)
        write_private(self._file(mark, f"{publication_id}.sent"), "")
        # Last: from here on the list is here, with all that belongs to it.
        part.rename(self.path(mark))
        return mark

    def require_of(self, mark: str, publication_id: int) -> None:
        """Raise NoUpload for a list that other publications sent in, and this one did not."""
        is_theirs = self._file(mark, f"{publication_id}.sent").exists()
        # Lists that came in before there were several publications have no note of it.
        if not is_theirs and self._notes_of_senders(mark):
            raise NoUpload

    def _convert(self, part: Path) -> ReadBook:
        """Put a table in the place of a workbook."""
        table = self._part()
        try:
            read = convert_workbook(part, table)
            table.rename(part)
        finally:
            table.unlink(missing_ok=True)
        return read

    def marks(self) -> Iterator[str]:
        """Yield the marks of the lists that are here."""
        lists = self.folder.glob("*.csv")
        return (path.stem for path in lists if not path.stem.endswith(".rejected"))

    def has(self, mark: str) -> bool:
        """True if a list is here."""
        return self.path(mark).exists()

    def path(self, mark: str) -> Path:
        """Where a list is, if it is here."""
        return self._file(mark, "csv")

    def rejected_path(self, mark: str) -> Path:
        """Where the rows of a list that were rejected are, if there are any."""
        return self._file(mark, "rejected.csv")

    def sheet(self, mark: str) -> Sheet:
        """Return a list; raises NoUpload."""
        if not self.has(mark):
            raise NoUpload
        return open_sheet(self.path(mark))

    def name(self, mark: str) -> str:
        """Return the name that its file had."""
        return self._file(mark, "name").read_text("utf-8")

    def request_check(self, mark: str, request: CheckRequest) -> None:
        """Ask for a check; the result of an earlier one, for other columns, counts no more."""
        # The result first: an answer to the old request must not be taken for one to the new.
        self._remove(mark, "found", "far", "rejected.csv")
        self._write(mark, "asked", asdict(request))

    def requested_check(self, mark: str) -> CheckRequest | None:
        """Return the check that was asked for last."""
        values = self._read(mark, "asked")
        return _request_of(values) if values else None

    def set_check_result(self, mark: str, request: CheckRequest, result: CheckResult) -> None:
        """Note the result of a check."""
        self._write(mark, "found", {"request": asdict(request), **asdict(result)})

    def check_result(self, mark: str) -> CheckResult | None:
        """Return the result of the check that was asked for last, if it is there."""
        request = self.requested_check(mark)
        values = self._read(mark, "found")
        if request is None or values is None:
            return None
        # A process that was still at an earlier request may have written it.
        if not _request_of(values["request"]).asks_the_same(request):
            return None
        return _result_of(values)

    def checked(self, mark: str, request: CheckRequest) -> bool:
        """True if a check like this one found what becomes of each row."""
        last = self.requested_check(mark)
        result = self.check_result(mark)
        return bool(last and last.asks_the_same(request) and result and result.account)

    def waiting_marks(self) -> Sequence[str]:
        """Return the marks of the lists that wait for a check, the oldest request first."""
        requests = sorted(self.folder.glob("*.asked"), key=_touched_at)
        return [path.stem for path in requests if self._waits(path.stem)]

    def _waits(self, mark: str) -> bool:
        return self.has(mark) and self.check_result(mark) is None

    def set_progress(self, mark: str, progress: ListProgress) -> None:
        """Note how far the check or import of a list is."""
        self._write(mark, "far", asdict(progress))

    def progress(self, mark: str) -> ListProgress | None:
        """Return how far the check or import of a list is, if one has begun."""
        values = self._read(mark, "far")
        return ListProgress(**values) if values else None

    def rejections(self, mark: str, most: int) -> Sequence[Sequence[str]]:
        """Return the first rows that were rejected, to be shown: line, its cells, reason."""
        path = self.rejected_path(mark)
        if not path.exists():
            return ()
        with path.open(encoding="utf-8", newline="") as file:
            rows = islice(csv.reader(file), 1, most + 1)
            return [_shown_rejection(*row) for row in rows]

    def drop_check(self, mark: str) -> None:
        """Forget the check of a list and its result: the list comes in."""
        self._remove(mark, "asked", "found", "far")

    def drop(self, mark: str) -> None:
        """Forget a list, save for the rows that were rejected."""
        self.drop_check(mark)
        self._remove(mark, "csv", "name")
        if not self.rejected_path(mark).exists():
            self._forget_senders(mark)

    def forget_older(self, before: datetime) -> int:
        """Forget what nobody touched since then, and return how many files that was.

        Half a list, whose sending was cut off, goes too.
        """
        limit = before.timestamp()
        old = [path for path in self.folder.glob("*") if _touched_at(path) < limit]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _forget_senders(self, mark: str) -> None:
        for note in self._notes_of_senders(mark):
            note.unlink(missing_ok=True)

    def _notes_of_senders(self, mark: str) -> Sequence[Path]:
        return list(self.folder.glob(f"{mark}.*.sent"))

    def _file(self, mark: str, kind: str) -> Path:
        return self.folder / f"{mark}.{kind}"

    def _part(self) -> Path:
        return self.folder / f"{uuid4().hex}.part"

    def _remove(self, mark: str, *kinds: str) -> None:
        for kind in kinds:
            self._file(mark, kind).unlink(missing_ok=True)

    def _write(self, mark: str, kind: str, values: Mapping[str, object]) -> None:
        part = self._part()
        write_private(part, json.dumps(values))
        # A rename: who reads at this moment sees the old file or the new one, never half of it.
        os.replace(part, self._file(mark, kind))

    def _read(self, mark: str, kind: str) -> dict[str, Any] | None:
        try:
            text = self._file(mark, kind).read_text("utf-8")
        except FileNotFoundError:
            return None
        return cast(dict[str, Any], json.loads(text))


def _request_of(values: Mapping[str, Any]) -> CheckRequest:
    return CheckRequest(**{**values, "targets": tuple(values["targets"])})


def _result_of(values: Mapping[str, Any]) -> CheckResult:
    account = values["account"]
    return CheckResult(
        ImportAccount(**account) if account else None,
        values["error"],
        tuple(map(read_question, values["questions"])),
        tuple(values["notes"]),
    )


def lists_of(database: Database) -> Lists:
    """Return the lists on their way into a database: beside a SQLite file, or in imports/ here."""
    return Lists(database.beside("imports"))


def _touched_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its list came in meanwhile
        return math.inf


def _shown_rejection(line: str, reason: str, *cells: str) -> Sequence[str]:
    return [line, ", ".join(filter(None, cells))[:MOST_REJECTED_CHARS], reason]
