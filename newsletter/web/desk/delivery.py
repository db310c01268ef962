"""A delivery at the desk: how far it is, pause, resume, stop, and uncertain messages."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.delivery import control
from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.progress import Progress, read_progress
from newsletter.delivery.reading import delivery_of_issue, uncertain_messages
from newsletter.desk.roles import Act
from newsletter.issues.reading import read_issue
from newsletter.web.desk.desk import TO_LOOK, TO_SEND, DeskDep
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/issues/{issue_id}/delivery")
SHOWN = 50  # uncertain messages on the page


@pages.get("", dependencies=TO_LOOK)
def delivery_page(
    issue_id: int,
    desk: DeskDep,
    session: Reading,
    still: bool = False,
    done: str = "",
) -> Response:
    """The whole page; a `still` one does not load its figures again by itself."""
    delivery_id = _delivery_id(session, issue_id)
    progress = read_progress(session, delivery_id, desk.now())
    uncertain = uncertain_messages(session, delivery_id, SHOWN)
    if uncertain and desk.may(Act.ADDRESSES):
        desk.note_deed()
    return desk.show(
        "desk/delivery.html",
        200,
        issue=read_issue(session, issue_id),
        uncertain=uncertain,
        **_figures(progress),
        announcement="",
        still=still,
        done=done,
    )


@pages.get("/progress", dependencies=TO_LOOK)
def progress_only(
    issue_id: int,
    desk: DeskDep,
    session: Reading,
    mark: str = "",
    tenth: int = 0,
) -> Response:
    """The figures, for a page that has the `mark` and the `tenth` of an earlier answer."""
    progress = read_progress(session, _delivery_id(session, issue_id), desk.now())
    answer = show(
        "desk/_progress.html",
        200,
        publication=desk.publication,
        issue=read_issue(session, issue_id),
        **_figures(progress),
        announcement=_announcement(progress, tenth),
        still=False,
    )
    if mark != _mark(progress):
        # What is outside of the figures has changed too, so htmx loads the whole page.
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.post("/pause", dependencies=TO_SEND)
def pause(issue_id: int, _: DeskDep, session: Writing) -> Response:
    control.pause(session, _delivery_id(session, issue_id))
    return _go_back(issue_id)


@pages.post("/resume", dependencies=TO_SEND)
def resume(issue_id: int, desk: DeskDep, session: Writing) -> Response:
    control.resume(session, _delivery_id(session, issue_id), desk.now())
    return _go_back(issue_id)


@pages.post("/stop", dependencies=TO_SEND)
def stop(issue_id: int, desk: DeskDep, session: Writing) -> Response:
    control.stop(session, _delivery_id(session, issue_id), desk.now())
    return _go_back(issue_id)


@pages.post("/resend", dependencies=TO_SEND)
def resend(issue_id: int, desk: DeskDep, session: Writing) -> Response:
    """Send the uncertain messages again: some of them may arrive twice, so a person decides."""
    control.resend_uncertain(session, _delivery_id(session, issue_id), desk.now())
    return _go_back(issue_id, "?done=again")


def _delivery_id(session: Session, issue_id: int) -> int:
    """The delivery of an issue; raises NoDelivery."""
    delivery = delivery_of_issue(session, issue_id)
    if delivery is None:
        raise NoDelivery
    return delivery.key


def _go_back(issue_id: int, query: str = "") -> Response:
    return go_to(f"/desk/issues/{issue_id}/delivery{query}")


def _figures(progress: Progress) -> dict[str, object]:
    """The figures, with what the page sends along when it asks for them again."""
    return {"progress": progress, "mark": _mark(progress), "tenth": _tenth(progress)}


def _announcement(progress: Progress, tenth: int) -> str:
    """A screen reader hears of each tenth, not of each second."""
    return f"{progress.percent} % settled" if _tenth(progress) != tenth else ""


def _mark(progress: Progress) -> str:
    """What the page shows outside of its figures: buttons by status, uncertain ones by count."""
    return f"{progress.status}.{progress.counts['uncertain']}"


def _tenth(progress: Progress) -> int:
    return progress.percent // 10
