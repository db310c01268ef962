"""Lists: files of people that editors sent in, on their way into the database.

Each waits in a folder under its fingerprint, beside it what an editor asked of it and what was found; nothing of it is in the
database before the import begins. Every file is written whole or not at all, so it may be read at any time.
"""

import csv
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

from newsletter.database import Database
from newsletter.errors import Refused
from newsletter.lists.csv_files import Sheet, open_sheet
from newsletter.lists.importing import fingerprint
from newsletter.lists.storing import ImportAccount

MOST_BYTES = 500 * 1024 * 1024
NAME_CHARS = 200


class TooLarge(Refused):
    """The file has more than 500 MB. Cut it into parts, each with the header."""


class NoUpload(Refused):
    """This file is not here any more. Send it in again: nobody is imported twice."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A check that an editor asked for: where each column goes, and what is to be kept as evidence if the list comes in."""

    publication_id: int
    targets: tuple[str, ...]
    source: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found: what would become of the rows, or why it could not be told."""

    account: ImportAccount | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How far the work on a list is: rows read, of about so many; then `done` of those that were `read`."""

    read: int
    about: int
    done: int = 0


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a folder, each by its mark: the SHA-256 of its bytes, in hexadecimal."""

    folder: Path

    def keep(self, file: BinaryIO, size_bytes: int, name: str) -> str:
        """Keep a list that was sent in, and return its mark. Raises TooLarge or NoSheet."""
        if size_bytes > MOST_BYTES:
            raise TooLarge
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f"{uuid4().hex}.part"
        try:
            with part.open("wb") as kept:
                shutil.copyfileobj(file, kept)
            mark = fingerprint(part)
            self._at(mark, "name").write_text(Path(name).name[:NAME_CHARS], "utf-8")
            part.rename(self.path(mark))
        finally:
            part.unlink(missing_ok=True)
        return mark

    def marks(self) -> Iterator[str]:
        """Yield the marks of the lists that are here."""
        return (path.stem for path in self.folder.glob("*.csv") if "." not in path.stem)

    def has(self, mark: str) -> bool:
        """True if a list is here."""
        return self.path(mark).exists()

    def path(self, mark: str) -> Path:
        """Where a list is, if it is here."""
        return self._at(mark, "csv")

    def rejected_path(self, mark: str) -> Path:
        """Where the rows of a list that were rejected are, if there are any."""
        return self._at(mark, "rejected.csv")

    def sheet(self, mark: str) -> Sheet:
        """Return a list; raises NoUpload."""
        if not self.has(mark):
            raise NoUpload
        return open_sheet(self.path(mark))

    def name(self, mark: str) -> str:
        """Return the name that its file had."""
        return self._at(mark, "name").read_text("utf-8")

    def request_check(self, mark: str, asked: CheckRequest) -> None:
        """Ask for a check; what was found for other columns counts no more."""
        for kind in ("found", "far", "rejected.csv"):
            self._at(mark, kind).unlink(missing_ok=True)
        self._write(mark, "asked", asdict(asked))

    def requested_check(self, mark: str) -> CheckRequest | None:
        """Return the check that was asked for last."""
        told = self._read(mark, "asked")
        return CheckRequest(**{**told, "targets": tuple(told["targets"])}) if told else None

    def set_check_result(self, mark: str, asked: CheckRequest, found: CheckResult) -> None:
        """Note what a check found."""
        self._write(mark, "found", {"targets": asked.targets, **asdict(found)})

    def check_result(self, mark: str) -> CheckResult | None:
        """Return what the check that was asked for last has found, if it has."""
        asked, told = self.requested_check(mark), self._read(mark, "found")
        if asked is None or told is None or tuple(told["targets"]) != asked.targets:
            return None
        return CheckResult(
            ImportAccount(**told["account"]) if told["account"] else None, told["error"]
        )

    def waiting_marks(self) -> Sequence[str]:
        """Return the marks of the lists whose check nobody has answered, the oldest first."""
        asked = sorted(self.folder.glob("*.asked"), key=_touched_at)
        return [
            path.stem
            for path in asked
            if self.has(path.stem) and self.check_result(path.stem) is None
        ]

    def set_progress(self, mark: str, far: ListProgress) -> None:
        """Note how far the work on a list is."""
        self._write(mark, "far", asdict(far))

    def progress(self, mark: str) -> ListProgress | None:
        """Return how far the work on a list is, if it has begun."""
        told = self._read(mark, "far")
        return ListProgress(**told) if told else None

    def rejections(self, mark: str, most: int) -> Sequence[Sequence[str]]:
        """Return the first rows that were rejected: line, value, reason."""
        if not self.rejected_path(mark).exists():
            return ()
        with self.rejected_path(mark).open(encoding="utf-8", newline="") as file:
            return list(islice(csv.reader(file), 1, most + 1))

    def drop_check(self, mark: str) -> None:
        """Let the check be: the list comes in."""
        for kind in ("asked", "found", "far"):
            self._at(mark, kind).unlink(missing_ok=True)

    def forget_older(self, before: datetime) -> int:
        """Forget what nobody touched since then, half a list that never came whole too; returns how many files."""
        old = [path for path in self.folder.glob("*") if _touched_at(path) < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def drop(self, mark: str) -> None:
        """Forget a list, save for the rows that were rejected."""
        self.drop_check(mark)
        for kind in ("csv", "name"):
            self._at(mark, kind).unlink(missing_ok=True)

    def _at(self, mark: str, kind: str) -> Path:
        return self.folder / f"{mark}.{kind}"

    def _write(self, mark: str, kind: str, values: Mapping[str, object]) -> None:
        part = self.folder / f"{uuid4().hex}.part"
        part.write_text(json.dumps(values), "utf-8")
        os.replace(part, self._at(mark, kind))

    def _read(self, mark: str, kind: str) -> dict[str, Any] | None:
        try:
            return cast(dict[str, Any], json.loads(self._at(mark, kind).read_text("utf-8")))
        except FileNotFoundError:
            return None


def lists_of(database: Database) -> Lists:
    """Return the lists that are on their way into a database: beside a SQLite file, or in imports/ here."""
    return Lists(database.beside("imports"))


def _touched_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # it came in meanwhile
        return math.inf
