"""Cues at the desk: the file that says what counts as news is shown, replaced, and given back."""

from typing import Annotated

from fastapi import APIRouter, Form, Response, UploadFile
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.publications.cues import (
    MOST_BYTES,
    BadCueFile,
    cue_fault,
    decoded_cues,
    read_cue_file,
    read_cues,
)
from newsletter.publications.preferences import change
from newsletter.publications.reading import read_publication
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

HERE = "/desk/settings/cues"
pages = APIRouter(prefix=HERE, dependencies=TO_CHANGE_SETTINGS)


class CueForm(BaseModel):
    """A cue file as it was typed or pasted."""

    cues: str = ""


CueFormDep = Annotated[CueForm, Form()]


@pages.get("")
def cues_page(
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    return _show(
        session,
        desk,
        done=done,
    )


@pages.post("")
def use(
    desk: DeskDep,
    session: Writing,
    form: CueFormDep,
) -> Response:
    """Use a cue file that was pasted; one with a fault stays in the form."""
    # Browsers end lines as mail does.
    return _use(session, desk, form.cues.replace("\r\n", "\n"))


@pages.post("/upload")
def upload(
    desk: DeskDep,
    session: Writing,
    file: UploadFile,
) -> Response:
    """Use a cue file of the editor's own disk."""
    # One byte more than may be: a larger file is refused, and not read to its end.
    content = file.file.read(MOST_BYTES + 1)
    try:
        text = decoded_cues(content)
    except BadCueFile as error:
        return _show(
            session,
            desk,
            error=error,
        )
    return _use(session, desk, text)


@pages.post("/usual")
def go_back(desk: DeskDep, session: Writing) -> Response:
    """Rank by the usual cues again."""
    change(
        session,
        desk.key,
        cues="",
    )
    return go_to(f"{HERE}?done=usual")


def _use(
    session: Session,
    desk: Desk,
    text: str,
) -> Response:
    try:
        change(
            session,
            desk.key,
            cues=text,
        )
    except BadCueFile as error:
        return _show(
            session,
            desk,
            error=error,
            typed=text,
        )
    return go_to(f"{HERE}?done={'saved' if text else 'usual'}")


def _show(
    session: Session,
    desk: Desk,
    *,
    done: str = "",
    error: BadCueFile | None = None,
    typed: str = "",
) -> Response:
    publication = read_publication(session, desk.key)
    families = read_cues(session, desk.key).families.values()
    return desk.show_form(
        "desk/settings/cues.html",
        error,
        done=done,
        fault=cue_fault(publication),
        is_own=bool(publication.cues),
        text=typed or read_cue_file(session, desk.key),
        families=sorted(families, key=lambda family: -family.points),
    )
