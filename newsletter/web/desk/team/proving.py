"""The password or a code once more, before what a thief of an open browser would do first."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import factors, sessions
from newsletter.errors import NewsletterError
from newsletter.web.desk.desk import TO_HAVE_ACCOUNT, Desk, DeskDep
from newsletter.web.desk.team.account import prove_again, prove_code_again
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, TurnstileDep

pages = APIRouter(prefix="/desk/account/again", dependencies=TO_HAVE_ACCOUNT)


class AgainForm(BaseModel):
    """The password, or a code from who has a second factor, and the page to go on from."""

    password: str = ""
    code: str = ""
    back: str = ""


AgainFormDep = Annotated[AgainForm, Form()]


@pages.get("")
def ask(
    desk: DeskDep,
    session: Reading,
    back: str = "",
) -> Response:
    return _page(session, desk, _page_of_desk(back))


@pages.post("")
def prove(
    request: Request,
    desk: DeskDep,
    turnstile: TurnstileDep,
    form: AgainFormDep,
) -> Response:
    back = _page_of_desk(form.back)
    database = desk.runtime.database
    try:
        # A browser may keep a password and fill it in for a thief; it keeps no code.
        if database.read(factors.has_factor, desk.editor.key):
            prove_code_again(request, desk, turnstile, form.code)
        else:
            prove_again(request, desk, turnstile, form.password)
    except NewsletterError as error:
        return database.read(_page, desk, back, error)
    if desk.login:
        database.write(sessions.note_proof, desk.login.key, desk.now())
    return go_to(back)


def _page(
    session: Session,
    desk: Desk,
    back: str,
    error: NewsletterError | None = None,
) -> Response:
    has_factor = factors.has_factor(session, desk.editor.key)
    return desk.show_form("desk/team/again.html", error, back=back, has_factor=has_factor)


def _page_of_desk(back: str) -> str:
    """Return a path of the desk, whatever an address says: nothing leads to another site."""
    parts = back.split("/")
    is_ours = parts[:2] == ["", "desk"] and all(part.isalnum() for part in parts[1:])
    return back if is_ours else "/desk"
