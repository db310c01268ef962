"""The second step of an empty installation: its first publication, which its owner names."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import team
from newsletter.desk.models import Editor
from newsletter.desk.roles import Role
from newsletter.errors import NewsletterError, Refused
from newsletter.publications.fields.table import PREFERENCES
from newsletter.publications.opening import open_publication
from newsletter.web.desk.start.owner import is_empty
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, Reading, Writing

pages = APIRouter(prefix="/desk/start/publication")
REFUSED = 400


class PublicationForm(BaseModel):
    """What no letter can go out without, by the names of the settings."""

    name: str = ""
    sender_address: str = ""
    postal_address: str = ""
    cadence: str = "Tuesday 09:00 Europe/Berlin"


PublicationFormDep = Annotated[PublicationForm, Form()]


@pages.get("")
def ask(_: EditorDep, session: Reading) -> Response:
    return _show(PublicationForm()) if is_empty(session) else go_to("/desk/start")


@pages.post("")
def make(
    editor: EditorDep,
    session: Writing,
    form: PublicationFormDep,
) -> Response:
    """Make it, with the editor as its owner; what is refused stays in its field."""
    # Held meanwhile: who presses twice makes one.
    session.get_one(Editor, editor.key, with_for_update=True)
    if not is_empty(session):
        return go_to("/desk/start")
    wrong = _wrong(form)
    if wrong:
        return _show(form, wrong)
    try:
        with session.begin_nested():
            _make(session, editor, form)
    except NewsletterError as error:  # a name without a letter or a digit
        return _show(form, {"name": str(error)})
    return go_to("/desk/start")


def _make(
    session: Session,
    editor: Editor,
    form: PublicationForm,
) -> None:
    made = open_publication(session, **form.model_dump())
    team.add_member(session, made.key, editor.key, Role.OWNER)


def _wrong(form: PublicationForm) -> Mapping[str, str]:
    """Return what is wrong, by field: each has the rule of its setting."""
    wrong = {}
    for name, typed in form.model_dump().items():
        try:
            PREFERENCES[name].read(typed)
        except Refused as refusal:
            wrong[name] = str(refusal)
    return wrong


def _show(form: PublicationForm, wrong: Mapping[str, str] | None = None) -> Response:
    status = REFUSED if wrong else 200
    return show("desk/start/publication.html", status, typed=form, wrong=wrong or {})
