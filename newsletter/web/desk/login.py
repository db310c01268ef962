"""Logging in and out of the desk."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from newsletter.desk import editors
from newsletter.desk.models import Editor
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import COOKIE, PublicationDep, RuntimeDep

pages = APIRouter()
STAY = timedelta(days=30)
NOT_TOGETHER = (
    "That address and password do not belong together."
    " Try again, or ask the people who run this newsletter for a login."
)


class LoginForm(BaseModel):
    """What an editor logs in with."""

    address: str = ""
    password: str = ""


LoginFormDep = Annotated[LoginForm, Form()]


@pages.get("/desk/login")
def ask_login(publication: PublicationDep) -> Response:
    return show("desk/login.html", publication=publication, address="", error="")


@pages.post("/desk/login")
def login(publication: PublicationDep, runtime: RuntimeDep, form: LoginFormDep) -> Response:
    editor = runtime.database.read(editors.check_login, form.address, form.password)
    if editor is None:
        return _refuse(publication, form.address)
    answer = go_to("/desk")
    _set_cookie(answer, runtime, editor)
    return answer


# By POST, so that no link and no picture of another site logs an editor out.
@pages.post("/desk/logout")
def logout() -> Response:
    answer = go_to("/desk/login")
    answer.delete_cookie(COOKIE)
    return answer


def _refuse(publication: Publication, address: str) -> Response:
    # Not 401: that asks a browser for a scheme of its own (RFC 9110, 15.5.2).
    return show(
        "desk/login.html",
        403,
        publication=publication,
        address=address,
        error=NOT_TOGETHER,
    )


def _set_cookie(answer: Response, runtime: Runtime, editor: Editor) -> None:
    answer.set_cookie(
        COOKIE,
        runtime.signer.sign("login", editor.key, runtime.clock.now() + STAY),
        max_age=int(STAY.total_seconds()),
        httponly=True,
        # "lax" keeps the cookie out of forms that other sites send here (CSRF).
        samesite="lax",
        # Without TLS, as in a demo, a secure cookie would never come back.
        secure=runtime.settings.public_url.startswith("https"),
    )
