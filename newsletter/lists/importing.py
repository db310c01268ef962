"""Import: a file of people. Each row ends somewhere, and the account says where.

The file is read once and put in the order of its mailboxes, then stored batch by batch, each in a
short transaction that keeps nobody waiting. How far it came is kept in the transaction of each
batch: after a crash the same import goes on there. Who left is never brought back.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.database import Database
from newsletter.errors import Conflict, NotFound
from newsletter.lists.columns import Columns, check_columns, guess_columns, named
from newsletter.lists.lanes import BatchSize, Lanes, OnImport, add_account, group_people
from newsletter.lists.meaning.answers import read_answers
from newsletter.lists.meaning.asking import find_questions
from newsletter.lists.meaning.questions import ColumnQuestion, Unclear, notes_of
from newsletter.lists.runs import OnRows
from newsletter.lists.staging import StagedFile, staged
from newsletter.lists.storing import ImportAccount, judge_batch, make_batch
from newsletter.lists.tables.rows import first_rows
from newsletter.lists.tables.shapes import open_sheet
from newsletter.text import one_line
from subscribers.models import Import, Subscriber, Subscription
from subscribers.status import IMPORT
from subscribers.suppressing import KeptOut

COUNTS = tuple(field.name for field in fields(ImportAccount))
MOST_NAME_CHARS = 200
MOST_SOURCE_CHARS = 200
MOST_WORDS_CHARS = 500


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How many rows are done, of `total`; `total` is 0 as long as the file is read."""

    done: int
    total: int


OnProgress = Callable[[ImportProgress], None]
OnNotes = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What an import would do to each row, what is lost of rows that come in, and what was asked.

    All questions are answered.
    """

    account: ImportAccount
    notes: Sequence[str]
    questions: Sequence[ColumnQuestion]


@dataclass(frozen=True, slots=True)
class ImportEvidence:
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
    evidence: ImportEvidence,
    name: str = "",
    now: datetime,
) -> Import:
    """Note an import of a file, and return it.

    If the same file was begun with the same columns and is not finished, return that import: it
    goes on where it was.
    """
    sha256 = fingerprint(path)
    begun = _find_begun(session, publication_id, sha256, columns)
    if begun is not None:
        return begun
    record = Import(
        publication_id=publication_id,
        file_name=(name or path.name)[:MOST_NAME_CHARS],
        sha256=sha256,
        preset=columns.preset,
        columns=list(columns.names),
        targets=list(columns.targets),
        answers=columns.answers.written(),
        by=evidence.by,
        source=one_line(evidence.source)[:MOST_SOURCE_CHARS],
        words=one_line(evidence.words)[:MOST_WORDS_CHARS],
        status="running",
        started_at=now,
    )
    session.add(record)
    session.flush()
    return record


def _find_begun(
    session: Session,
    publication_id: int,
    sha256: str,
    columns: Columns,
) -> Import | None:
    for found in session.exec(_select_running(publication_id, sha256)):
        if (
            found.targets == list(columns.targets)
            and read_answers(found.answers) == columns.answers
        ):
            return found
    return None


def _select_running(publication_id: int, sha256: str) -> SelectOfScalar[Import]:
    """The query for imports of a file that are not finished, the oldest first."""
    same = {"publication_id": publication_id, "sha256": sha256, "status": "running"}
    return select(Import).filter_by(**same).order_by(col(Import.id))


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal. Raises NoFile or NoSheet."""
    open_sheet(path)  # refuses what is no list before it is kept under this name
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_import(session: Session, import_id: int) -> Import:
    """Return an import; raises NoImport."""
    record = session.get(Import, import_id)
    if record is None:
        raise NoImport
    return record


def imports_of(session: Session, publication_id: int) -> list[Import]:
    """Return the imports of a publication, newest first."""
    query = select(Import).filter_by(publication_id=publication_id).order_by(col(Import.id).desc())
    return list(session.exec(query))


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
    """Import a file whose columns are as guessed, from begin to end.

    Raises NoFile, NoSheet, NoAddressColumn, BadColumns or Unclear.
    """
    sheet = open_sheet(path)
    columns = guess_columns(sheet.header, firsts=first_rows(sheet))
    record = database.write(
        begin_import,
        publication_id,
        path,
        columns,
        evidence=ImportEvidence(by),
        now=now,
    )
    return run_import(
        database,
        record.key,
        path,
        now=now,
        rejected_path=rejected_path,
        progress=progress,
    )


