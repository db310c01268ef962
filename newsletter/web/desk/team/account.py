"""An editor's own account: their password, and the browsers in which they are logged in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import editors, factors, sessions
from newsletter.desk.models import Editor
from newsletter.desk.roles import TABLE
from newsletter.desk.sessions import Origin
from newsletter.desk.turnstile import Turnstile
from newsletter.errors import NewsletterError
from newsletter.intake.codes import prove_code
from newsletter.intake.logins import Login, prove
from newsletter.web.desk.desk import TO_HAVE_ACCOUNT, Desk, DeskDep
from newsletter.web.desk.team.browsers import browser_name
from newsletter.web.limits.login_brake import known_browser
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, TurnstileDep, Writing, network_of

pages = APIRouter(prefix="/desk/account", dependencies=TO_HAVE_ACCOUNT)


class PasswordForm(BaseModel):
    """The password that an editor has, and the one that they want."""

    present: str = ""
    password: str = ""


PasswordFormDep = Annotated[PasswordForm, Form()]


@pages.get("")
def account_page(
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    return _page(session, desk, done=done)


@pages.post("/password")
def change_password(
    request: Request,
    desk: DeskDep,
    turnstile: TurnstileDep,
    form: PasswordFormDep,
) -> Response:
    """The other browsers of this editor are logged out: one of them may be a thief's."""
    database, editor = desk.runtime.database, desk.editor
    try:
        prove_again(request, desk, turnstile, form.present)
        with turnstile.passing(is_known=True):
            kept = editors.hash_checked(form.password, editor.address, editor.name)
    except NewsletterError as error:
        return database.read(_page, desk, error=error)
    database.write(_keep, editor.key, kept, desk.login.key if desk.login else 0)
    return go_to("/desk/account?done=password")


@pages.post("/sessions/end")
def end_others(
    desk: DeskDep,
    session: Writing,
) -> Response:
    sessions.end_sessions(session, desk.editor.key, desk.login.key if desk.login else None)
    return go_to("/desk/account?done=ended")


@pages.post("/sessions/{session_id}/end")
def end_one(
    session_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    sessions.end_numbered(session, session_id, desk.editor.key)
    return go_to("/desk/account?done=ended")


def prove_code_again(
    request: Request,
    desk: Desk,
    turnstile: Turnstile,
    code: str,
) -> None:
    """Use up a code of who is logged in, counted as at the login. Raises what `prove_code` does."""
    login = _login_of(request, desk, code)
    prove_code(desk.runtime.database, desk.publisher, turnstile, login, desk.now())


def prove_again(
    request: Request,
    desk: Desk,
    turnstile: Turnstile,
    password: str,
) -> None:
    """Check the password of who is logged in, counted as a login is. Raises what `prove` raises."""
    login = _login_of(request, desk, password)
    prove(desk.runtime.database, desk.publisher, turnstile, login, desk.now())


def _login_of(request: Request, desk: Desk, proof: str) -> Login:
    origin = Origin(network_of(request), request.headers.get("user-agent", ""))
    return Login(desk.by, proof, origin, known_browser(request, desk.runtime))


def _keep(
    session: Session,
    editor_id: int,
    kept: str,
    login_id: int,
) -> None:
    session.get_one(Editor, editor_id).password_hash = kept
    sessions.end_sessions(session, editor_id, login_id)


def _page(
    session: Session,
    desk: Desk,
    *,
    error: NewsletterError | None = None,
    done: str = "",
) -> Response:
    return desk.show_form(
        "desk/team/account.html",
        error,
        role=desk.role,
        mine=[words.replace("their own", "your own") for act, _, words in TABLE if desk.may(act)],
        logins=[each for each, _ in sessions.read_sessions(session, desk.now(), desk.editor.key)],
        browser_name=browser_name,
        here_id=desk.login.id if desk.login else None,
        has_factor=factors.has_factor(session, desk.editor.key),
        done=done,
    )
