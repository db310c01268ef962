"""Imports at the desk: a list is sent in, its columns are matched, all its rows are checked, then it comes in while a page tells how far.

The work is done elsewhere (lists/thread.py): a page asks for it, and tells what was found or how far it is. See lists/uploads.py.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Response, UploadFile
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse
from sqlmodel import Session

from newsletter.desk.models import Editor
from newsletter.errors import Refused
from newsletter.letters.reconfirming import ask_to_stay
from newsletter.lists.columns import BadColumns, Columns, check_columns, guess_columns
from newsletter.lists.csv_files import Sheet, read_rows
from newsletter.lists.importing import Evidence, account_of, begin_import, imports_of, read_import
from newsletter.lists.presets import TARGETS
from newsletter.lists.thread import ListThread
from newsletter.lists.uploads import CheckRequest, CheckResult, Lists, NoUpload
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import (
    EditorDep,
    ListThreadDep,
    PublicationDep,
    Reading,
    RuntimeDep,
    Writing,
)
from subscribers.joining.reconfirming import count_unanswered
from subscribers.models import Import

pages = APIRouter(prefix="/desk/readers/import")
FormStr = Annotated[str, Form()]
Mark = Annotated[str, PathParameter(pattern=r"[0-9a-f]{64}")]  # a file's fingerprint
SAMPLES, REJECTED_SHOWN = 3, 50
LEAVE_OUT = "out"  # what a form says for no target: it cannot tell nothing from not sent
PATIENCE_S = 3.0  # a check of some thousand rows is answered at once


@pages.get("")
def import_page(editor: EditorDep, publication: PublicationDep, session: Reading) -> Response:
    return _choose(editor, publication, imports_of(session, publication.key))


@pages.post("")
def send_in(
    file: UploadFile,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    """Keep the file, and go on to its columns."""
    try:
        mark = runtime.lists.keep(file.file, file.size or 0, file.filename or "readers.csv")
    except Refused as error:
        return _choose(editor, publication, imports_of(session, publication.key), str(error))
    return go_to(f"/desk/readers/import/{mark}")


@pages.get("/done/{import_id}")
def progress_page(
    import_id: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    list_thread: ListThreadDep,
) -> Response:
    return _progress(
        "desk/imported.html",
        runtime,
        list_thread,
        session,
        publication,
        editor,
        read_import(session, import_id),
    )


@pages.get("/done/{import_id}/progress")
def progress_only(
    import_id: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    list_thread: ListThreadDep,
) -> Response:
    """The figures, for a page that has them."""
    record = read_import(session, import_id)
    answer = _progress(
        "desk/_imported.html", runtime, list_thread, session, publication, editor, record
    )
    if record.status == "finished":
        answer.headers["HX-Refresh"] = "true"  # the steps above it have changed too
    return answer


@pages.post("/done/{import_id}/go-on")
def go_on(import_id: int, _: EditorDep, list_thread: ListThreadDep) -> Response:
    """Go on now with an import that was cut off, instead of in a minute."""
    list_thread.wake()
    return go_to(f"/desk/readers/import/done/{import_id}")


@pages.post("/done/{import_id}/reconfirm")
def reconfirm(
    import_id: int, _: EditorDep, runtime: RuntimeDep, days: Annotated[int, Form()] = 14
) -> Response:
    """Ask everybody of this import whether they want to stay."""
    ask_to_stay(
        runtime.database,
        import_id,
        days,
        urls=runtime.urls,
        signer=runtime.signer,
        now=runtime.clock.now(),
    )
    return go_to(f"/desk/readers/import/done/{import_id}")


@pages.get("/{mark}/rejected.csv")
def rejected(mark: Mark, _: EditorDep, runtime: RuntimeDep) -> Response:
    """The rows that were rejected, to be mended and sent in again."""
    path = runtime.lists.rejected_path(mark)
    if not path.exists():
        raise NoUpload
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename="rejected.csv")


@pages.get("/{mark}")
def columns_page(
    mark: Mark, editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep
) -> Response:
    """The columns as they were checked last, or as they are guessed; and what the check found, or how far it is."""
    sheet, asked = runtime.lists.sheet(mark), runtime.lists.requested_check(mark)
    if asked is not None:
        return _match(
            runtime.lists,
            publication,
            editor,
            sheet,
            asked,
            runtime.lists.check_result(mark),
            is_asked=True,
        )
    try:
        targets, error = guess_columns(sheet.header).targets, ""
    except Refused as refused:  # a person says which column has the addresses
        targets, error = ("attribute",) * len(sheet.header), str(refused)
    return _match(
        runtime.lists,
        publication,
        editor,
        sheet,
        CheckRequest(publication.key, targets),
        CheckResult(None, error),
    )


@pages.get("/{mark}/progress")
def check_only(mark: Mark, _: EditorDep, runtime: RuntimeDep) -> Response:
    """How far the check is, for a page that has it."""
    answer = show("desk/_checking.html", mark=mark, far=runtime.lists.progress(mark))
    if runtime.lists.check_result(mark) is not None or not runtime.lists.has(mark):
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.post("/{mark}/check")
def check(
    mark: Mark,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    list_thread: ListThreadDep,
    target: Annotated[list[str], Form()],
    source: FormStr = "",
    words: FormStr = "",
) -> Response:
    """Ask what would happen to each row; nothing of it happens."""
    sheet = runtime.lists.sheet(mark)
    asked = CheckRequest(publication.key, _targets(target, sheet), source, words)
    try:
        _columns(sheet, asked.targets)
    except Refused as refused:
        return _match(
            runtime.lists, publication, editor, sheet, asked, CheckResult(None, str(refused))
        )
    runtime.lists.request_check(mark, asked)
    list_thread.wake()
    list_thread.wait_until_done(PATIENCE_S)
    return go_to(f"/desk/readers/import/{mark}")


@pages.post("/{mark}/start")
def start(
    mark: Mark,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    list_thread: ListThreadDep,
    session: Writing,
    later: BackgroundTasks,
    target: Annotated[list[str], Form()],
    source: FormStr = "",
    words: FormStr = "",
) -> Response:
    """Begin the import; it goes on while its page is looked at, and after."""
    sheet = runtime.lists.sheet(mark)
    record = begin_import(
        session,
        publication.key,
        sheet.path,
        _columns(sheet, _targets(target, sheet)),
        evidence=Evidence(editor.address, source, words),
        name=runtime.lists.name(mark),
        now=runtime.clock.now(),
    )
    runtime.lists.drop_check(mark)
    later.add_task(list_thread.wake)  # once it is committed
    return go_to(f"/desk/readers/import/done/{record.id}")


def _targets(typed: Sequence[str], sheet: Sheet) -> tuple[str, ...]:
    """Where each column goes, as a form says; one for each, or the form is of another file."""
    if len(typed) != len(sheet.header):
        raise BadColumns
    return tuple("" if one == LEAVE_OUT else one for one in typed)


def _columns(sheet: Sheet, targets: Sequence[str]) -> Columns:
    """The columns with these targets, their words read as the program that wrote them means them."""
    return check_columns(
        sheet.header, targets, guess_columns(sheet.header, dict(enumerate(targets))).preset
    )


def _choose(
    editor: Editor, publication: Publication, imports: Sequence[Import], error: str = ""
) -> Response:
    return show(
        "desk/imports.html",
        422 if error else 200,
        editor=editor,
        publication=publication,
        imports=imports,
        error=error,
    )


def _match(
    lists: Lists,
    publication: Publication,
    editor: Editor,
    sheet: Sheet,
    asked: CheckRequest,
    found: CheckResult | None,
    *,
    is_asked: bool = False,
) -> Response:
    mark = sheet.path.stem
    samples = [cells for _, cells, _ in islice(read_rows(sheet, 0), SAMPLES)]
    firsts = [
        [cells[n][:60] for cells in samples if n < len(cells) and cells[n].strip()]
        for n in range(len(sheet.header))
    ]
    account, error = (found.account, found.error) if found else (None, "")
    return show(
        "desk/import.html",
        422 if error else 200,
        editor=editor,
        publication=publication,
        mark=mark,
        name=lists.name(mark),
        sheet=sheet,
        columns=list(zip(sheet.header, asked.targets, firsts, strict=True)),
        preset=_preset(sheet),
        targets={key or LEAVE_OUT: label for key, label in TARGETS.items()},
        is_checking=is_asked and found is None,
        far=lists.progress(mark),
        account=account,
        rejections=lists.rejections(mark, REJECTED_SHOWN) if account and account.rejected else (),
        error=error,
        source=asked.source,
        words=asked.words,
    )


def _preset(sheet: Sheet) -> str:
    try:
        return guess_columns(sheet.header).preset
    except Refused:
        return ""


def _progress(
    template: str,
    runtime: Runtime,
    list_thread: ListThread,
    session: Session,
    publication: Publication,
    editor: Editor,
    record: Import,
) -> Response:
    is_here, mark = runtime.lists.has(record.sha256), record.sha256
    is_cut_off = False
    if (
        record.status == "running" and not is_here
    ):  # it was begun elsewhere: at the terminal, or on another machine
        with runtime.database.alone(f"import-{record.id}") as nobody_else:
            is_cut_off = nobody_else
    is_told = record.rejected and record.status == "finished"
    return show(
        template,
        editor=editor,
        publication=publication,
        record=record,
        account=account_of(record),
        far=runtime.lists.progress(mark),
        rejections=runtime.lists.rejections(mark, REJECTED_SHOWN) if is_told else (),
        is_cut_off=is_cut_off,
        is_resting=record.status == "running" and list_thread.is_resting(record.key, mark),
        asked=count_unanswered(session, record.key),
    )