def run_import(
    database: Database,
    import_id: int,
    path: Path,
    *,
    now: datetime,
    rejected_path: Path,
    progress: OnProgress = lambda _: None,
    on_notes: OnNotes = lambda _: None,
) -> Import:
    """Do an import, or go on with it. `on_notes` hears what is lost though its row comes in.

    Raises OtherFile, AlreadyRunning if another process does it now, or HelperLost. Raises Unclear
    if the file is not clear about who left; then there is no import any more.
    """
    # The lock ends with the process: an import that was cut off is free for the next one.
    with database.alone(f"import-{import_id}") as is_alone:
        if not is_alone:
            raise AlreadyRunning
        record = database.read(read_import, import_id)
        if record.status == "finished":
            return record
        _refuse_other_file(record, path)
        sheet = open_sheet(path)
        columns = _columns_of(record)
        try:
            with (
                staged(sheet, columns, now, rejected_path, _as_rows(progress)) as file,
                Lanes(database, record, now, _as_imports(progress)) as lanes,
            ):
                on_notes(notes_of(columns, file.survey))
                _store_people(lanes, file, record.through, database.read(KeptOut))
        except Unclear:
            database.write(_forget, import_id)
            raise
        record = database.write(_finish, import_id, _rows_of(file), now)
        # PostgreSQL would plan the next queries for the tables as they were.
        database.analyse(Subscriber, Subscription)
        return record


def _refuse_other_file(record: Import, path: Path) -> None:
    # "After this mailbox" means something for the same file only.
    if fingerprint(path) != record.sha256:
        raise OtherFile


def _columns_of(record: Import) -> Columns:
    answers = read_answers(record.answers)
    columns = check_columns(record.columns, record.targets, record.preset, answers)
    return named(columns, record.file_name)


def _forget(session: Session, import_id: int) -> None:
    """Forget an import of which nobody was stored: its file has to be asked about first."""
    session.delete(read_import(session, import_id))


def _store_people(
    lanes: Lanes,
    file: StagedFile,
    through: str,
    kept_out: KeptOut,
) -> None:
    """Store people after the mailbox `through`; those before it were stored before a crash."""
    for lines, repeated in group_people(file.people, through, lanes.size):
        account = replace(_rows_of(file), known=repeated)
        batch = make_batch(lines, kept_out, account)
        lanes.store(batch, account)


def _rows_of(file: StagedFile) -> ImportAccount:
    """What is known of the rows of a file before anybody is stored."""
    return ImportAccount(read=file.read, rejected=file.rejected)


def _as_rows(progress: OnProgress) -> OnRows:
    return lambda rows: progress(ImportProgress(rows, 0))


def _as_imports(progress: OnProgress) -> OnImport:
    return lambda record: progress(ImportProgress(account_of(record).settled, record.read))


def _finish(
    session: Session,
    import_id: int,
    rows: ImportAccount,
    now: datetime,
) -> Import:
    record = read_import(session, import_id)
    add_account(record, rows)
    record.status = IMPORT.to(record.status, "finished")
    record.finished_at = now
    session.flush()
    return record


def check_file(
    database: Database,
    publication_id: int,
    path: Path,
    columns: Columns,
    *,
    now: datetime,
    rejected_path: Path | None = None,
    progress: OnProgress = lambda _: None,
) -> CheckedFile:
    """Return what an import would do, and do none of it.

    The same functions count as in earnest. Raises NoFile, NoSheet, HelperLost or Unclear.
    """
    kept_out = database.read(KeptOut)
    with staged(open_sheet(path), columns, now, rejected_path, _as_rows(progress)) as file:
        account = ImportAccount()
        for lines, repeated in group_people(file.people, "", BatchSize()):
            account.known += repeated
            batch = make_batch(lines, kept_out, account)
            database.read(judge_batch, publication_id, batch.lines, account)
            progress(ImportProgress(account.settled + file.rejected, file.read))
    whole = replace(account, read=file.read, rejected=file.rejected)
    questions = find_questions(columns, file.survey)
    return CheckedFile(whole, notes_of(columns, file.survey), questions)
