"""Skipped dates at the desk: those there are, the dates that stay, and a calendar file."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response, UploadFile
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.cadence.dates import next_dates
from newsletter.cadence.holidays import MOST_BYTES
from newsletter.cadence.printing import words_of
from newsletter.cadence.skips import read_skip, read_skips
from newsletter.errors import NewsletterError
from newsletter.publications.dates import cadence_of
from newsletter.publications.reading import read_publication
from newsletter.schedule import skipping
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, Desk, DeskDep
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/settings/skipped", dependencies=TO_CHANGE_SETTINGS)
SHOWN = 6  # dates that come next


class SkipForm(BaseModel):
    """A day on which no issue comes out, or the first of several."""

    first: str = ""
    last: str = ""
    name: str = ""

    def line(self) -> str:
        """The line of text that says the same."""
        return f"{self.first} to {self.last or self.first}: {self.name}"


SkipFormDep = Annotated[SkipForm, Form()]


class RemovalForm(BaseModel):
    """The first day of the dates that are skipped no more."""

    first: str = ""


RemovalFormDep = Annotated[RemovalForm, Form()]


@pages.get("")
def skipped(
    desk: DeskDep,
    session: Reading,
) -> Response:
    return _show(session, desk)


@pages.post("")
def add(
    desk: DeskDep,
    session: Writing,
    form: SkipFormDep,
) -> Response:
    """Skip a date, and say what that does to the next issue."""
    try:
        effects = skipping.add(session, desk.key, [read_skip(form.line())], desk.now())
    except NewsletterError as error:
        return _show(session, desk, error=error, form=form)
    return _show(session, desk, effects)


@pages.post("/remove")
def remove(
    desk: DeskDep,
    session: Writing,
    form: RemovalFormDep,
) -> Response:
    """Skip a date no more, and say what that does to the next issue."""
    try:
        effects = skipping.remove(session, desk.key, form.first, desk.now())
    except NewsletterError as error:
        return _show(session, desk, error=error)
    return _show(session, desk, effects)


@pages.post("/import")
def import_(
    desk: DeskDep,
    session: Writing,
    file: UploadFile,
) -> Response:
    """Skip the whole days of a calendar file, and say what was left out."""
    # One byte more than may be: a larger file is refused, and not read to its end.
    content = file.file.read(MOST_BYTES + 1)
    try:
        imported = skipping.add_holidays(session, desk.key, content, desk.now())
    except NewsletterError as error:
        return _show(session, desk, error=error)
    counted = f"{imported.count} dates of the calendar are skipped."
    return _show(session, desk, [counted, *imported.left_out, *imported.effects])


def _show(
    session: Session,
    desk: Desk,
    sentences: Sequence[str] = (),
    error: NewsletterError | None = None,
    form: SkipForm | None = None,
) -> Response:
    # Read again: `desk` has the publication as it was before the form.
    publication = read_publication(session, desk.key)
    cadence = cadence_of(publication)
    return desk.show_form(
        "desk/settings/skipped.html",
        error,
        sentences=sentences,
        form=form or SkipForm(),
        skips=read_skips(publication.skipped),
        words=words_of(cadence),
        dates=next_dates(cadence, desk.now(), SHOWN),
    )
