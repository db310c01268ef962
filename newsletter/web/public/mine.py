"""A reader's own affairs: the lost link, a copy of the data, its erasure, another address.

Whatever shows or erases a person needs their mailbox.
"""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session, select

from newsletter.delivery.letter_links import LetterReader
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
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.runtime import Runtime
from newsletter.web.public.arriving import reader_of
from newsletter.web.public.leaving import ask
from newsletter.web.public.preferences import preferences_page
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep, Writing, network_of
from subscribers.address_change import ask_change, confirm_change, read_change, take_back
from subscribers.addresses import mask, normalise
from subscribers.models import Subscriber
from subscribers.preferences import subscriptions_of

pages = APIRouter()
FormStr = Annotated[str, Form(max_length=400)]


class Forgotten(NotFound):
    """There is nothing of you here any more."""


class NotSure(Refused):
    """Erasing cannot be undone, so it asks for a tick: say that you are sure."""


@pages.get("/link")
def ask_link(publication: PublicationDep) -> Response:
    return _link_page(publication)


@pages.post("/link")
def send_link(
    request: Request,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    email: FormStr = "",
) -> Response:
    """Write to the owner of an address that reads here.

    The answer is the same for everybody, and so is the count of attempts.
    """
    try:
        address = normalise(email)
    except Refused as refused:
        return _link_page(publication, email, status=422, error=str(refused))
    now = runtime.clock.now()
    # Both are asked, in this order, whoever it is: each counts the attempt.
    may = may_ask_for_link(session, runtime.signer, network_of(request), now)
    may = may and may_write(session, runtime.signer, address, now)
    found = select(Subscriber).filter_by(address=address)
    subscriber = session.exec(found).one_or_none()
    if may and subscriber is not None:
        known = _publication_of(session, subscriber, publication)
        if known is not None:
            write_link(session, _publisher(runtime, known), subscriber, now)
    return _link_page(publication, address, done=True)


@pages.post("/preferences/{token}/mine")
def send_mine(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """Write a link to the data: they go to the mailbox only, as this page may be forwarded."""
    reader = reader_of(runtime, session, token)
    if not reader.subscription_id:
        return ask(runtime, session, reader, "")
    if may_write(session, runtime.signer, reader.address, runtime.clock.now()):
        write_data_link(
            session,
            _publisher_of(runtime, session, reader),
            session.get_one(Subscriber, reader.subscriber_id),
            runtime.clock.now(),
        )
    return go_to(f"/preferences/{token}?done=mine")


@pages.post("/preferences/{token}/address")
def send_new_address(
    token: str,
    runtime: RuntimeDep,
    session: Writing,
    address: FormStr = "",
) -> Response:
    """Ask the new address; the answer does not tell whether it is known here."""
    reader = reader_of(runtime, session, token)
    if not reader.subscription_id:
        return ask(runtime, session, reader, "")
    try:
        change = ask_change(session, reader.subscriber_id, address, runtime.clock.now())
    except Refused as refused:
        return preferences_page(runtime, session, token, error=str(refused), status=422)
    if may_write(session, runtime.signer, change.address, runtime.clock.now()):
        write_new_address(
            session,
            _publisher_of(runtime, session, reader),
            change,
            runtime.clock.now(),
        )
    return go_to(f"/preferences/{token}?done=address")


@pages.get("/mine/{token}")
def ask_mine(
    token: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    subscriber = _subscriber(runtime, session, token)
    return show(
        "public/mine.html",
        publication=publication,
        token=token,
        address=mask(subscriber.address),
        is_erased=False,
    )


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
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    sure: FormStr = "",
) -> Response:
    subscriber = _subscriber(runtime, session, token)
    if sure != "yes":
        raise NotSure
    forget_person(session, subscriber.key, runtime.clock.now())
    return show("public/mine.html", publication=publication, token="", address="", is_erased=True)


@pages.get("/address/{token}")
def ask_new_address(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    """Show a page with a button: scanners open links, so a GET proves no owner."""
    change = read_change(session, runtime.signer.read("address", token, runtime.clock.now()))
    return _address_page(
        session,
        change.subscriber_id,
        f"/address/{token}",
        mask(change.address),
        "new",
    )


@pages.post("/address/{token}")
def new_address(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    now = runtime.clock.now()
    change = read_change(session, runtime.signer.read("address", token, now))
    if confirm_change(session, change.key, now=now):
        publisher = _publisher(runtime, _first_publication(session, change.subscriber_id))
        write_former_address(session, publisher, change, now)
    return _address_page(session, change.subscriber_id, "", mask(change.address), "changed")


@pages.get("/address/back/{token}")
def ask_former_address(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    change = read_change(session, runtime.signer.read("former", token, runtime.clock.now()))
    return _address_page(
        session,
        change.subscriber_id,
        f"/address/back/{token}",
        mask(change.former),
        "former",
    )


@pages.post("/address/back/{token}")
def former_address(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    now = runtime.clock.now()
    change = read_change(session, runtime.signer.read("former", token, now))
    take_back(session, change.key, now)
    return _address_page(session, change.subscriber_id, "", mask(change.former), "changed")


def _link_page(
    publication: Publication,
    email: str = "",
    *,
    status: int = 200,
    error: str = "",
    done: bool = False,
) -> Response:
    return show(
        "public/link.html",
        status,
        publication=publication,
        email=email,
        error=error,
        done=done,
    )


def _address_page(
    session: Session,
    subscriber_id: int,
    action: str,
    address: str,
    step: str,
) -> Response:
    return show(
        "public/address.html",
        publication=_first_publication(session, subscriber_id),
        action=action,
        address=address,
        step=step,
    )


def _subscriber(runtime: Runtime, session: Session, token: str) -> Subscriber:
    subscriber = session.get(Subscriber, runtime.signer.read("mine", token, runtime.clock.now()))
    if subscriber is None:
        raise Forgotten
    return subscriber


def _publication_of(
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


def _first_publication(session: Session, subscriber_id: int) -> Publication:
    """Return the first publication that somebody reads, or else knows. Raises Forgotten."""
    subscriptions = subscriptions_of(session, subscriber_id)
    if not subscriptions:
        raise Forgotten
    active = [each for each in subscriptions if each.status == "active"]
    first = (active or subscriptions)[0]
    return read_publication(session, first.publication_id)


def _publisher_of(runtime: Runtime, session: Session, reader: LetterReader) -> Publisher:
    return _publisher(runtime, read_publication(session, reader.publication_id))


def _publisher(runtime: Runtime, publication: Publication) -> Publisher:
    return Publisher(publication, runtime.urls, runtime.signer)
