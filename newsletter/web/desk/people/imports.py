"""Imports at the desk: a list is sent in, its columns are matched, its rows are checked.

The work is done by the list thread (lists/thread.py): a page asks for it and shows its result, or
how far it is. What waits between two pages is kept by mark (lists/uploads.py). How far an import
is that has begun: progress.py.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Response, UploadFile
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.lists.columns import BadColumns, Columns, choose_columns, guess_columns
from newsletter.lists.importing import ImportEvidence, begin_import, imports_of
from newsletter.lists.meaning.answers import ANY, MEANINGS, Answers, read_answers
from newsletter.lists.meaning.programs import find_preset
from newsletter.lists.meaning.questions import DATES, EVERYBODY
from newsletter.lists.presets import TARGETS
from newsletter.lists.storing import ImportAccount
from newsletter.lists.tables.rows import first_rows, read_rows
from newsletter.lists.tables.shapes import Sheet
from newsletter.lists.thread import ListThread
from newsletter.lists.uploads import CheckRequest, CheckResult, NoUpload
from newsletter.web.desk.buttons import explain
from newsletter.web.desk.desk import TO_HANDLE_LISTS, Desk, DeskDep
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import ListThreadDep, Reading, Writing
from subscribers.models import Import

pages = APIRouter(prefix="/desk/readers/import", dependencies=TO_HANDLE_LISTS)
# A file's fingerprint. The pattern also keeps an address from naming any other file of the folder.
Mark = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}$")]


def _own_mark(mark: Mark, desk: DeskDep) -> str:
    """The mark of a list that this publication sent in. Raises NoUpload."""
    desk.lists.require_of(mark, desk.key)
    return mark


OwnMark = Annotated[str, Depends(_own_mark)]
SAMPLES = 3  # rows of which the page shows the cells, to tell the columns by
SAMPLE_CHARS = 60
REJECTED_SHOWN = 50
LEAVE_OUT = "out"  # a form's word for no target: an empty field would not be sent
PATIENCE_S = 3.0  # a check of some thousand rows is answered at once


class NotChecked(Refused):
    """These columns and answers were not checked yet, so nobody was imported.
    Press “Check” first."""


class ColumnsForm(BaseModel):
    """Where each column goes, in the order of the file, and what is kept as evidence of consent.

    `asked` has the words that were asked about (`3|yes`: a column by its place, or what else
    questions are about), `answer` the meaning of each, "" for none.
    """

    target: list[str]
    asked: list[str] = []
    answer: list[str] = []
    source: str = ""
    words: str = ""

    def answers(self) -> Answers:
        """What the editor says that the words of the file mean."""
        columns: dict[int, dict[str, str]] = {}
        whole = {EVERYBODY: "", DATES: ""}
        for asked, answer in zip(self.asked, self.answer, strict=False):
            about, _, word = asked.partition("|")
            if about in whole:
                whole[about] = answer
            elif about.isdecimal() and answer in MEANINGS:
                columns.setdefault(int(about), {})[word or ANY] = answer
        return Answers(columns, whole[EVERYBODY], whole[DATES])


ColumnsFormDep = Annotated[ColumnsForm, Form()]


@pages.get("")
def import_page(desk: DeskDep, session: Reading) -> Response:
    return _upload_page(session, desk)


@pages.post("")
def send_in(file: UploadFile, desk: DeskDep, session: Reading) -> Response:
    """Keep the file, and go on to its columns."""
    lists = desk.lists
    try:
        mark = lists.keep(file.file, file.size or 0, file.filename or "readers.csv", desk.key)
    except Refused as error:
        return _upload_page(session, desk, explain(error))
    return go_to(f"/desk/readers/import/{mark}")


@pages.get("/{mark}/rejected.csv")
def rejected(mark: OwnMark, desk: DeskDep) -> Response:
    """The rows that were rejected, to be mended and sent in again."""
    path = desk.lists.rejected_path(mark)
    if not path.exists():
        raise NoUpload
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename="rejected.csv")


@pages.get("/{mark}")
def columns_page(mark: OwnMark, desk: DeskDep) -> Response:
    """The columns as they were checked last, or as they are guessed from the header."""
    lists = desk.lists
    sheet = lists.sheet(mark)
    request = lists.requested_check(mark)
    # Another publication may have sent in the same list.
    if request is None or request.publication_id != desk.key:
        return _guessed_page(desk, sheet)
    return _columns_page(desk, sheet, request, lists.check_result(mark))


@pages.get("/{mark}/progress")
def check_only(mark: OwnMark, desk: DeskDep) -> Response:
    """How far the check is, for a page that has it."""
    lists = desk.lists
    answer = show("desk/_checking.html", mark=mark, list_progress=lists.progress(mark))
    if lists.check_result(mark) is not None or not lists.has(mark):
        # It is done, or the list is gone: htmx loads the whole page.
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.post("/{mark}/check")
def check(
    mark: OwnMark,
    desk: DeskDep,
    list_thread: ListThreadDep,
    form: ColumnsFormDep,
) -> Response:
    """Ask what would become of each row; nothing happens to it."""
    # By POST all the same: it begins work, and no link may do that.
    lists = desk.lists
    sheet = lists.sheet(mark)
    request = _request(desk, sheet, form)
    try:
        _columns(sheet, request)
    except Refused as refused:
        return _columns_page(desk, sheet, request, CheckResult(None, explain(refused)))
    lists.request_check(mark, request)
    _begin_work(list_thread)
    return go_to(f"/desk/readers/import/{mark}")


@pages.post("/{mark}/start")
def start(
    mark: OwnMark,
    desk: DeskDep,
    list_thread: ListThreadDep,
    session: Writing,
    form: ColumnsFormDep,
) -> Response:
    """Begin the import; it goes on while its page is looked at, and after."""
    record = _begin(session, desk, mark, form)
    desk.lists.drop_check(mark)
    answer = go_to(f"/desk/readers/import/done/{record.id}")
    # In the background, because the thread finds the import only once it is committed.
    answer.background = BackgroundTasks()
    answer.background.add_task(list_thread.wake)
    return answer


def _begin_work(list_thread: ListThread) -> None:
    """A short list is done before the next page is asked for; a long one shows how far it is."""
    list_thread.wake()
    list_thread.wait_until_done(PATIENCE_S)


def _request(desk: Desk, sheet: Sheet, form: ColumnsForm) -> CheckRequest:
    """The check that a form asks for. Raises BadColumns if the form is of another file."""
    return CheckRequest(
        desk.key,
        _targets(form, sheet),
        form.source,
        form.words,
        form.answers().written(),
    )


def _begin(
    session: Session,
    desk: Desk,
    mark: str,
    form: ColumnsForm,
) -> Import:
    lists = desk.lists
    sheet = lists.sheet(mark)
    request = _request(desk, sheet, form)
    # A check finds what the file does not say clearly; without it people who left might come in.
    if not lists.checked(mark, request):
        raise NotChecked
    return begin_import(
        session,
        desk.key,
        sheet.path,
        _columns(sheet, request),
        evidence=ImportEvidence(desk.by, form.source, form.words),
        name=lists.name(mark),
        now=desk.now(),
    )


def _guess_targets(sheet: Sheet) -> tuple[tuple[str, ...], str]:
    """Where each column goes by its name, and what is wrong with that, or ""."""
    try:
        return guess_columns(sheet.header, firsts=first_rows(sheet)).targets, ""
    except Refused as error:
        # A person says which column has the addresses.
        return ("attribute",) * len(sheet.header), explain(error)


def _targets(form: ColumnsForm, sheet: Sheet) -> tuple[str, ...]:
    """Where each column goes. Raises BadColumns if the form is of another file."""
    # The form may be of a page that was open while another file was sent in.
    if len(form.target) != len(sheet.header):
        raise BadColumns
    return tuple("" if target == LEAVE_OUT else target for target in form.target)


def _columns(sheet: Sheet, request: CheckRequest) -> Columns:
    return choose_columns(sheet.header, request.targets, read_answers(request.answers))


def _upload_page(session: Session, desk: Desk, error: str = "") -> Response:
    return desk.show(
        "desk/imports.html",
        422 if error else 200,
        imports=imports_of(session, desk.key),
        error=error,
    )


def _guessed_page(desk: Desk, sheet: Sheet) -> Response:
    """Show the columns of a list for the first time."""
    targets, error = _guess_targets(sheet)
    return _columns_page(desk, sheet, CheckRequest(desk.key, targets), CheckResult(None, error))


def _columns_page(
    desk: Desk,
    sheet: Sheet,
    request: CheckRequest,
    result: CheckResult | None,
) -> Response:
    """Show where each column goes, beside what the check found; no `result` means it still runs."""
    lists = desk.lists
    mark = sheet.path.stem  # its file is named by it
    account = result.account if result else None
    error = result.error if result else ""
    return desk.show(
        "desk/import.html",
        422 if error else 200,
        mark=mark,
        name=lists.name(mark),
        sheet=sheet,
        columns=_shown_columns(sheet, request.targets),
        preset=_preset(sheet),
        targets=_choices(),
        is_checking=result is None,
        list_progress=lists.progress(mark),
        account=account,
        questions=result.questions if result else (),
        meanings=MEANINGS,
        notes=result.notes if result else (),
        rejections=_read_rejections(desk, mark, account),
        error=error,
        source=request.source,
        words=request.words,
    )


def _shown_columns(
    sheet: Sheet, targets: Sequence[str]
) -> Sequence[tuple[str, str, Sequence[str]]]:
    """Each column: its name, where it goes, and its first cells."""
    return list(zip(sheet.header, targets, _samples(sheet), strict=True))


def _choices() -> dict[str, str]:
    """Where a column may go: what the form sends, and the label that a person chooses by."""
    return {target or LEAVE_OUT: label for target, label in TARGETS.items()}


def _read_rejections(
    desk: Desk, mark: str, account: ImportAccount | None
) -> Sequence[Sequence[str]]:
    # Nothing is read from disk for a list without them, as most are.
    if account is None or not account.rejected:
        return ()
    return desk.lists.rejections(mark, REJECTED_SHOWN)


def _samples(sheet: Sheet) -> list[list[str]]:
    """The first cells of each column that have something in them, cut."""
    samples: list[list[str]] = [[] for _ in sheet.header]
    for _, cells, _ in islice(read_rows(sheet, 0), SAMPLES):
        # A row may be shorter than the header, or longer: zip takes what both have.
        for column, cell in zip(samples, cells, strict=False):
            if cell.strip():
                column.append(cell[:SAMPLE_CHARS])
    return samples


def _preset(sheet: Sheet) -> str:
    """The program that wrote the file, as far as its header tells; "" if it does not."""
    preset = find_preset([name.casefold() for name in sheet.header])
    return preset.name if preset else ""
