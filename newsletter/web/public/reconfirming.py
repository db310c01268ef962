"""Staying: the page with a button behind the letter that asks the people of a doubtful list."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from newsletter.web.public.front import Front, FrontDep
from newsletter.web.requests import Reading, Writing, network_of
from subscribers.addresses import mask
from subscribers.joining import reconfirming, signup

pages = APIRouter()


@pages.get("/stay/{token}")
def ask_stay(token: str, front: FrontDep, session: Reading) -> Response:
    """A page with a button: scanners open links, and a GET keeps nobody."""
    key = _read_stay(front, session, token)
    return _page(front, session, token, key)


@pages.post("/stay/{token}")
def stay(
    token: str,
    request: Request,
    front: FrontDep,
    session: Writing,
) -> Response:
    key = _read_stay(front, session, token)
    network = network_of(request)
    stays = reconfirming.confirm_stay(session, key, network=network, now=front.now())
    return _page(front, session, token, key, "stays" if stays else "left")


def _page(
    front: Front,
    session: Session,
    token: str,
    subscription_id: int,
    done: str = "",
) -> Response:
    address = mask(signup.address_of(session, subscription_id))
    return front.show("public/stay.html", token=token, address=address, done=done)


def _read_stay(
    front: Front,
    session: Session,
    token: str,
) -> int:
    """Return whose link it is. Raises BadToken, OldToken, NoSubscription or Elsewhere."""
    key = front.read_token("stay", token)
    front.require_here(session, signup.read_subscription(session, key).publication_id)
    return key
