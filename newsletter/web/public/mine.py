"""A reader's own affairs: the lost link, a copy of the data, its erasure, another address.

Whatever shows or erases a person needs their mailbox.
"""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session, select

from newsletter.errors import NotFound, Refused
from newsletter.intake.gate import may_ask_for_link, may_write
from newsletter.letters.publisher import Publisher
from newsletter.letters.requested import (
    write_data_link,
    write_former_address,
    write_link,
    write_new_address,
)
from newsletter.privacy.copying import copy_personal_data
from newsletter.privacy.forgetting import forget_person
from newsletter.privacy.moving import move_person
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.runtime import Runtime
from newsletter.tokens import Purpose
from newsletter.web.public.arriving import LetterVisit, arrive, read_token
from newsletter.web.public.front import Front, FrontDep
from newsletter.web.public.leaving import ask
from newsletter.web.public.preferences import preferences_page
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import Reading, RuntimeDep, Writing, network_of
from subscribers.address_change import ask_change, read_change, take_back
from subscribers.addresses import mask, normalise
from subscribers.models import AddressChange, Subscriber
from subscribers.preferences import subscriptions_of

pages = APIRouter()
FormStr = Annotated[str, Form(max_length=400)]


class Forgotten(NotFound):
    """There is nothing of you here any more."""


class NotSure(Refused):
    """Erasing cannot be undone, so it asks for a tick: say that you are sure."""


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


@pages.post("/preferences/{token}/mine")
def send_mine(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """Write a link to the data: they go to the mailbox only, as this page may be forwarded."""
    visit = arrive(runtime, session, token)
    reader = visit.reader
    if not reader.subscription_id:
        return ask(visit)
    if _may_write(visit, reader.address):
        subscriber = session.get_one(Subscriber, reader.subscriber_id)
        write_data_link(session, visit.publisher, subscriber, visit.now)
    return go_to(f"/preferences/{token}?done=mine")


@pages.post("/preferences/{token}/address")
def send_new_address(
    token: str,
    runtime: RuntimeDep,
    session: Writing,
    address: FormStr = "",
) -> Response:
    """Ask the new address; the answer does not tell whether it is known here."""
    visit = arrive(runtime, session, token)
    if not visit.reader.subscription_id:
        return ask(visit)
    try:
        change = ask_change(session, visit.reader.subscriber_id, address, visit.now)
    except Refused as refused:
        return preferences_page(visit, error=str(refused), status=422)
    if _may_write(visit, change.address):
        write_new_address(session, visit.publisher, change, visit.now)
    return go_to(f"/preferences/{token}?done=address")


@pages.get("/mine/{token}")
def ask_mine(token: str, front: FrontDep, session: Reading) -> Response:
    subscriber = _subscriber(front.runtime, session, token)
    address = mask(subscriber.address)
    return front.show("public/mine.html", token=token, address=address, is_erased=False)


@pages.get("/mine/{token}/data")
def give_data(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    """Return all that is kept of a person, as a file."""
    copied = copy_personal_data(session, _subscriber(runtime, session, token).key)
    text = json.dumps(copied, default=str, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(text, media_type="application/json", headers=headers)


@pages.post("/mine/{token}/erase")
def erase(
    token: str,
    front: FrontDep,
    session: Writing,
    sure: FormStr = "",
) -> Response:
    subscriber = _subscriber(front.runtime, session, token)
    if sure != "yes":
        raise NotSure
    forget_person(session, subscriber.key, front.now())
    return front.show("public/mine.html", token="", address="", is_erased=True)


@pages.get("/address/{token}")
def ask_new_address(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    """Show a page with a button: scanners open links, so a GET proves no owner."""
    change = _read_change(runtime, session, "address", token)
    return _address_page(
        session,
        change,
        change.address,
        "new",
        f"/address/{token}",
    )


@pages.post("/address/{token}")
def new_address(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    change = _read_change(runtime, session, "address", token)
    if move_person(session, change.key, runtime.clock.now()):
        _write_former_address(runtime, session, change)
    return _address_page(session, change, change.address, "changed")


@pages.get("/address/back/{token}")
def ask_former_address(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    change = _read_change(runtime, session, "former", token)
    return _address_page(
        session,
        change,
        change.former,
        "former",
        f"/address/back/{token}",
    )


@pages.post("/address/back/{token}")
def former_address(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    change = _read_change(runtime, session, "former", token)
    take_back(session, change.key, runtime.clock.now())
    return _address_page(session, change, change.former, "changed")


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
    subscriber = session.exec(select(Subscriber).filter_by(address=address)).one_or_none()
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


def _may_write(visit: LetterVisit, address: str) -> bool:
    return may_write(visit.session, visit.runtime.signer, address, visit.now)


def _subscriber(runtime: Runtime, session: Session, token: str) -> Subscriber:
    subscriber = session.get(Subscriber, read_token(runtime, "mine", token))
    if subscriber is None:
        raise Forgotten
    return subscriber


def _read_change(
    runtime: Runtime,
    session: Session,
    purpose: Purpose,
    token: str,
) -> AddressChange:
    """Return the change that a link confirms or takes back. Raises BadToken, OldToken, NoChange."""
    return read_change(session, read_token(runtime, purpose, token))


def _write_former_address(runtime: Runtime, session: Session, change: AddressChange) -> None:
    """Write to the mailbox that gets no more letters: its owner can take the change back."""
    publication = _first_publication(session, change.subscriber_id)
    publisher = Publisher(publication, runtime.urls, runtime.signer)
    write_former_address(session, publisher, change, runtime.clock.now())


def _address_page(
    session: Session,
    change: AddressChange,
    address: str,
    step: str,
    action: str = "",
) -> Response:
    """Show the change of an address; `step` is new, former or changed, `action` its button's."""
    return show(
        "public/address.html",
        publication=_first_publication(session, change.subscriber_id),
        action=action,
        address=mask(address),
        step=step,
    )


def _first_publication(session: Session, subscriber_id: int) -> Publication:
    """Return the first publication that somebody reads, or else knows. Raises Forgotten."""
    subscriptions = subscriptions_of(session, subscriber_id)
    if not subscriptions:
        raise Forgotten
    active = [each for each in subscriptions if each.status == "active"]
    first = (active or subscriptions)[0]
    return read_publication(session, first.publication_id)
