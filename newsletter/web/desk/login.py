"""Logging in and out of the desk."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from newsletter.desk import editors, sessions
from newsletter.desk.sessions import STAY, Origin
from newsletter.desk.turnstile import Crowded
from newsletter.errors import NewsletterError
from newsletter.intake.guessing import TooManyGuesses
from newsletter.intake.logins import (
    HALF_FOR,
    KNOWN_FOR,
    Admitted,
    HalfLogin,
    Login,
    WrongLogin,
    log_in,
)
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.errors import status_of
from newsletter.web.limits.login_brake import known_browser
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import (
    COOKIE,
    HALF,
    KNOWN,
    PublicationDep,
    PublisherDep,
    Reading,
    RuntimeDep,
    TurnstileDep,
    cookie_name,
    network_of,
)

pages = APIRouter()


class LoginForm(BaseModel):
    """What an editor logs in with."""

    address: str = ""
    password: str = ""


LoginFormDep = Annotated[LoginForm, Form()]


@pages.get("/desk/login")
def ask_login(
    publication: PublicationDep,
    session: Reading,
    known: str = "",
) -> Response:
    if not editors.read_all(session):  # `newsletter init` makes a publication and nobody for it
        return go_to("/desk/start/owner")
    return show(
        "desk/login.html",
        publication=publication,
        address="",
        known=known,
        error="",
        done="",
    )


@pages.post("/desk/login")
def login(
    request: Request,
    runtime: RuntimeDep,
    publisher: PublisherDep,
    turnstile: TurnstileDep,
    form: LoginFormDep,
) -> Response:
    origin = Origin(network_of(request), request.headers.get("user-agent", ""))
    typed = Login(
        form.address,
        form.password,
        origin,
        known_browser(request, runtime),
    )
    try:
        entry = log_in(
            runtime.database,
            publisher,
            turnstile,
            typed,
            runtime.clock.now(),
            runtime.settings.desk_idle,
        )
    except (WrongLogin, TooManyGuesses, Crowded) as error:
        if isinstance(error, TooManyGuesses):
            request.state.network_wait_s = error.network_wait_s  # the brake remembers it
        known = request.query_params.get("known", "")
        return _refuse(
            publisher.publication,
            form.address,
            known,
            error,
        )
    return open_desk(request, runtime, entry)


def open_desk(
    request: Request,
    runtime: Runtime,
    entry: Admitted | HalfLogin,
) -> Response:
    """Lead somebody who is let in to the desk, with the cookies of their new session.

    Who has a second factor is led to the page that asks for a code, with a cookie for it alone.
    """
    _end_former(request, runtime)
    if isinstance(entry, HalfLogin):
        answer = go_to("/desk/login/code")
        _set_cookie(answer, runtime, HALF, entry.token, HALF_FOR)
        return answer
    answer = go_to("/desk")
    _set_cookie(answer, runtime, KNOWN, entry.known, KNOWN_FOR)
    _set_cookie(answer, runtime, COOKIE, entry.cookie, STAY)
    if cookie_name(runtime, HALF) in request.cookies:
        drop_cookie(answer, runtime, HALF)
    return answer


def drop_cookie(
    answer: Response,
    runtime: Runtime,
    name: str,
) -> None:
    """Have the browser forget a cookie."""
    # It drops a __Host- cookie only by a line that could have set it.
    answer.delete_cookie(
        cookie_name(runtime, name),
        secure=runtime.settings.is_https,
        httponly=True,
        samesite="lax",
    )


# By POST, so that no link and no picture of another site logs an editor out.
@pages.post("/desk/logout")
def logout(
    request: Request,
    runtime: RuntimeDep,
) -> Response:
    _end_former(request, runtime)
    answer = go_to("/desk/login")
    drop_cookie(answer, runtime, COOKIE)
    return answer


def _end_former(
    request: Request,
    runtime: Runtime,
) -> None:
    """End the session whose cookie the browser has: it gets another one, or none."""
    cookie = request.cookies.get(cookie_name(runtime, COOKIE))
    if cookie:
        runtime.database.write(sessions.end_session, cookie, runtime.signer.secret)


def _refuse(
    publication: Publication,
    address: str,
    known: str,
    error: NewsletterError,
) -> Response:
    # Not 401: that asks a browser for a scheme of its own (RFC 9110, 15.5.2).
    answer = show(
        "desk/login.html",
        status_of(error),
        publication=publication,
        address=address,
        known=known,
        error=str(error),
        done="",
    )
    if isinstance(error, TooManyGuesses | Crowded):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def _set_cookie(
    answer: Response,
    runtime: Runtime,
    name: str,
    value: str,
    stay: timedelta,
) -> None:
    answer.set_cookie(
        cookie_name(runtime, name),
        value,
        max_age=int(stay.total_seconds()),
        httponly=True,
        # "lax" keeps the cookie out of forms that other sites send here (CSRF).
        samesite="lax",
        secure=runtime.settings.is_https,
    )
