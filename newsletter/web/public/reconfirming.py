"""Staying: the page with a button behind the letter that asks the people of a doubtful list."""

from fastapi import APIRouter, Request, Response

from newsletter.web.public.front import FrontDep
from newsletter.web.requests import Reading, Writing, network_of
from subscribers.addresses import mask
from subscribers.joining import reconfirming, signup

pages = APIRouter()


@pages.get("/stay/{token}")
def ask_stay(token: str, front: FrontDep, session: Reading) -> Response:
    """A page with a button: scanners open links, and a GET keeps nobody."""
    key = front.read_token("stay", token)
    address = mask(signup.address_of(session, key))
    return front.show("public/stay.html", token=token, address=address, done="")


@pages.post("/stay/{token}")
def stay(
    token: str,
    request: Request,
    front: FrontDep,
    session: Writing,
) -> Response:
    key = front.read_token("stay", token)
    network = network_of(request)
    stays = reconfirming.confirm_stay(session, key, network=network, now=front.now())
    address = mask(signup.address_of(session, key))
    done = "stays" if stays else "left"
    return front.show("public/stay.html", token=token, address=address, done=done)
