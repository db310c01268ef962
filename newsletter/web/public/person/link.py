"""The lost link: a reader types their address, and the link to their preferences comes by mail."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select

from newsletter.errors import Refused
from newsletter.intake.gate import may_ask_for_link, may_write
from newsletter.letters.publisher import Publisher
from newsletter.letters.requested import write_link
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.web.public.front import Front, FrontDep
from newsletter.web.requests import FormStr, Writing, network_of
from subscribers.addresses import normalise
from subscribers.conditions import has_mailbox
from subscribers.models import Subscriber
from subscribers.preferences import subscriptions_of

pages = APIRouter()


@pages.get("/link")
def ask_link(front: FrontDep) -> Response:
    return _link_page(front)


@pages.post("/link")
def send_link(
    request: Request,
    front: FrontDep,
    session: Writing,
    email: FormStr = "",
) -> Response:
    """Write to the owner of an address that reads here.

    The answer is the same for everybody, and so is the count of attempts.
    """
    try:
        address = normalise(email)
    except Refused as refused:
        return _link_page(front, email, status=422, error=str(refused))
    if _may_have_link(session, front, network_of(request), address):
        _send_link(session, front, address)
    return _link_page(front, address, done=True)


def _link_page(
    front: Front,
    email: str = "",
    *,
    status: int = 200,
    error: str = "",
    done: bool = False,
) -> Response:
    return front.show(
        "public/link.html",
        status,
        email=email,
        error=error,
        done=done,
    )


def _may_have_link(
    session: Session,
    front: Front,
    network: str,
    address: str,
) -> bool:
    """Ask both limits, in this order, whoever it is: each counts the attempt."""
    signer = front.runtime.signer
    now = front.now()
    may_ask = may_ask_for_link(session, signer, network, now)
    return may_ask and may_write(session, signer, address, now)


def _send_link(session: Session, front: Front, address: str) -> None:
    """Write to the subscriber of an address, if there is one who ever confirmed."""
    subscriber = session.exec(select(Subscriber).where(has_mailbox(address))).one_or_none()
    if subscriber is None:
        return
    publication = _known_publication(session, subscriber, front.publication)
    if publication is not None:
        publisher = Publisher(publication, front.urls, front.runtime.signer)
        write_link(session, publisher, subscriber, front.now())


def _known_publication(
    session: Session, subscriber: Subscriber, here: Publication
) -> Publication | None:
    """Return the publication whose letter it is; None for somebody who never confirmed.

    It is that of this site if the subscriber knows it, else one that they read or read once.
    """
    subscriptions = subscriptions_of(session, subscriber.key)
    known = [each.publication_id for each in subscriptions if each.confirmed_at]
    if here.id in known:
        return here
    return read_publication(session, known[0]) if known else None
