"""Beside the cadence, at the desk: an extra issue, and another time for an issue."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.cadence.moments import read_moment
from newsletter.errors import NewsletterError
from newsletter.issues.beside.extra import ExtraOrder
from newsletter.issues.models import Issue
from newsletter.issues.reading import read_issue
from newsletter.schedule import moving
from newsletter.web.desk.desk import TO_CHOOSE, TO_SEND, Desk, DeskDep
from newsletter.web.requests import Reading, Writing
from subscribers.audiences import saved
from subscribers.models import Audience

pages = APIRouter(prefix="/desk/issues")


class ExtraForm(BaseModel):
    """An extra issue as its editor wants it."""

    title: str = ""
    begin: str = "candidates"  # or "empty"
    audience_id: int = 0  # 0: everybody
    at: str = ""


ExtraFormDep = Annotated[ExtraForm, Form()]


class TimeForm(BaseModel):
    """When an issue is to go out: a day and a time where the publication is, or `now`."""

    at: str = ""


TimeFormDep = Annotated[TimeForm, Form()]


@pages.get("/extra", dependencies=TO_CHOOSE)
def extra(desk: DeskDep, session: Reading) -> Response:
    return _show_extra(session, desk, ExtraForm())


@pages.post("/extra", dependencies=TO_CHOOSE)
def make_extra(
    desk: DeskDep,
    session: Writing,
    form: ExtraFormDep,
) -> Response:
    """Make an extra issue, and say when it goes out and what it leaves to others."""
    now = desk.now()
    try:
        order = ExtraOrder(
            due_at=read_moment(form.at, desk.zone, now),
            by=desk.by,
            title=form.title,
            is_empty=form.begin == "empty",
            audience=_audience(session, desk, form.audience_id),
        )
        issue, sentences = moving.order_extra(session, desk.key, order, desk.urls, now)
    except NewsletterError as error:
        return _show_extra(session, desk, form, error)
    return _show_time(desk, issue, sentences)


@pages.get("/{issue_id}/time", dependencies=TO_SEND)
def time(
    issue_id: int,
    desk: DeskDep,
    session: Reading,
) -> Response:
    return _show_time(desk, read_issue(session, issue_id))


@pages.post("/{issue_id}/time", dependencies=TO_SEND)
def set_time(
    issue_id: int,
    desk: DeskDep,
    session: Writing,
    form: TimeFormDep,
) -> Response:
    """Let an issue go out at another time, and say what becomes of the next date."""
    try:
        sentences = moving.move_issue(session, issue_id, form.at, desk.now())
    except NewsletterError as error:
        return _show_time(desk, read_issue(session, issue_id), error=error)
    return _show_time(desk, read_issue(session, issue_id), sentences)


def _audience(
    session: Session,
    desk: Desk,
    audience_id: int,
) -> Audience | None:
    return saved.read_audience(session, desk.key, audience_id) if audience_id else None


def _show_extra(
    session: Session,
    desk: Desk,
    form: ExtraForm,
    error: NewsletterError | None = None,
) -> Response:
    return desk.show_form(
        "desk/extra.html",
        error,
        form=form,
        audiences=saved.read_all(session, desk.key),
    )


def _show_time(
    desk: Desk,
    issue: Issue,
    sentences: Sequence[str] = (),
    error: NewsletterError | None = None,
) -> Response:
    return desk.show_form(
        "desk/time.html",
        error,
        issue=issue,
        sentences=sentences,
    )
