"""Imports at the desk: a list is sent in, its columns are matched, all its rows are checked, then it comes in while a page tells how far.

The file waits in a folder under its fingerprint; nothing of it is in the database before the import begins, and it is removed after.
"""

import contextlib
import csv
import shutil
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, BackgroundTasks, Form, Response, UploadFile
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse
from sqlmodel import Session

from newsletter.desk.models import Editor
from newsletter.errors import Refused
from newsletter.letters.reconfirming import ask_again
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing
from subscribers.columns import BadColumns, Columns, checked, guess
from subscribers.importing import AlreadyRunning, account_of, begin, carry_out, dry_run, every_import, fingerprint, read_import
from subscribers.models import Import
from subscribers.presets import TARGETS
from subscribers.reconfirming import waiting
from subscribers.sheets import Sheet, open_sheet, rows
from subscribers.storing import Account

pages = APIRouter(prefix="/desk/readers/import")
FormStr = Annotated[str, Form()]
Mark = Annotated[str, PathParameter(pattern=r"[0-9a-f]{64}")]  # a file's fingerprint
MOST_BYTES = 500 * 1024 * 1024
SAMPLES, REJECTED_SHOWN = 3, 50
LEAVE_OUT = "out"  # what a form says for no target: it cannot tell nothing from not sent
BEGINS_WITHIN = timedelta(seconds=10)  # the work begins after the answer is sent


class TooLarge(Refused):
    """The file has more than 500 MB. Cut it into parts, each with the header."""


class NoUpload(Refused):
    """This file is not here any more. Send it in again: nobody is imported twice."""


@pages.get("")
def import_page(editor: EditorDep, publication: PublicationDep, session: Reading) -> Response:
    return _choose(editor, publication, every_import(session, publication.id or 0))


