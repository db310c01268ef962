"""A reader's own: the lost link, the data and its erasure, another address. What shows or erases a person needs their mailbox."""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session, col, select

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
    return show("public/link.html", publication=publication, email="", error="", done=False)


@pages.post("/link")
def send_link(
    request: Request,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    email: FormStr = "",
) -> Response:
    """Write to who reads here; the answer is the same for everybody, as is what is counted."""
    try:
        address = normalise(email)
    except Refused as refused:
        return show(
            "public/link.html",
            422,
            publication=publication,
            email=email,
            error=str(refused),
            done=False,
        )
    now = runtime.clock.now()
    may = may_ask_for_link(session, runtime.signer, network_of(request), now) and may_write(
        session, runtime.signer, address, now
    )
    subscriber = session.exec(
        select(Subscriber).where(col(Subscriber.address) == address)
    ).one_or_none()
    if (
        may
        and subscriber is not None
        and (known := _publication_of(session, subscriber, publication))
    ):
        write_link(session, _publisher(runtime, known), subscriber, now)
    return show("public/link.html", publication=publication, email=address, error="", done=True)


@pages.post("/preferences/{token}/mine")
def send_mine(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """The data go to the mailbox only: this page may have been forwarded."""
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
    return go_to(f"/preferences/{token}?told=mine")


@pages.post("/preferences/{token}/address")
def send_new_address(
    token: str, runtime: RuntimeDep, session: Writing, address: FormStr = ""
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
            session, _publisher_of(runtime, session, reader), change, runtime.clock.now()
        )
    return go_to(f"/preferences/{token}?told=address")


@pages.get("/mine/{token}")
def ask_mine(
    token: str, publication: PublicationDep, runtime: RuntimeDep, session: Reading
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
    """All of it, as a file."""
    text = json.dumps(
        copy_personal_data(session, _subscriber(runtime, session, token).key),
        default=str,
        ensure_ascii=False,
        indent=1,
    )
    return Response(
        text,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


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
    """A page with a button: scanners open links, and a GET says nothing about who owns an address."""
    change = read_change(session, runtime.signer.read("address", token, runtime.clock.now()))
    return _address_page(
        session, change.subscriber_id, f"/address/{token}", mask(change.address), "new"
    )


@pages.post("/address/{token}")
def new_address(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    now = runtime.clock.now()
    change = read_change(session, runtime.signer.read("address", token, now))
    if confirm_change(session, change.key, now=now):
        publisher = _publisher(runtime, _first(session, change.subscriber_id))
        write_former_address(session, publisher, change, now)
    return _address_page(session, change.subscriber_id, "", mask(change.address), "changed")


@pages.get("/address/back/{token}")
def ask_former_address(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    change = read_change(session, runtime.signer.read("former", token, runtime.clock.now()))
    return _address_page(
        session, change.subscriber_id, f"/address/back/{token}", mask(change.former), "former"
    )


@pages.post("/address/back/{token}")
def former_address(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    now = runtime.clock.now()
    change = read_change(session, runtime.signer.read("former", token, now))
    take_back(session, change.key, now)
    return _address_page(session, change.subscriber_id, "", mask(change.former), "changed")


def _address_page(
    session: Session, subscriber_id: int, action: str, address: str, what: str
) -> Response:
    publication = _first(session, subscriber_id)
    return show(
        "public/address.html", publication=publication, action=action, address=address, what=what
    )


def _subscriber(runtime: Runtime, session: Session, token: str) -> Subscriber:
    subscriber = session.get(Subscriber, runtime.signer.read("mine", token, runtime.clock.now()))
    if subscriber is None:
        raise Forgotten
    return subscriber


def _publication_of(
    session: Session, subscriber: Subscriber, here: Publication
) -> Publication | None:
    """Whose letter it is: that of this site if they know it, else one that they read or read once; none for who never confirmed."""
    known = [
        one.publication_id for one in subscriptions_of(session, subscriber.key) if one.confirmed_at
    ]
    return here if here.id in known else read_publication(session, known[0]) if known else None


def _first(session: Session, subscriber_id: int) -> Publication:
    standing = subscriptions_of(session, subscriber_id)
    if not standing:
        raise Forgotten
    return read_publication(
        session,
        next((one for one in standing if one.status == "active"), standing[0]).publication_id,
    )


def _publisher_of(runtime: Runtime, session: Session, reader: LetterReader) -> Publisher:
    return _publisher(runtime, read_publication(session, reader.publication_id))


def _publisher(runtime: Runtime, publication: Publication) -> Publisher:
    return Publisher(publication, runtime.urls, runtime.signer)
