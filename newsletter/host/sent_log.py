"""The sent log: which letters left this host, kept outside of the database for 90 days.

Files of records, one file for each process and day, in the folder `sent`. A record is of all the
letters of an issue that leave at once, or are answered alike at once:

    byte   0 … 3          4      5        6 … 7        8 … 11    12 … 15   16 … 23    24 …
         ┌──────────────┬──────┬────────┬────────────┬─────────┬─────────┬──────────┬─────────────┐
         │ CRC-32 of    │ kind │ unused │ reply code │ letters │ seconds │ issue id │ subscriber  │
         │ the rest     │ 1, 2 │        │            │         │ of UTC  │          │ ids, 8 each │
         └──────────────┴──────┴────────┴────────────┴─────────┴─────────┴──────────┴─────────────┘

LEFT (1) says: these letters' dots may leave now; it is synced first. ANSWERED (2) says what the
relay replied, or 0: the dots did not leave. A letter is named by issue and subscriber, because a
database that is older than its delivery has both, and no message yet.
"""

import errno
import os
import secrets
import struct
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from newsletter.host.private import make_folder

HEAD = struct.Struct("<IBxHIIQ")
SUBSCRIBER_BYTES = 8
SMALL = 0  # in the place of an issue: what follows are names of small letters
LEFT = 1
ANSWERED = 2
ACCEPTED = -1  # in a balance: the relay took the letter
KEPT = timedelta(days=90)
KEPT_DAYS = 14  # and so many days with letters in any case: a clock that jumps forgets no more
SUFFIX = ".sent"
APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


@dataclass(frozen=True, slots=True)
class SentRecord:
    """One record of the log. `code` is a reply, or 0; `at` are seconds of UTC."""

    kind: int
    code: int
    at: int
    issue: int
    subscribers: Sequence[int]


@dataclass(slots=True)
class IssueFates:
    """What became of the letters of one issue: accepted or uncertain, by subscriber.

    `last_at` are the seconds of UTC of its last record: who came later is not named by them.
    """

    of_subscribers: Mapping[int, str] = field(default_factory=dict)
    last_at: int = 0


class SentLog:
    """What one process adds to the log of its host. Its threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._day: date | None = None
        self._file = -1
        self._lock = threading.Lock()

    def leave(self, issue: int, subscribers: Sequence[int], now: datetime) -> None:
        """Note that the dots of these letters leave now. Durable on return; raises OSError."""
        if subscribers:
            self._append(now, pack(LEFT, 0, now, issue, subscribers), is_synced=True)

    def answer(
        self,
        issue: int,
        answered: Mapping[int, Sequence[int]],
        now: datetime,
    ) -> None:
        """Note subscribers by the reply to their letters.

        Not synced: a reply that is lost leaves a letter uncertain. Raises OSError.
        """
        records = [
            pack(ANSWERED, code, now, issue, subscribers) for code, subscribers in answered.items()
        ]
        if records:
            self._append(now, b"".join(records), is_synced=False)

    def close(self) -> None:
        """Close the file; the next record opens another."""
        if self._file >= 0:
            os.close(self._file)
        self._file = -1
        self._day = None

    def _append(self, now: datetime, octets: bytes, *, is_synced: bool) -> None:
        with self._lock:
            self._turn_to(now)
            try:
                if os.write(self._file, octets) < len(octets):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if is_synced:
                    os.fdatasync(self._file)
            except OSError:
                # What follows a torn record is never read, and a disk that failed once may have
                # lost what it held: so this file is over.
                self.close()
                raise

    def _turn_to(self, now: datetime) -> None:
        """Have a file of this day open. A new day forgets what is past keeping."""
        day = now.date()
        if day == self._day and os.fstat(self._file).st_nlink:
            return  # a file that was removed, with its folder perhaps, remembers nothing
        self.close()
        forget_old(self.folder, now)
        make_folder(self.folder)
        name = f"{day.isoformat()}.{os.getpid()}.{secrets.token_hex(4)}{SUFFIX}"
        self._file = os.open(self.folder / name, APPEND, 0o600)
        _sync_folder(self.folder)
        self._day = day


def pack(
    kind: int,
    code: int,
    now: datetime,
    issue: int,
    subscribers: Sequence[int],
) -> bytes:
    """Return one record as it is in the log."""
    count = len(subscribers)
    at = int(now.timestamp())
    record = struct.pack(
        f"<BxHIIQ{count}Q",
        kind,
        code,
        count,
        at,
        issue,
        *subscribers,
    )
    return zlib.crc32(record).to_bytes(4, "little") + record


def read_records(folder: Path) -> Iterator[SentRecord]:
    """Give the records of all files, the oldest day first, each file up to its first torn one."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        yield from _records(path.read_bytes())


def read_fates(folder: Path) -> dict[int, IssueFates]:
    """Return what became of the letters that left, by issue.

    A letter is accepted if a reply says so. It is uncertain if its dot left more often than a reply
    came. The order of records does not count: a clock may have been set back.
    """
    balances: dict[int, dict[int, int]] = {}
    last: dict[int, int] = {}
    for record in read_records(folder):
        last[record.issue] = max(record.at, last.get(record.issue, 0))
        _count_in(balances.setdefault(record.issue, {}), record)
    return {
        issue: IssueFates(_fates(of_issue), last[issue]) for issue, of_issue in balances.items()
    }


def _count_in(balances: dict[int, int], record: SentRecord) -> None:
    """Count how many replies are missing, by subscriber; ACCEPTED if the relay took the letter."""
    is_accepted = record.kind == ANSWERED and 200 <= record.code < 300
    step = 1 if record.kind == LEFT else -1
    for subscriber in record.subscribers:
        balance = balances.get(subscriber, 0)
        if is_accepted:
            balances[subscriber] = ACCEPTED
        elif balance != ACCEPTED:
            balances[subscriber] = max(0, balance + step)


def _fates(balances: Mapping[int, int]) -> dict[int, str]:
    return {
        subscriber: "accepted" if balance == ACCEPTED else "uncertain"
        for subscriber, balance in balances.items()
        if balance
    }


def forget_old(folder: Path, now: datetime) -> int:
    """Remove the files of days that are past keeping; returns how many.

    The last days with letters stay whatever the clock says: one that jumped a year ahead would make
    us forget all, and one letter sent under it is no reason to.
    """
    oldest = (now - KEPT).date().isoformat()
    days = sorted({path.name[:10] for path in folder.glob(f"*{SUFFIX}")})
    past = {day for day in days[:-KEPT_DAYS] if day < oldest}
    old = [path for path in folder.glob(f"*{SUFFIX}") if path.name[:10] in past]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _records(octets: bytes) -> Iterator[SentRecord]:
    start = 0
    while start + HEAD.size <= len(octets):
        checksum, kind, code, count, at, issue = HEAD.unpack_from(octets, start)
        end = start + HEAD.size + count * SUBSCRIBER_BYTES
        # a torn record's count may lead beyond the end
        if end > len(octets) or checksum != zlib.crc32(octets[start + 4 : end]):
            return
        subscribers = struct.unpack_from(f"<{count}Q", octets, start + HEAD.size)
        yield SentRecord(
            kind,
            code,
            at,
            issue,
            subscribers,
        )
        start = end


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
