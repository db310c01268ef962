"""A sender's journal: what it is about to hand over is on the disk before the letter's final dot leaves.

A file of 16-byte records, each with its own checksum: intents (this message's dot may leave now) and outcomes (this is the
relay's reply). The file is locked as long as its sender lives, by the system and not by a clock: who can take the lock has
the journal of a dead sender. A torn record ends the reading; what follows it was never acted on.
"""

import errno
import fcntl
import os
import re
import secrets
import socket
import struct
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from newsletter.mail.failures import NotOffered

RECORD = struct.Struct("<BxHIQ")  # kind, reply code, checksum, message id
INTENT, OUTCOME = 1, 2
RELEASED = 0  # the code of an outcome that says: its dot did not leave
SUFFIX = ".journal"


class JournalBroken(NotOffered):
    """The journal cannot be written, so no letter leaves. Make room on the disk of journal_folder; letters wait."""


@dataclass(frozen=True, slots=True)
class DeadJournal:
    """What a dead sender's journal tells: reply codes by message, and the messages whose reply it did not see."""

    name: str
    outcomes: Mapping[int, int]
    in_doubt: frozenset[int]


class Journal:
    """The journal of a living sender; `name` signs its claims."""

    def __init__(self, path: Path) -> None:
        self.name = path.name.removesuffix(SUFFIX)
        self._path = path
        self._file, self.size = _create(path), 0
        self.sync_s = 0.0  # what a sync took lately
        self.has_claims = False  # set before the first claim is signed
        _sync_folder(path.parent)

    def write(self, outcomes: Iterable[tuple[int, int]], intents: Iterable[int]) -> None:
        """Append outcomes (message, code) and intents; on return they would outlive a power cut. Raises OSError."""
        records = [pack_record(OUTCOME, code, message) for message, code in outcomes]
        records += [pack_record(INTENT, 0, message) for message in intents]
        if not records:
            return
        octets = b"".join(records)
        written = os.write(self._file, octets)
        if written < len(
            octets
        ):  # a disk that is full takes a part: what follows a torn record would never be read
            os.ftruncate(self._file, self.size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.size += written
        began = time.monotonic()
        os.fdatasync(self._file)
        self.sync_s += (time.monotonic() - began - self.sync_s) / 8

    def rewrite(self, outcomes: Iterable[tuple[int, int]], intents: Iterable[int]) -> None:
        """Keep only these records: the database holds the rest. The journal is replaced as a whole, its lock never free."""
        beside = self._path.with_suffix(".anew")
        old, self._file, self.size = self._file, _create(beside), 0
        self.write(outcomes, intents)
        beside.rename(self._path)
        _sync_folder(self._path.parent)
        os.close(old)

    def clear(self) -> None:
        """The database holds every outcome, and nothing is claimed any more: begin anew."""
        os.ftruncate(self._file, 0)
        self.size, self.has_claims = 0, False

    def close(self) -> None:
        """The sender ends. The journal of unsettled claims stays for the next one, even if it is empty: none of them was offered."""
        if self.size == 0 and not self.has_claims:
            self._path.unlink()
        os.close(self._file)


def begin(folder: Path) -> Journal:
    """Begin a journal for this process in `folder`, which is made if it is not there."""
    return Journal(folder / f"{home_of(folder)}.{os.getpid()}.{secrets.token_hex(4)}{SUFFIX}")


def home_of(folder: Path) -> str:
    """Return the folder's own name, given once: who has the folder can tell which of its senders live, and nobody else can."""
    file = folder / "home"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f"home.{secrets.token_hex(8)}"
        beside.write_text(
            f"{re.sub('[^a-z0-9-]', '', socket.gethostname().lower())[:40]}-{secrets.token_hex(4)}",
            "utf-8",
        )
        with suppress(FileExistsError):
            os.link(beside, file)
        beside.unlink()
    return file.read_text("utf-8")


def journal_names(folder: Path) -> frozenset[str]:
    """Return the names of the journals in a folder, of the living and of the dead."""
    return frozenset(path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}"))


@contextmanager
def dead_journals(folder: Path) -> Iterator[list[DeadJournal]]:
    """Give what the dead senders of this folder left, their journals locked; these are unlinked at the end, not on an error.

    So call it around the transaction that records them: killed in between, the next one reads them again.
    """
    held: list[tuple[Path, int]] = []
    try:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            file = os.open(path, os.O_RDONLY)
            if _is_dead(file, path):
                held.append((path, file))
            else:
                os.close(file)
        yield [read_journal(path) for path, _ in held]
        for path, _ in held:
            path.unlink(missing_ok=True)
    finally:
        for _, file in held:
            os.close(file)


def read_journal(path: Path) -> DeadJournal:
    """Read a journal up to its end or its first torn record."""
    outcomes: dict[int, int] = {}
    in_doubt: set[int] = set()
    octets = path.read_bytes()
    for start in range(0, len(octets) - RECORD.size + 1, RECORD.size):
        kind, code, checksum, message = RECORD.unpack_from(octets, start)
        if checksum != _checksum(kind, code, message):
            break
        if kind == INTENT:
            in_doubt.add(message)
            outcomes.pop(message, None)
        else:
            outcomes[message] = code
            in_doubt.discard(message)
    return DeadJournal(path.name.removesuffix(SUFFIX), outcomes, frozenset(in_doubt))


def pack_record(kind: int, code: int, message: int) -> bytes:
    """Return one record as it stands in a journal."""
    return RECORD.pack(kind, code, _checksum(kind, code, message), message)


def _checksum(kind: int, code: int, message: int) -> int:
    return zlib.crc32(struct.pack("<BHQ", kind, code, message))


def _create(path: Path) -> int:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _is_dead(file: int, path: Path) -> bool:
    """True if we hold the lock now, and the name still means this file: a living sender may have begun anew meanwhile."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(file).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def _sync_folder(folder: Path) -> None:
    """A new file's name is durable only when its folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
