"""Staying: the page with a button behind the letter that asks the people of a doubtful list."""

from fastapi import APIRouter, Request, Response

from newsletter.web.rendering import show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep, Writing, network_of
from subscribers.addresses import mask
from subscribers.joining import reconfirming, signup

pages = APIRouter()


@pages.get("/stay/{token}")
def ask_stay(
    token: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    """A page with a button: scanners open links, and a GET keeps nobody."""
    key = runtime.signer.read("stay", token, runtime.clock.now())
    address = mask(signup.address_of(session, key))
    return show("public/stay.html", publication=publication, token=token, address=address, done="")


@pages.post("/stay/{token}")
def stay(
    token: str,
    request: Request,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    now = runtime.clock.now()
    key = runtime.signer.read("stay", token, now)
    stays = reconfirming.confirm_stay(session, key, network=network_of(request), now=now)
    address = mask(signup.address_of(session, key))
    return show(
        "public/stay.html",
        publication=publication,
        token=token,
        address=address,
        done="stays" if stays else "left",
    )
