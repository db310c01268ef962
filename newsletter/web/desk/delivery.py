"""A delivery at the desk: how far it is, pause, resume, stop, and the decision about uncertain messages."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.delivery import control
from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.models import Delivery
from newsletter.delivery.progress import Progress, read_progress
from newsletter.delivery.reading import delivery_of_issue, uncertain_messages
from newsletter.issues.reading import read_issue
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing

pages = APIRouter(prefix="/desk/issues/{issue_id}/delivery")
SHOWN = 50  # uncertain messages on the page


@pages.get("")
def delivery_page(
    issue_id: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    still: bool = False,
    told: str = "",
) -> Response:
    delivery = _of(session, issue_id)
    progress = read_progress(session, delivery.key, runtime.clock.now())
    return show(
        "desk/delivery.html",
        editor=editor,
        publication=publication,
        issue=read_issue(session, issue_id),
        progress=progress,
        uncertain=uncertain_messages(session, delivery.key, SHOWN),
        mark=_mark(progress),
        tenth=progress.percent // 10,
        said="",
        still=still,
        told=told,
    )


@pages.get("/progress")
def progress_only(
    issue_id: int,
    _: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    mark: str = "",
    tenth: int = 0,
) -> Response:
    """The figures, for a page that has them. What else is on that page changes with its mark: then the whole is loaded again."""
    progress = read_progress(session, _of(session, issue_id).key, runtime.clock.now())
    now_tenth = progress.percent // 10
    answer = show(
        "desk/_progress.html",
        publication=publication,
        issue=read_issue(session, issue_id),
        progress=progress,
        mark=_mark(progress),
        tenth=now_tenth,
        said=f"{progress.percent} % settled" if now_tenth != tenth else "",
        still=False,
    )
    if mark != _mark(progress):
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.post("/pause")
def pause(issue_id: int, _: EditorDep, session: Writing) -> Response:
    control.pause(session, _of(session, issue_id).key)
    return _back(issue_id)


@pages.post("/resume")
def resume(issue_id: int, _: EditorDep, session: Writing) -> Response:
    control.resume(session, _of(session, issue_id).key)
    return _back(issue_id)


@pages.post("/stop")
def stop(issue_id: int, _: EditorDep, runtime: RuntimeDep, session: Writing) -> Response:
    control.stop(session, _of(session, issue_id).key, runtime.clock.now())
    return _back(issue_id)


@pages.post("/resend")
def resend(issue_id: int, _: EditorDep, runtime: RuntimeDep, session: Writing) -> Response:
    """Send the uncertain messages again."""
    control.resend_uncertain(session, _of(session, issue_id).key, runtime.clock.now())
    return _back(issue_id, "?told=again")


def _of(session: Session, issue_id: int) -> Delivery:
    delivery = delivery_of_issue(session, issue_id)
    if delivery is None:
        raise NoDelivery
    return delivery


def _back(issue_id: int, told: str = "") -> Response:
    return go_to(f"/desk/issues/{issue_id}/delivery{told}")


def _mark(progress: Progress) -> str:
    """What the page shows outside of its figures: the buttons go by the status, the list by the uncertain."""
    return f"{progress.status}.{progress.counts['uncertain']}"
