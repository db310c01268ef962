"""A sender's journal: what it is about to hand over is on the disk before the final dot leaves.

A file of 16-byte records, each with its own checksum:

    byte   0       1        2 3          4 … 7           8 … 15
         ┌───────┬────────┬────────────┬───────────────┬────────────────────┐
         │ kind  │ unused │ reply code │ CRC-32 of the │ message id         │
         │ 1, 2  │        │            │ other fields  │ (little-endian)    │
         └───────┴────────┴────────────┴───────────────┴────────────────────┘

An INTENT (1) says: this message's dot may leave now; its code is 0. An OUTCOME (2) says: this is
the relay's reply, or RELEASED: its dot did not leave. An intent without a later outcome is in
doubt. A torn record ends the reading: what follows it was never acted on.

The file is locked as long as its sender lives, by the system and not by a clock: who can take the
lock has the journal of a dead sender.

    begin ──► living, locked ──close──► removed, if nothing was claimed
                    │
                    └─ the sender dies, or closes with claims ──► dead ──settled──► removed
"""

import errno
import fcntl
import os
import re
import secrets
import socket
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import Unavailable
from newsletter.host.private import make_folder
from newsletter.mail.failures import NotOffered

RECORD = struct.Struct("<BxHIQ")
CHECKED = struct.Struct("<BHQ")  # what a checksum is made of: kind, code, message id
INTENT = 1
OUTCOME = 2
RELEASED = 0  # the code of an outcome that says: its dot did not leave
Reply = tuple[int, int]  # a message, and the code that the relay answered, or RELEASED
SUFFIX = ".journal"
NOT_IN_NAMES = re.compile(r"[^a-z0-9-]")
HOME = re.compile(r"[a-z0-9-]*-[0-9a-f]{8}")  # the host's name, and what tells its folders apart
NEW = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC  # a file that is only added to


class JournalBroken(NotOffered):
    """The journal cannot be written. Make room on the disk of journal_folder; letters wait."""


def broken(error: OSError) -> JournalBroken:
    """Return what an error of the journal's disk means for letters."""
    return JournalBroken(f"{JournalBroken.__doc__} ({error.strerror})")


class BadHome(Unavailable):
    """The journal folder has lost its name: its file `home` is damaged, and claims are signed with
    that. Nothing is sent. Remove the file, and a new name is made."""

    hint = "What is claimed waits for `newsletter delivery lost` then."


@dataclass(frozen=True, slots=True)
class DeadJournal:
    """What a dead sender's journal says.

    `outcomes` are reply codes by message, `in_doubt` the messages whose reply was not seen.
    """

    name: str
    outcomes: Mapping[int, int]
    in_doubt: frozenset[int]


