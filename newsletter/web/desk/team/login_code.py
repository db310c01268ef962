"""The second page of a login: a code, after a password that was right. It opens nothing else."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from newsletter.desk.factors import WrongCode
from newsletter.desk.sessions import Origin
from newsletter.desk.turnstile import Crowded
from newsletter.errors import NewsletterError
from newsletter.intake.codes import finish_login
from newsletter.intake.guessing import TooManyGuesses
from newsletter.intake.logins import Login, find_half
from newsletter.publications.models import Publication
from newsletter.tokens import BadToken, OldToken
from newsletter.web.desk.login import open_desk
from newsletter.web.errors import status_of
from newsletter.web.limits.login_brake import known_browser
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import (
    HALF,
    PublicationDep,
    PublisherDep,
    RuntimeDep,
    TurnstileDep,
    cookie_name,
    network_of,
)

pages = APIRouter(prefix="/desk/login/code")


class CodeForm(BaseModel):
    """A code of an app, or a recovery code."""

    code: str = ""


CodeFormDep = Annotated[CodeForm, Form()]


@pages.get("")
def ask(
    request: Request,
    runtime: RuntimeDep,
    publication: PublicationDep,
) -> Response:
    half = request.cookies.get(cookie_name(runtime, HALF), "")
    try:
        runtime.database.read(find_half, runtime.signer, half, runtime.clock.now())
    except (BadToken, OldToken):
        return go_to("/desk/login")
    return _page(publication)


@pages.post("")
def finish(
    request: Request,
    runtime: RuntimeDep,
    publisher: PublisherDep,
    turnstile: TurnstileDep,
    form: CodeFormDep,
) -> Response:
    half = request.cookies.get(cookie_name(runtime, HALF), "")
    now = runtime.clock.now()
    origin = Origin(network_of(request), request.headers.get("user-agent", ""))
    try:
        editor = runtime.database.read(find_half, runtime.signer, half, now)
        login = Login(editor.address, form.code, origin, known_browser(request, runtime), half)
        entry = finish_login(
            runtime.database,
            publisher,
            turnstile,
            login,
            now,
            runtime.settings.desk_idle,
        )
    except (BadToken, OldToken):
        return go_to("/desk/login")
    except (WrongCode, TooManyGuesses, Crowded) as error:
        if isinstance(error, TooManyGuesses):
            request.state.network_wait_s = error.network_wait_s  # the brake remembers it
        return _page(publisher.publication, error)
    return open_desk(request, runtime, entry)


def _page(
    publication: Publication,
    error: NewsletterError | None = None,
) -> Response:
    status = status_of(error) if error else 200
    words = str(error) if error else ""
    answer = show("desk/team/login_code.html", status, publication=publication, error=words)
    if isinstance(error, TooManyGuesses | Crowded):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer
