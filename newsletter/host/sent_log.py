"""The sent log: which letters left this host, kept outside of the database for 90 days.

Files of 32-byte records, one file for each process and day, in the folder `sent`:

    byte   0 … 3          4      5        6 … 7        8 … 15     16 … 23      24 … 31
         ┌──────────────┬──────┬────────┬────────────┬──────────┬────────────┬────────────────┐
         │ CRC-32 of    │ kind │ unused │ reply code │ seconds  │ issue id   │ subscriber id  │
         │ the rest     │ 1, 2 │        │            │ of UTC   │            │                │
         └──────────────┴──────┴────────┴────────────┴──────────┴────────────┴────────────────┘

LEFT (1) says: this letter's dot may leave now; it is synced first. ANSWERED (2) says what the
relay replied, or 0: the dot did not leave. A letter is named by issue and subscriber, because a
database that is older than its delivery has both, and no message yet.
"""

import errno
import os
import secrets
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

RECORD = struct.Struct("<IBxHQQQ")
SMALL = 0  # in the place of an issue: what follows is the id of a small letter
LEFT = 1
ANSWERED = 2
ACCEPTED = -1  # in a balance: the relay took the letter
KEPT = timedelta(days=90)
SUFFIX = ".sent"
APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
LetterKey = tuple[int, int]  # an issue, and a subscriber


@dataclass(frozen=True, slots=True)
class SentRecord:
    """One record of the log. `code` is a reply, or 0; `at` are seconds of UTC."""

    kind: int
    code: int
    at: int
    letter: LetterKey


class SentLog:
    """What one process adds to the log of its host. Its threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._token = secrets.token_hex(4)
        self._day: date | None = None
        self._file = -1
        self._size = 0
        self._lock = threading.Lock()

    def leave(self, letters: Iterable[LetterKey], now: datetime) -> None:
        """Note that the dots of these letters leave now. Durable on return; raises OSError."""
        self._append(now, [pack(LEFT, 0, now, letter) for letter in letters], is_synced=True)

    def answer(self, codes: Mapping[LetterKey, int], now: datetime) -> None:
        """Note replies by letter. Not synced: a reply that is lost leaves a letter uncertain."""
        records = [pack(ANSWERED, code, now, letter) for letter, code in codes.items()]
        self._append(now, records, is_synced=False)

    def close(self) -> None:
        """Close the file; the next record opens another."""
        if self._file >= 0:
            os.close(self._file)
        self._file = -1
        self._day = None

    def _append(self, now: datetime, records: Sequence[bytes], *, is_synced: bool) -> None:
        octets = b"".join(records)
        if not octets:
            return
        with self._lock:
            self._turn_to(now)
            written = os.write(self._file, octets)
            if written < len(octets):
                # What follows a torn record would never be read.
                os.ftruncate(self._file, self._size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._size += written
            if is_synced:
                os.fdatasync(self._file)

    def _turn_to(self, now: datetime) -> None:
        """Open the file of this day. A new day forgets what is past keeping."""
        day = now.date()
        if day == self._day:
            return
        forget_old(self.folder, now)
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{day.isoformat()}.{os.getpid()}.{self._token}{SUFFIX}"
        self._file = os.open(path, APPEND, 0o600)
        self._size = os.fstat(self._file).st_size
        self._day = day
        _sync_folder(self.folder)


def pack(kind: int, code: int, now: datetime, letter: LetterKey) -> bytes:
    """Return one record as it is in the log."""
    rest = RECORD.pack(0, kind, code, int(now.timestamp()), *letter)[4:]
    return zlib.crc32(rest).to_bytes(4, "little") + rest


def read_records(folder: Path) -> Iterator[SentRecord]:
    """Give the records of all files, the oldest day first, each file up to its first torn one."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        yield from _records(path.read_bytes())


def read_fates(folder: Path) -> dict[int, dict[int, str]]:
    """Return what became of the letters that left, by issue and subscriber.

    A letter is accepted if a reply says so. It is uncertain if its dot left more often than a reply
    came. The order of records does not count: a clock may have been set back.
    """
    fates: dict[int, dict[int, str]] = {}
    for letter, balance in _balances(folder).items():
        if balance:
            issue, subscriber = letter
            of_issue = fates.setdefault(issue, {})
            of_issue[subscriber] = "accepted" if balance == ACCEPTED else "uncertain"
    return fates


def _balances(folder: Path) -> dict[LetterKey, int]:
    """Return how many replies are missing, by letter; ACCEPTED if the relay took it."""
    balances: dict[LetterKey, int] = {}
    for record in read_records(folder):
        balance = balances.get(record.letter, 0)
        if balance != ACCEPTED:
            balances[record.letter] = _count_in(balance, record)
    return balances


def _count_in(balance: int, record: SentRecord) -> int:
    if record.kind == LEFT:
        return balance + 1
    return ACCEPTED if 200 <= record.code < 300 else max(0, balance - 1)


def forget_old(folder: Path, now: datetime) -> int:
    """Remove the files of days that are past keeping; returns how many."""
    oldest = (now - KEPT).date().isoformat()
    old = [path for path in folder.glob(f"*{SUFFIX}") if path.name[:10] < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _records(octets: bytes) -> Iterator[SentRecord]:
    for start in range(0, len(octets) - RECORD.size + 1, RECORD.size):
        checksum, kind, code, at, *letter = RECORD.unpack_from(octets, start)
        if checksum != zlib.crc32(octets[start + 4 : start + RECORD.size]):
            return
        yield SentRecord(kind, code, at, (letter[0], letter[1]))


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