class Journal:
    """The journal of a living sender; `name` signs its claims."""

    def __init__(self, path: Path) -> None:
        self.name = path.name.removesuffix(SUFFIX)
        self._path = path
        # Named once it is locked: who settles the dead would take it for one in between.
        beside = path.with_suffix(".new")
        self._file = _create(beside)
        beside.rename(path)
        self.size = 0  # octets
        self.has_claims = False  # set before the first claim is signed
        _sync_folder(path.parent)

    def write(self, outcomes: Iterable[Reply], intents: Iterable[int]) -> None:
        """Append outcomes and intents. Raises OSError.

        On return they would outlive a power cut.
        """
        if octets := _pack_records(outcomes, intents):
            self._append(octets)
            os.fdatasync(self._file)

    def _append(self, octets: bytes) -> None:
        # os.write, not a file object: what waits in a buffer of this process dies with it
        written = os.write(self._file, octets)
        if written < len(octets):
            # A disk that is full takes a part: what follows a torn record would never be read.
            os.ftruncate(self._file, self.size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.size += written

    def rewrite(self, outcomes: Iterable[Reply], intents: Iterable[int]) -> None:
        """Keep only these records: the database holds the rest.

        The journal is replaced as a whole: whoever dies in between leaves the old one or the new
        one. The old file is closed last, so there is no moment at which nobody holds a lock.
        Raises OSError, as on a full disk: then the old one is still the journal.
        """
        octets = _pack_records(outcomes, intents)
        new = _create_filled(self._path.with_suffix(".new"), octets)
        old = self._file
        # From here on nothing fails for want of room.
        self._path.with_suffix(".new").rename(self._path)
        self._file = new
        self.size = len(octets)
        _sync_folder(self._path.parent)
        os.close(old)

    def clear(self) -> None:
        """Forget all records: the database holds every outcome, and nothing is claimed any more."""
        os.ftruncate(self._file, 0)
        self.size = 0
        self.has_claims = False

    def close(self) -> None:
        """The sender ends; the journal of unsettled claims stays for the next sender.

        It stays also if it is empty: then it says that none of these claims was offered. Without it
        they would be uncertain.
        """
        if self.size == 0 and not self.has_claims:
            self._path.unlink()
        os.close(self._file)


def begin(folder: Path) -> Journal:
    """Begin a journal for this process in `folder`, which is made if it is not there."""
    # a random part, because a process id comes again after a restart
    name = f"{home_of(folder)}.{os.getpid()}.{secrets.token_hex(4)}"
    return Journal(folder / f"{name}{SUFFIX}")


def home_of(folder: Path) -> str:
    """Return the folder's own name, which it is given once.

    All its journals sign with it: so each host judges the claims of its own senders, and of no
    others. It is a file in the folder, because two hosts may have the same name.
    """
    file = folder / "home"
    if not file.exists():
        make_folder(folder)
        _write_once(file, f"{_host()}-{secrets.token_hex(4)}")
    name = file.read_text("utf-8").strip()
    if not HOME.fullmatch(name):
        raise BadHome
    return name


def _host() -> str:
    return NOT_IN_NAMES.sub("", socket.gethostname().lower())[:40]


def _write_once(file: Path, text: str) -> None:
    """Write a file that is there as a whole or not at all; the first of several processes wins."""
    beside = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    os.close(_create_filled(beside, text.encode()))
    with suppress(FileExistsError):
        os.link(beside, file)
    beside.unlink()
    _sync_folder(file.parent)


def journal_names(folder: Path) -> frozenset[str]:
    """Return the names of the journals in a folder, of the living and of the dead."""
    return frozenset(path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}"))


@contextmanager
def dead_journals(folder: Path) -> Iterator[list[DeadJournal]]:
    """Give what the dead senders of this folder left, their journals locked.

    The files are removed at the end, not on an error. So call it around the transaction that
    records them: killed in between, the next one reads them again.
    """
    held: dict[Path, int] = {}
    try:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            file = _hold_dead(path)
            if file is not None:
                held[path] = file
        yield [read_journal(path) for path in held]
        for path in held:
            path.unlink(missing_ok=True)
    finally:
        for file in held.values():
            os.close(file)


def _hold_dead(path: Path) -> int | None:
    """Return a dead sender's journal, open and locked; None if its sender lives, or has ended."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    if _is_dead(file, path):
        return file
    os.close(file)
    return None


def read_journal(path: Path) -> DeadJournal:
    """Read a journal up to its end or its first torn record."""
    outcomes: dict[int, int] = {}
    in_doubt: set[int] = set()
    for kind, code, message in _records(path.read_bytes()):
        if kind == INTENT:
            in_doubt.add(message)
            outcomes.pop(message, None)
        else:
            outcomes[message] = code
            in_doubt.discard(message)
    return DeadJournal(path.name.removesuffix(SUFFIX), outcomes, frozenset(in_doubt))


def _records(octets: bytes) -> Iterator[tuple[int, int, int]]:
    """Give kind, code and message of each whole record."""
    for start in range(0, len(octets) - RECORD.size + 1, RECORD.size):
        kind, code, checksum, message = RECORD.unpack_from(octets, start)
        if checksum != _checksum(kind, code, message):
            return
        yield kind, code, message


def _pack_records(outcomes: Iterable[Reply], intents: Iterable[int]) -> bytes:
    records = [pack_record(OUTCOME, code, message) for message, code in outcomes]
    records += [pack_record(INTENT, 0, message) for message in intents]
    return b"".join(records)


def pack_record(kind: int, code: int, message: int) -> bytes:
    """Return one record as it is in a journal."""
    return RECORD.pack(
        kind,
        code,
        _checksum(kind, code, message),
        message,
    )


def _checksum(kind: int, code: int, message: int) -> int:
    return zlib.crc32(CHECKED.pack(kind, code, message))


def _create_filled(path: Path, octets: bytes) -> int:
    """Return a new file with these octets, durable and locked; raises OSError and leaves none."""
    file = _create(path)
    try:
        if os.write(file, octets) < len(octets):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fdatasync(file)
    except OSError:
        path.unlink()
        os.close(file)
        raise
    return file


def _create(path: Path) -> int:
    file = os.open(path, NEW, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)  # the system frees it when we die, in whatever way
    return file


def _is_dead(file: int, path: Path) -> bool:
    """True if we hold the lock now, and the name still means this file.

    A living sender may have rewritten its journal meanwhile: then we hold the lock of the old file.
    """
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
