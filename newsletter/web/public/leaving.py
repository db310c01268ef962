"""Leaving: RFC 8058 one-click, the page with a button, and the undo."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import PlainTextResponse

from newsletter.delivery.leaving import leave_by_message, read_leaver
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep, Writing
from subscribers import leaving, signup
from subscribers.addresses import mask

pages = APIRouter()
OneClick = Annotated[str, Form(alias="List-Unsubscribe")]


@pages.get("/leave/{token}")
def ask_leave(token: str, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    """A page with a button: a GET changes nothing."""
    left = read_leaver(session, runtime.signer.read("leave", token, runtime.clock.now()))
    return show("public/leave.html", publication=publication, action=f"/leave/{token}", address=mask(left.address))


@pages.post("/leave/{token}")
def leave(token: str, publication: PublicationDep, runtime: RuntimeDep, session: Writing, one_click: OneClick = "") -> Response:
    """End the subscription that the letter was sent for; RFC 8058, 3.2: the POST alone does it, without a question."""
    now = runtime.clock.now()
    by = "one-click" if one_click == "One-Click" else "link"
    left = leave_by_message(session, runtime.signer.read("leave", token, now), by=by, now=now)
    if by == "one-click":
        return PlainTextResponse("You are unsubscribed.")
    return _goodbye(publication, runtime, left.subscription_id, left.address)


@pages.get("/stop/{token}")
def ask_stop(token: str, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    """The same from a letter that belongs to no issue."""
    key = runtime.signer.read("preferences", token, runtime.clock.now())
    address = mask(signup.address_of(session, key))
    return show("public/leave.html", publication=publication, action=f"/stop/{token}", address=address)


@pages.post("/stop/{token}")
def stop(token: str, publication: PublicationDep, runtime: RuntimeDep, session: Writing) -> Response:
    now = runtime.clock.now()
    key = runtime.signer.read("preferences", token, now)
    leaving.leave(session, key, by="link", issue_id=None, now=now)
    return _goodbye(publication, runtime, key, signup.address_of(session, key))


@pages.get("/back/{token}")
def ask_back(token: str, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    key = runtime.signer.read("undo", token, runtime.clock.now())
    address = mask(signup.address_of(session, key))
    return show("public/goodbye.html", publication=publication, token=token, address=address)


@pages.post("/back/{token}")
def back(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """The undo of a leave."""
    now = runtime.clock.now()
    leaving.undo(session, runtime.signer.read("undo", token, now), now)
    return go_to("/welcome")


def _goodbye(publication: Publication, runtime: Runtime, subscription_id: int, address: str) -> Response:
    token = runtime.signer.sign("undo", subscription_id)
    return show("public/goodbye.html", publication=publication, token=token, address=mask(address))
