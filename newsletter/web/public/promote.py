"""Promote your tool: the form, the proof of the maker's address, and the answer to a question."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
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
    PublicationDep,
    PublisherDep,
    Reading,
    RuntimeDep,
    Writing,
)
from subscribers.addresses import mask

pages = APIRouter(prefix="/promote")


class PromoteForm(BaseModel):
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
        return read_card(**self.model_dump(exclude={"note", "contact"}))


PromoteFormDep = Annotated[PromoteForm, Form()]


@pages.get("")
def ask_tool(publication: PublicationDep, runtime: RuntimeDep) -> Response:
    return _form(publication, runtime, PromoteForm())


@pages.post("")
def send_tool(
    attempt: AttemptDep,
    form: PromoteFormDep,
    publisher: PublisherDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    """Receive a tool. The answer is the same for every address; errors keep what was typed."""
    publication = publisher.publication
    problems = _picture_problems(form, runtime)
    if problems:
        return _form(publication, runtime, form, problems)
    now = runtime.clock.now()
    try:
        address = receive_tool(
            session,
            publisher,
            form.card,
            attempt,
            contact=form.contact,
            note=form.note,
            now=now,
        )
    except BadSubmission as bad:
        return _form(publication, runtime, form, bad.problems)
    except Refused as refused:
        return _form(publication, runtime, form, {"": str(refused)})
    return show("public/promoted.html", publication=publication, step="sent", address=address)


@pages.get("/own/{token}")
def ask_own(
    token: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    """Show a page with a button: scanners open links, so a GET proves no owner."""
    key = runtime.signer.read("own", token, runtime.clock.now())
    return _own(publication, submissions.read_submission(session, key), token)


@pages.post("/own/{token}")
def own(
    token: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    now = runtime.clock.now()
    key = runtime.signer.read("own", token, now)
    publisher = Publisher(publication, runtime.urls, runtime.signer)
    addresses = [editor.address for editor in editors.read_all(session)]
    submission = makers.verify(session, publisher, key, editors=addresses, now=now)
    return _own(publication, submission, token)


@pages.get("/answer/{token}")
def ask_answer(
    token: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    sent = _asked(session, runtime.signer.read("answer", token, runtime.clock.now()))
    return _form(
        publication,
        runtime,
        _as_form(sent),
        question=sent.question,
        action=f"/promote/answer/{token}",
    )


@pages.post("/answer/{token}")
def answer(
    token: str,
    form: PromoteFormDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    key = runtime.signer.read("answer", token, runtime.clock.now())
    problems = _picture_problems(form, runtime)
    sent = _asked(session, key)
    try:
        if problems:
            raise BadSubmission(problems)
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


def _picture_problems(form: PromoteForm, runtime: Runtime) -> Mapping[str, str]:
    """Say that the picture does not load, if it does not.

    It is fetched when all else is well, and before the first write: it takes its time.
    """
    card = form.card
    if not card.image_url or find_problems(card, by_maker=True):
        return {}
    if find_picture(card.image_url, runtime.limits):
        return {}
    return {"image_url": NOT_SHOWN}


def _form(
    publication: Publication,
    runtime: Runtime,
    form: PromoteForm,
    problems: Mapping[str, str] | None = None,
    *,
    question: str = "",
    action: str = "/promote",
) -> Response:
    return show(
        "public/promote.html",
        422 if problems else 200,
        publication=publication,
        form=form,
        token=form_token(runtime.signer, runtime.clock.now()),
        wrong=problems or {},
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


def _as_form(submission: Submission) -> PromoteForm:
    return PromoteForm(
        name=submission.name,
        url=submission.url,
        price=submission.price,
        description=submission.description,
        tags=", ".join(submission.tags),
        image_url=submission.image_url,
        contact=submission.contact,
    )
