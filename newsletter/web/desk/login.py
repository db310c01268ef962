"""Logging in and out of the desk."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Response

from newsletter.desk import editors
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import COOKIE, PublicationDep, RuntimeDep

pages = APIRouter()
STAY = timedelta(days=30)


@pages.get("/desk/login")
def ask_login(publication: PublicationDep) -> Response:
    return show("desk/login.html", publication=publication, address="", error="")


@pages.post("/desk/login")
def login(
    publication: PublicationDep,
    runtime: RuntimeDep,
    address: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    editor = runtime.database.read(editors.check_login, address, password)
    if editor is None:
        error = "That address and password do not belong together. Try again, or ask for `newsletter editor add`."
        return show("desk/login.html", 403, publication=publication, address=address, error=error)
    until = runtime.clock.now() + STAY
    answer = go_to("/desk")
    answer.set_cookie(
        COOKIE,
        runtime.signer.sign("login", editor.key, until),
        max_age=int(STAY.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=runtime.settings.public_url.startswith("https"),
    )
    return answer


@pages.post("/desk/logout")
def logout() -> Response:
    answer = go_to("/desk/login")
    answer.delete_cookie(COOKIE)
    return answer
