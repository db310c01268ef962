"""The password once more, before what a thief of an open browser would do first."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from newsletter.desk import sessions
from newsletter.errors import NewsletterError
from newsletter.web.desk.desk import TO_HAVE_ACCOUNT, DeskDep
from newsletter.web.desk.team.account import prove_again
from newsletter.web.rendering import go_to
from newsletter.web.requests import TurnstileDep

pages = APIRouter(prefix="/desk/account/again", dependencies=TO_HAVE_ACCOUNT)


class AgainForm(BaseModel):
    """The password, and the page to go on from."""

    password: str = ""
    back: str = ""


AgainFormDep = Annotated[AgainForm, Form()]


@pages.get("")
def ask(
    desk: DeskDep,
    back: str = "",
) -> Response:
    return desk.show_form("desk/team/again.html", None, back=_page_of_desk(back))


@pages.post("")
def prove(
    request: Request,
    desk: DeskDep,
    turnstile: TurnstileDep,
    form: AgainFormDep,
) -> Response:
    back = _page_of_desk(form.back)
    try:
        prove_again(request, desk, turnstile, form.password)
    except NewsletterError as error:
        return desk.show_form("desk/team/again.html", error, back=back)
    if desk.login:
        desk.runtime.database.write(sessions.note_proof, desk.login.key, desk.now())
    return go_to(back)


def _page_of_desk(back: str) -> str:
    """Return a path of the desk, whatever an address says: nothing leads to another site."""
    parts = back.split("/")
    is_ours = parts[:2] == ["", "desk"] and all(part.isalnum() for part in parts[1:])
    return back if is_ours else "/desk"
