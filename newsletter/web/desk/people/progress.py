"""How far an import is, at the desk, and what is done with it: go on, ask its people to stay."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.letters.reconfirming import ask_to_stay
from newsletter.lists.importing import account_of, read_import
from newsletter.lists.thread import ListThread
from newsletter.web.desk.desk import TO_HANDLE_LISTS, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import ListThreadDep, Reading
from subscribers.joining.reconfirming import count_unanswered
from subscribers.models import Import

pages = APIRouter(prefix="/desk/readers/import/done/{import_id}", dependencies=TO_HANDLE_LISTS)
REJECTED_SHOWN = 50


class ReconfirmForm(BaseModel):
    """For how many days the people of an import may answer."""

    days: int = 14


ReconfirmFormDep = Annotated[ReconfirmForm, Form()]


@pages.get("")
def progress_page(
    import_id: int,
    desk: DeskDep,
    session: Reading,
    list_thread: ListThreadDep,
) -> Response:
    record = read_import(session, import_id)
    return _page(
        "desk/imported.html",
        session,
        desk,
        list_thread,
        record,
    )


@pages.get("/progress")
def progress_only(
    import_id: int,
    desk: DeskDep,
    session: Reading,
    list_thread: ListThreadDep,
) -> Response:
    """The figures, for a page that has them."""
    record = read_import(session, import_id)
    answer = _page(
        "desk/_imported.html",
        session,
        desk,
        list_thread,
        record,
    )
    if record.status == "finished":
        # The steps above the figures have changed too: htmx loads the whole page.
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.post("/go-on")
def go_on(import_id: int, _: DeskDep, list_thread: ListThreadDep) -> Response:
    """Go on now with an import that was cut off, instead of in a minute."""
    list_thread.wake()
    return go_to(f"/desk/readers/import/done/{import_id}")


@pages.post("/reconfirm")
def reconfirm(import_id: int, desk: DeskDep, form: ReconfirmFormDep) -> Response:
    """Ask everybody of this import whether they want to stay."""
    runtime = desk.runtime
    # It writes in slices of its own: one transaction for all would hold up every other writer.
    ask_to_stay(
        runtime.database,
        import_id,
        form.days,
        urls=desk.urls,
        signer=runtime.signer,
        now=desk.now(),
    )
    return go_to(f"/desk/readers/import/done/{import_id}")


def _page(
    template: str,
    session: Session,
    desk: Desk,
    list_thread: ListThread,
    record: Import,
) -> Response:
    lists = desk.lists
    mark = record.sha256
    is_running = record.status == "running"
    return desk.show(
        template,
        record=record,
        account=account_of(record),
        list_progress=lists.progress(mark),
        rejections=_rejections(desk, record),
        # Cut off: it needs its list again. Resting: it goes on by itself within a minute.
        is_cut_off=is_running and _is_cut_off(desk, record),
        is_resting=is_running and list_thread.is_resting(record.key, mark),
        asked=count_unanswered(session, record.key),
    )


def _rejections(desk: Desk, record: Import) -> Sequence[Sequence[str]]:
    if not record.rejected or record.status != "finished":
        return ()
    return desk.lists.rejections(record.sha256, REJECTED_SHOWN)


def _is_cut_off(desk: Desk, record: Import) -> bool:
    """True if nobody works on a running import and its list is not here.

    Without its list it was begun elsewhere: at the terminal, or on another machine. Who works on
    an import holds the lock of its name, so whoever gets the lock knows that nobody does.
    """
    if desk.lists.has(record.sha256):
        return False
    with desk.runtime.database.alone(f"import-{record.id}") as nobody_else:
        return nobody_else
