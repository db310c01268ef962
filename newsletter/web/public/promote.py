"""Promote your tool: the form, the button that says the address is the maker's, and the answer to an editor's question."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from newsletter.desk import editors
from newsletter.errors import Refused
from newsletter.intake.gate import form_token
from newsletter.intake.receiving import receive_tool
from newsletter.letters import makers
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.tools import submissions
from newsletter.tools.badge import badge_svg
from newsletter.tools.cards import Card, find_problems, read_card
from newsletter.tools.models import Submission
from newsletter.tools.pictures import NOT_SHOWN, find_picture
from newsletter.tools.submissions import BadSubmission, NoOpenQuestion
from newsletter.web.public.signup import FAILED
from newsletter.web.rendering import show
from newsletter.web.requests import (
    AttemptDep,
    FormStr,
    PublicationDep,
    PublisherDep,
    Reading,
    RuntimeDep,
    Writing,
)
from subscribers.addresses import mask

pages = APIRouter(prefix="/promote")


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was typed."""

    name: str = ""
    url: str = ""
    price: str = "Free"
    description: str = ""
    tags: str = ""
    image_url: str = ""
    note: str = ""
    contact: str = ""

    @property
    def card(self) -> Card:
        about = {
            name: value for name, value in asdict(self).items() if name not in ("note", "contact")
        }
        return read_card(**about)


def typed(
    name: FormStr = "",
    url: FormStr = "",
    price: FormStr = "",
    description: FormStr = "",
    tags: FormStr = "",
    image_url: FormStr = "",
    note: FormStr = "",
    contact: FormStr = "",
) -> Typed:
    """What came with the form."""
    return Typed(name, url, price, description, tags, image_url, note, contact)


TypedDep = Annotated[Typed, Depends(typed)]


@pages.get("")
def ask_tool(publication: PublicationDep, runtime: RuntimeDep) -> Response:
    return _form(publication, runtime, Typed())


@pages.post("")
def send_tool(
    attempt: AttemptDep,
    typed: TypedDep,
    publisher: PublisherDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    """The answer is the same whatever is known of the address; what was typed is kept on errors."""
    publication, now = publisher.publication, runtime.clock.now()
    if wrong := _without_picture(typed, runtime):
        return _form(publication, runtime, typed, wrong)
    try:
        address = receive_tool(
            session, publisher, typed.card, attempt, contact=typed.contact, note=typed.note, now=now
        )
    except BadSubmission as bad:
        return _form(publication, runtime, typed, bad.problems)
    except Refused as refused:
        return _form(publication, runtime, typed, {"": str(refused)})
    return show("public/promoted.html", publication=publication, step="sent", address=address)


@pages.get("/own/{token}")
def ask_own(
    token: str, publication: PublicationDep, runtime: RuntimeDep, session: Reading
) -> Response:
    """A page with a button: scanners open links, and a GET says nothing about who owns an address."""
    sent = submissions.read_submission(
        session, runtime.signer.read("own", token, runtime.clock.now())
    )
    return _own(publication, sent, token)


@pages.post("/own/{token}")
def own(token: str, publication: PublicationDep, runtime: RuntimeDep, session: Writing) -> Response:
    now = runtime.clock.now()
    key = runtime.signer.read("own", token, now)
    told = [editor.address for editor in editors.read_all(session)]
    sent = makers.verify(
        session, Publisher(publication, runtime.urls, runtime.signer), key, editors=told, now=now
    )
    return _own(publication, sent, token)


@pages.get("/answer/{token}")
def ask_answer(
    token: str, publication: PublicationDep, runtime: RuntimeDep, session: Reading
) -> Response:
    sent = _asked(session, runtime.signer.read("answer", token, runtime.clock.now()))
    return _form(
        publication,
        runtime,
        _as_typed(sent),
        question=sent.question,
        action=f"/promote/answer/{token}",
    )


@pages.post("/answer/{token}")
def answer(
    token: str, form: TypedDep, publication: PublicationDep, runtime: RuntimeDep, session: Writing
) -> Response:
    key = runtime.signer.read("answer", token, runtime.clock.now())
    wrong = _without_picture(form, runtime)
    sent = _asked(session, key)
    try:
        if wrong:
            raise BadSubmission(wrong)
        submissions.answer(session, key, form.card, form.note)
    except BadSubmission as bad:
        return _form(
            publication,
            runtime,
            form,
            bad.problems,
            question=sent.question,
            action=f"/promote/answer/{token}",
        )
    return show("public/promoted.html", publication=publication, step="answered", address="")


def _without_picture(form: Typed, runtime: Runtime) -> Mapping[str, str]:
    """Say that the picture does not load. It is looked at when all else is well, and before the first write: it takes its time."""
    card = form.card
    if (
        not card.image_url
        or find_problems(card, by_maker=True)
        or find_picture(card.image_url, runtime.limits)
    ):
        return {}
    return {"image_url": NOT_SHOWN}


def _form(
    publication: Publication,
    runtime: Runtime,
    typed: Typed,
    wrong: Mapping[str, str] | None = None,
    *,
    question: str = "",
    action: str = "/promote",
) -> Response:
    return show(
        "public/promote.html",
        422 if wrong else 200,
        publication=publication,
        form=typed,
        token=form_token(runtime.signer, runtime.clock.now()),
        wrong=wrong or {},
        failed=FAILED,
        question=question,
        action=action,
        badges=(badge_svg(publication.name), badge_svg(publication.name, dark=True)),
    )


def _own(publication: Publication, sent: Submission, token: str) -> Response:
    return show(
        "public/own.html",
        publication=publication,
        sent=sent,
        address=mask(sent.contact),
        token=token,
    )


def _asked(session: Session, submission_id: int) -> Submission:
    sent = submissions.read_submission(session, submission_id)
    if sent.status != "waiting" or sent.asked_at is None:
        raise NoOpenQuestion
    return sent


def _as_typed(sent: Submission) -> Typed:
    return Typed(
        sent.name,
        sent.url,
        sent.price,
        sent.description,
        ", ".join(sent.tags),
        sent.image_url,
        "",
        sent.contact,
    )
