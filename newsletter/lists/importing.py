"""Import: a file of people. Each row ends somewhere, and the account says where; who left is never brought back.

The file is read once and put in the order of its addresses on disk, then stored slice by slice, each in a short transaction that
keeps nobody waiting. How far it came is kept in the transaction of each slice: after a crash the same import goes on where it was.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.errors import Conflict, NotFound
from newsletter.lists.columns import Columns, check_columns, guess_columns
from newsletter.lists.csv_files import open_sheet
from newsletter.lists.people import PersonLine
from newsletter.lists.staging import staged
from newsletter.lists.storing import Batch, ImportAccount, judge, parted, store
from newsletter.statements import Overtaken
from subscribers.models import Import, Subscriber, Subscription
from subscribers.status import IMPORT
from subscribers.suppressing import KeptOut

SLICE, FEWEST, MOST = 2000, 250, 20_000
OVERTAKEN = 10  # times that a slice is begun again
HOLD_S = 0.03  # for so long a slice may keep other writers waiting
HOLD_SOME_S = 0.09  # the same where only those wait who want the same address
TURN_S = 1.0  # that a slice waits for the one before it
COUNTS = tuple(field.name for field in fields(ImportAccount))


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How many rows are done; `total` is 0 as long as the file is read."""

    done: int
    total: int


