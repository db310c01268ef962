"""Another address: asked for on the preferences page, agreed to in both mailboxes, taken back.

Each link opens a page with a button: scanners open links, so a GET agrees to nothing.
"""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.intake.gate import may_write
from newsletter.letters.requested import write_new_address
from newsletter.privacy.agreeing import refuse_change, require_no_refusal
from newsletter.privacy.moving import (
    ask_present_mailbox,
    come_back,
    first_publication,
    move_person,
    take_person_back,
)
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.text import day_in_words
from newsletter.tokens import Purpose
from newsletter.web.public.arriving import LetterVisit, arrive
from newsletter.web.public.front import FrontDep
from newsletter.web.public.leaving import ask
from newsletter.web.public.preferences import preferences_page
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import (
    FormStr,
    Reading,
    RuntimeDep,
    Writing,
    network_of,
)
from subscribers.address_change import ask_change, has_reader, is_reading, read_change
from subscribers.addresses import mask, normalise
from subscribers.forgetting import SILENT_FOR
from subscribers.models import AddressChange

pages = APIRouter()
# The link by which the present mailbox was asked takes the change back, too: it is the same one.
FORMER: tuple[Purpose, ...] = ("former", "present")


class TooManyLetters(Refused):
    """Too many letters went to one of the two addresses lately, and a change needs one to each. Ask
    again tomorrow."""


@pages.post("/preferences/{token}/address")
def send_new_address(
    token: str,
    runtime: RuntimeDep,
    session: Writing,
    address: FormStr = "",
) -> Response:
    """Ask the new address; the answer does not tell whether it is known here."""
    visit = arrive(runtime, session, token)
    if not is_reading(session, visit.reader.subscriber_id):
        return ask(visit)
    try:
        change = _ask(visit, address)
    except Refused as refused:
        return preferences_page(visit, error=str(refused), status=422)
    write_new_address(session, visit.publisher, change, visit.now)
    return go_to(f"/preferences/{token}?done=address")


@pages.get("/address/{token}")
def ask_new_address(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    change = _read_change(runtime, session, ("address",), token)
    step = "new" if change.confirmed_at is None else _step_of(session, change)
    return _page(
        session,
        change,
        change.address,
        step,
        f"/address/{token}",
    )


@pages.post("/address/{token}")
def new_address(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """Its owner confirms; now the present mailbox is asked."""
    change = _read_change(runtime, session, ("address",), token)
    ask_present_mailbox(
        session,
        change.key,
        runtime.urls,
        runtime.signer,
        now=runtime.clock.now(),
    )
    return _page(session, change, change.address, _step_of(session, change))


@pages.get("/address/present/{token}")
def ask_present(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    change = _read_change(runtime, session, ("present",), token)
    if change.former_hash:
        return go_to(f"/address/back/{token}")
    step = "present" if change.is_open else _step_of(session, change)
    return _page(
        session,
        change,
        change.address,
        step,
        f"/address/present/{token}",
    )


@pages.post("/address/present/{token}")
def answer_present(
    token: str,
    runtime: RuntimeDep,
    session: Writing,
    answer: FormStr = "",
) -> Response:
    """The present mailbox says yes, or no: also when its silence was taken for a yes already."""
    change = _read_change(runtime, session, ("present",), token)
    now = runtime.clock.now()
    if change.former_hash or answer not in ("yes", "no"):
        return go_to(f"/address/present/{token}")
    if answer == "yes":
        move_person(session, change.key, runtime.urls, runtime.signer, now=now)
    elif change.changed_at is not None:
        take_person_back(session, change.key, now)
    else:
        refuse_change(session, change.key, now)
    return _page(session, change, change.address, _step_of(session, change))


@pages.get("/address/back/{token}")
def ask_former_address(
    token: str,
    front: FrontDep,
    session: Reading,
) -> Response:
    change = _read_change(front.runtime, session, FORMER, token)
    action = f"/address/back/{token}"
    if change.former_hash:
        return _erased_page(front.publication, action)
    return _page(session, change, change.former, "former", action)


@pages.post("/address/back/{token}")
def former_address(
    token: str,
    request: Request,
    front: FrontDep,
    session: Writing,
    address: FormStr = "",
) -> Response:
    """Take a change back; of an erased reader only a hash is known, so they type their address."""
    change = _read_change(front.runtime, session, FORMER, token)
    now = front.now()
    if not change.former_hash:
        take_person_back(session, change.key, now)
        return _page(session, change, change.former, "back")
    try:
        network = network_of(request)
        known = come_back(session, change.key, address, network=network, now=now)
    except Refused as refused:
        return _erased_page(front.publication, f"/address/back/{token}", str(refused))
    return show(
        "public/address.html",
        publication=front.publication,
        action="",
        address=mask(known),
        step="back",
    )


def _ask(visit: LetterVisit, address: str) -> AddressChange:
    """Note the wish. Raises Refused: an old link, a bad address, a no lately, too many letters.

    The letter that asks the present mailbox is counted now: who may not write it changes nothing.
    """
    visit.require_new_link()
    require_no_refusal(visit.session, visit.reader.subscriber_id, visit.now)
    # Both are counted, whatever the other one's count is.
    may_ask_new = _may_write(visit, normalise(address))
    may_ask_present = _may_write(visit, visit.reader.address)
    if not (may_ask_new and may_ask_present):
        raise TooManyLetters
    return ask_change(visit.session, visit.reader.subscriber_id, address, visit.now)


def _may_write(visit: LetterVisit, address: str) -> bool:
    return may_write(visit.session, visit.runtime.signer, address, visit.now)


def _read_change(
    runtime: Runtime,
    session: Session,
    purposes: Sequence[Purpose],
    token: str,
) -> AddressChange:
    """Return the change that a link is about. Raises BadToken, OldToken, NoChange."""
    read = runtime.signer.read_either(purposes, token, runtime.clock.now())
    return read_change(session, read.number)


def _step_of(session: Session, change: AddressChange) -> str:
    """Return how far a change came."""
    if change.address == change.former:
        return "changed"
    if change.is_open:
        return "needs yes" if has_reader(session, change) else "waits"
    if change.changed_at is None:
        return "ended"
    return "changed" if change.ended_at in (None, change.changed_at) else "taken back"


def _page(
    session: Session,
    change: AddressChange,
    address: str,
    step: str,
    action: str = "",
) -> Response:
    """Show the change of an address, and how far it came; `action` is its button's."""
    waits_until = change.confirmed_at and change.confirmed_at + SILENT_FOR
    publication = first_publication(session, change.subscriber_id)
    return show(
        "public/address.html",
        publication=publication,
        action=action,
        address=mask(address),
        day=day_in_words(waits_until, publication.zone) if waits_until else "",
        step=step,
    )


def _erased_page(publication: Publication, action: str, error: str = "") -> Response:
    return show(
        "public/address.html",
        422 if error else 200,
        publication=publication,
        action=action,
        step="erased",
        error=error,
    )