@pages.post("")
def send_in(file: UploadFile, editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    """Keep the file, and go on to its columns."""
    folder = runtime.imports
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{uuid4().hex}.part"
    try:
        if (file.size or 0) > MOST_BYTES:
            raise TooLarge
        with part.open("wb") as kept:
            shutil.copyfileobj(file.file, kept)
        mark = fingerprint(part)
        part.rename(_kept(runtime, mark))
    except Refused as error:
        return _choose(editor, publication, every_import(session, publication.id or 0), str(error))
    finally:
        part.unlink(missing_ok=True)
    _kept(runtime, mark).with_suffix(".name").write_text(Path(file.filename or "readers.csv").name[:200], "utf-8")
    return go_to(f"/desk/readers/import/{mark}")


@pages.get("/done/{import_id}")
def progress_page(import_id: int, editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    return _progress("editor/imported.html", runtime, session, publication, editor, read_import(session, import_id))


@pages.get("/done/{import_id}/progress")
def progress_only(import_id: int, editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    """The figures, for a page that has them."""
    answer = _progress("editor/_imported.html", runtime, session, publication, editor, read_import(session, import_id))
    if read_import(session, import_id).status == "finished":
        answer.headers["HX-Refresh"] = "true"  # the steps above it have changed too
    return answer


@pages.post("/done/{import_id}/go-on")
def go_on(import_id: int, _: EditorDep, runtime: RuntimeDep, session: Reading, later: BackgroundTasks) -> Response:
    """Go on with an import that was cut off."""
    record = read_import(session, import_id)
    _uploaded(runtime, record.sha256)
    later.add_task(_carry_out, runtime, import_id, record.sha256)
    return go_to(f"/desk/readers/import/done/{import_id}")


@pages.post("/done/{import_id}/reconfirm")
def reconfirm(import_id: int, _: EditorDep, runtime: RuntimeDep, days: Annotated[int, Form()] = 14) -> Response:
    """Ask everybody of this import whether they want to stay."""
    ask_again(runtime.database, import_id, days, runtime.urls, runtime.signer, runtime.clock.now())
    return go_to(f"/desk/readers/import/done/{import_id}")


@pages.get("/{mark}/rejected.csv")
def rejected(mark: Mark, _: EditorDep, runtime: RuntimeDep) -> Response:
    """The rows that were rejected, to be mended and sent in again."""
    path = _rejected(runtime, mark)
    if not path.exists():
        raise NoUpload
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename="rejected.csv")


@pages.get("/{mark}")
def columns_page(mark: Mark, editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep) -> Response:
    sheet = _uploaded(runtime, mark)
    try:
        columns, error = guess(sheet.header), ""
    except Refused as refused:  # a person says which column has the addresses
        columns, error = Columns(sheet.header, ("attribute",) * len(sheet.header)), str(refused)
    return _match(runtime, publication, editor, sheet, columns, error=error)


@pages.post("/{mark}/check")
def check(
    mark: Mark,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    target: Annotated[list[str], Form()],
    source: FormStr = "",
    words: FormStr = "",
) -> Response:
    """Say what would happen to each row; nothing of it happens."""
    sheet, account, error = _uploaded(runtime, mark), None, ""
    typed = _targets(target, sheet)
    try:
        columns = checked(sheet.header, typed, guess(sheet.header, dict(enumerate(typed))).preset)
        now, path = runtime.clock.now(), _rejected(runtime, mark)
        path.unlink(missing_ok=True)
        account = dry_run(runtime.database, publication.id or 0, sheet.path, columns, now=now, rejected_path=path)
    except Refused as refused:
        columns, error = Columns(sheet.header, typed), str(refused)
    return _match(runtime, publication, editor, sheet, columns, account=account, error=error, source=source, words=words)


@pages.post("/{mark}/start")
def start(
    mark: Mark,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    later: BackgroundTasks,
    target: Annotated[list[str], Form()],
    source: FormStr = "",
    words: FormStr = "",
) -> Response:
    """Begin the import; it goes on while its page is looked at, and after."""
    sheet = _uploaded(runtime, mark)
    typed = _targets(target, sheet)
    columns = checked(sheet.header, typed, guess(sheet.header, dict(enumerate(typed))).preset)
    record = begin(
        session,
        publication.id or 0,
        sheet.path,
        columns,
        by=editor.address,
        name=_name(runtime, mark),
        source=source,
        words=words,
        now=runtime.clock.now(),
    )
    later.add_task(_carry_out, runtime, record.id or 0, mark)
    return go_to(f"/desk/readers/import/done/{record.id}")


def _carry_out(runtime: Runtime, import_id: int, mark: str) -> None:
    path = _kept(runtime, mark)
    with contextlib.suppress(AlreadyRunning):
        carry_out(runtime.database, import_id, path, now=runtime.clock.now(), rejected_path=_rejected(runtime, mark))
        for one in (path, path.with_suffix(".name")):
            one.unlink(missing_ok=True)


def _uploaded(runtime: Runtime, mark: str) -> Sheet:
    path = _kept(runtime, mark)
    if not path.exists():
        raise NoUpload
    return open_sheet(path)


def _kept(runtime: Runtime, mark: str) -> Path:
    return runtime.imports / f"{mark}.csv"


def _rejected(runtime: Runtime, mark: str) -> Path:
    return runtime.imports / f"{mark}.rejected.csv"


def _name(runtime: Runtime, mark: str) -> str:
    return _kept(runtime, mark).with_suffix(".name").read_text("utf-8")


def _targets(typed: Sequence[str], sheet: Sheet) -> tuple[str, ...]:
    """Where each column goes, as a form says; one for each, or the form is of another file."""
    if len(typed) != len(sheet.header):
        raise BadColumns
    return tuple("" if one == LEAVE_OUT else one for one in typed)


def _rejections(runtime: Runtime, mark: str) -> Sequence[Sequence[str]]:
    """The first rows that were rejected: line, value, reason."""
    path = _rejected(runtime, mark)
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return list(islice(csv.reader(file), 1, REJECTED_SHOWN + 1))


def _choose(editor: Editor, publication: Publication, imports: Sequence[Import], error: str = "") -> Response:
    return show("editor/imports.html", 422 if error else 200, editor=editor, publication=publication, imports=imports, error=error)


def _match(
    runtime: Runtime,
    publication: Publication,
    editor: Editor,
    sheet: Sheet,
    columns: Columns,
    *,
    account: Account | None = None,
    error: str = "",
    source: str = "",
    words: str = "",
) -> Response:
    mark = sheet.path.stem
    samples = [cells for _, cells, _ in islice(rows(sheet, 0), SAMPLES)]
    firsts = [[cells[n][:60] for cells in samples if n < len(cells) and cells[n].strip()] for n in range(len(sheet.header))]
    return show(
        "editor/import.html",
        422 if error else 200,
        editor=editor,
        publication=publication,
        mark=mark,
        name=_name(runtime, mark),
        sheet=sheet,
        columns=list(zip(columns.names, columns.targets, firsts, strict=True)),
        preset=columns.preset,
        targets={key or LEAVE_OUT: label for key, label in TARGETS.items()},
        account=account,
        rejections=_rejections(runtime, mark) if account and account.rejected else (),
        error=error,
        source=source,
        words=words,
    )


def _progress(template: str, runtime: Runtime, session: Session, publication: Publication, editor: Editor, record: Import) -> Response:
    is_cut_off = False
    if record.status == "running" and runtime.clock.now() - record.started_at > BEGINS_WITHIN:
        with runtime.database.alone(f"import-{record.id}") as nobody_else:
            is_cut_off = nobody_else
    is_told = record.rejected and record.status == "finished"
    return show(
        template,
        editor=editor,
        publication=publication,
        record=record,
        account=account_of(record),
        rejections=_rejections(runtime, record.sha256) if is_told else (),
        is_cut_off=is_cut_off,
        asked=waiting(session, record.id or 0),
    )
