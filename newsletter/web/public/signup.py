"""Joining: the sign-up page, and the button that confirms."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import blocks, every
from newsletter.letters.writing import write_confirm, write_welcome
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep, Writing, network_of
from subscribers import signup
from subscribers.addresses import mask

pages = APIRouter()
WORDS = "Subscribe: one letter a week; leave with one click."
FAILED = "Oops! Something went wrong while submitting the form."


@pages.get("/")
def home(publication: PublicationDep, session: Reading) -> Response:
    return show("public/signup.html", publication=publication, latest=_latest(session, publication.id or 0), email="", error="", done="")


@pages.post("/subscribe")
def subscribe(
    request: Request,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    email: Annotated[str, Form()] = "",
    website: Annotated[str, Form()] = "",
) -> Response:
    """The answer is the same for a known and an unknown address; `website` is a field that only robots fill."""
    error, address = "", email.strip()
    if not website:
        try:
            now = runtime.clock.now()
            asked = signup.ask(session, publication.id or 0, email, words=WORDS, network=network_of(request), now=now)
            address = asked.address
            if asked.must_confirm:
                write_confirm(session, publication.id or 0, asked.subscription_id, asked.address, runtime.urls, runtime.signer, now)
        except Refused as refused:
            error = f"{FAILED} {refused}"
    latest = _latest(session, publication.id or 0)
    status = 422 if error else 200
    return show(
        "public/signup.html",
        status,
        publication=publication,
        latest=latest,
        email=email if error else "",
        error=error,
        done="" if error else address,
    )


@pages.get("/confirm/{token}")
def ask_confirm(token: str, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    """A page with a button: scanners open links, and a GET confirms nothing."""
    key = runtime.signer.read("confirm", token, runtime.clock.now())
    address = mask(signup.address_of(session, key))
    return show("public/confirm.html", publication=publication, token=token, address=address)


@pages.post("/confirm/{token}")
def confirm(token: str, request: Request, publication: PublicationDep, runtime: RuntimeDep, session: Writing) -> Response:
    now = runtime.clock.now()
    key = runtime.signer.read("confirm", token, now)
    if signup.confirm(session, key, network=network_of(request), now=now):
        address = signup.address_of(session, key)
        write_welcome(session, publication.id or 0, key, address, runtime.urls, runtime.signer, now)
    return go_to("/welcome")


@pages.get("/welcome")
def welcome(publication: PublicationDep) -> Response:
    return show("public/welcome.html", publication=publication)


def _latest(session: Session, publication_id: int) -> tuple[Issue, list[Block]] | None:
    for issue in every(session, publication_id):
        if issue.status == "sent":
            stories = [block for block in blocks(session, issue.id or 0) if block.kind in ("lead", "stories")]
            return issue, stories[:3]
    return None