OnProgress = Callable[[ImportProgress], None]
Stored = tuple[Import, float]  # how far the import is after a slice, and how many seconds that took


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who brought a list in, where its people signed up, and the words to which they agreed."""

    by: str
    source: str = ""
    words: str = ""


class NoImport(NotFound):
    """There is no such import."""


class OtherFile(Conflict):
    """This is not the file that the import began with. Begin a new import."""


class AlreadyRunning(Conflict):
    """This import is running already."""


def begin_import(
    session: Session,
    publication_id: int,
    path: Path,
    columns: Columns,
    *,
    evidence: Evidence,
    name: str = "",
    now: datetime,
) -> Import:
    """Note an import of a file; if the same file was begun with the same columns and not finished, that one, to go on with."""
    sha256 = fingerprint(path)
    begun = select(Import).where(
        col(Import.publication_id) == publication_id,
        col(Import.sha256) == sha256,
        col(Import.status) == "running",
    )
    for one in session.exec(begun.order_by(col(Import.id))):
        if one.targets == list(columns.targets):
            return one
    record = Import(
        publication_id=publication_id,
        file_name=(name or path.name)[:200],
        sha256=sha256,
        preset=columns.preset,
        columns=list(columns.names),
        targets=list(columns.targets),
        by=evidence.by,
        source=" ".join(evidence.source.split())[:200],
        words=" ".join(evidence.words.split())[:500],
        status="running",
        started_at=now,
    )
    session.add(record)
    session.flush()
    return record


def read_import(session: Session, import_id: int) -> Import:
    """Return an import; raises NoImport."""
    record = session.get(Import, import_id)
    if record is None:
        raise NoImport
    return record


def imports_of(session: Session, publication_id: int) -> list[Import]:
    """Return the imports, newest first."""
    return list(
        session.exec(
            select(Import)
            .where(col(Import.publication_id) == publication_id)
            .order_by(col(Import.id).desc())
        )
    )


def account_of(record: Import) -> ImportAccount:
    """Return what became of the rows of an import so far."""
    return ImportAccount(**{name: getattr(record, name) for name in COUNTS})


def import_file(
    database: Database,
    publication_id: int,
    path: Path,
    *,
    now: datetime,
    rejected_path: Path,
    by: str = "",
    progress: OnProgress = lambda _: None,
) -> Import:
    """Import a file whose columns are as guessed, from begin to end. Raises NoFile, NoSheet or NoAddressColumn."""
    columns = guess_columns(open_sheet(path).header)
    record = database.write(
        begin_import, publication_id, path, columns, evidence=Evidence(by), now=now
    )
    return run_import(
        database, record.key, path, now=now, rejected_path=rejected_path, progress=progress
    )


def run_import(
    database: Database,
    import_id: int,
    path: Path,
    *,
    now: datetime,
    rejected_path: Path,
    progress: OnProgress = lambda _: None,
) -> Import:
    """Do an import, or go on with it. Raises OtherFile, or AlreadyRunning if another process does it now."""
    with database.alone(f"import-{import_id}") as held:
        if not held:
            raise AlreadyRunning
        record = database.read(read_import, import_id)
        if record.status == "finished":
            return record
        if fingerprint(path) != record.sha256:
            raise OtherFile
        columns = check_columns(record.columns, record.targets, record.preset)
        suppressed = database.read(KeptOut)
        with staged(
            open_sheet(path),
            columns,
            now,
            rejected_path,
            lambda read: progress(ImportProgress(read, 0)),
        ) as reading:
            with _Lanes(database, record, now, progress) as lanes:
                for lines, same in _slices(reading.people, record.through, lanes.size):
                    account = ImportAccount(
                        read=reading.read, rejected=reading.rejected, known=same
                    )
                    lanes.store(parted(lines, suppressed, account), account)
            record = database.write(
                _finish, import_id, ImportAccount(read=reading.read, rejected=reading.rejected), now
            )
        database.analyse(Subscriber, Subscription)
        return record


def dry_run(
    database: Database,
    publication_id: int,
    path: Path,
    columns: Columns,
    *,
    now: datetime,
    rejected_path: Path | None = None,
    progress: OnProgress = lambda _: None,
) -> ImportAccount:
    """Return what an import would do to each row, and do none of it."""
    suppressed = database.read(KeptOut)
    whole = ImportAccount()
    with staged(
        open_sheet(path),
        columns,
        now,
        rejected_path,
        lambda read: progress(ImportProgress(read, 0)),
    ) as reading:
        for lines, same in _slices(reading.people, "", _Size()):
            whole.known += same
            part = parted(lines, suppressed, whole)
            database.read(judge, publication_id, part.lines, whole)
            progress(ImportProgress(whole.settled, reading.read))
        whole.read, whole.rejected = reading.read, reading.rejected
    return whole


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal; raises NoFile if there is none."""
    open_sheet(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Size:
    """How many people one slice takes: as many as are stored in the time that others may be kept waiting."""

    def __init__(self, hold_s: float = HOLD_S) -> None:
        self.people, self._hold_s = SLICE, hold_s

    def learn(self, people: int, took_s: float) -> None:
        wanted = int(people * self._hold_s / max(took_s, 0.001))
        self.people = max(FEWEST, min(MOST, wanted, self.people * 2))


class _Lanes:
    """Slices being stored while the next one is read: two at a time where the database lets two write.

    They are committed in their order, so that what is stored is always the beginning of the list.
    """

    def __init__(
        self, database: Database, record: Import, now: datetime, progress: OnProgress
    ) -> None:
        self._database, self._record, self._now, self._progress = database, record, now, progress
        self._most = 1 if database.is_sqlite else 2
        self._pool = ThreadPoolExecutor(self._most, "slices")
        self._going: deque[tuple[Future[Stored], int]] = deque()
        self.size = _Size(HOLD_S if database.is_sqlite else HOLD_SOME_S)

    def __enter__(self) -> "_Lanes":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._pool:  # what was begun ends
            while self._going and kind is None:
                self._settle()

    def store(self, part: Batch, account: ImportAccount) -> None:
        """Have a slice stored after those before it. Raises what one of them raised."""
        former = self._going[-1][0] if self._going else None
        key, publication_id = self._record.key, self._record.publication_id
        task = self._pool.submit(
            _stored, self._database, key, publication_id, part, account, self._now, former
        )
        self._going.append((task, len(part.lines) + len(part.bad)))
        if len(self._going) > self._most:
            self._settle()

    def _settle(self) -> None:
        task, people = self._going.popleft()
        record, took_s = task.result()
        self.size.learn(people, took_s)
        self._progress(ImportProgress(account_of(record).settled, record.read))


def _slices(
    lines: Iterable[PersonLine], through: str, size: _Size
) -> Iterator[tuple[list[PersonLine], int]]:
    """Yield people after `through`, each address once, as the row that counts most; and how many rows said the same address."""
    slice_: list[PersonLine] = []
    same, last = 0, through
    for line in lines:
        address = line[: line.index("\t")]
        if address == last and slice_:
            slice_[-1] = line
            same += 1
            continue
        if address <= through:
            continue
        if len(slice_) >= size.people:
            yield slice_, same
            slice_, same = [], 0
        last = address
        slice_.append(line)
    if slice_:
        yield slice_, same


def _stored(
    database: Database,
    import_id: int,
    publication_id: int,
    part: Batch,
    account: ImportAccount,
    now: datetime,
    former: Future[Stored] | None,
) -> Stored:
    """Store a slice, once more if another process was in its way. Raises Overtaken if one always is."""
    for _ in range(OVERTAKEN):
        began = time.monotonic()
        with suppress(Overtaken):
            record = database.write(
                _store, import_id, publication_id, part, replace(account), now, former
            )
            return record, time.monotonic() - began
    raise Overtaken


def _store(
    session: Session,
    import_id: int,
    publication_id: int,
    part: Batch,
    account: ImportAccount,
    now: datetime,
    former: Future[Stored] | None,
) -> Import:
    store(session, publication_id, import_id, part, account, now)
    if former is not None:
        try:
            former.result(TURN_S)
        except TimeoutError:  # it waits for somebody who may wait for us
            raise Overtaken from None
    record = read_import(session, import_id)
    record.through = part.through
    _count(record, account)
    session.flush()
    return record


def _finish(session: Session, import_id: int, account: ImportAccount, now: datetime) -> Import:
    record = read_import(session, import_id)
    _count(record, account)
    record.status = IMPORT.to(record.status, "finished")
    record.finished_at = now
    session.flush()
    return record


def _count(record: Import, account: ImportAccount) -> None:
    """Add what became of a slice; what was read and rejected is of the whole file."""
    for name, count in asdict(account).items():
        setattr(
            record, name, count if name in ("read", "rejected") else getattr(record, name) + count
        )
