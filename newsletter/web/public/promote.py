"""Promote your tool: the form, the proof of the maker's address, and the answer to a question."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import editors
from newsletter.errors import Refused
from newsletter.intake.receiving import receive_tool
from newsletter.letters import makers
from newsletter.runtime import Runtime
from newsletter.tools import submissions
from newsletter.tools.badge import badge_svg
from newsletter.tools.cards import Card, find_problems, read_card
from newsletter.tools.models import Submission
from newsletter.tools.pictures import NOT_SHOWN, find_picture
from newsletter.tools.submissions import BadSubmission, NoOpenQuestion
from newsletter.web.public.front import Front, FrontDep
from newsletter.web.public.signup import FAILED
from newsletter.web.requests import AttemptDep, Reading, Writing
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
def ask_tool(front: FrontDep) -> Response:
    return _form(front, PromoteForm())


@pages.post("")
def send_tool(
    attempt: AttemptDep,
    form: PromoteFormDep,
    front: FrontDep,
    session: Writing,
) -> Response:
    """Receive a tool. The answer is the same for every address; errors keep what was typed."""
    problems = _picture_problems(form, front.runtime)
    if problems:
        return _form(front, form, problems)
    try:
        address = receive_tool(
            session,
            front.publisher,
            form.card,
            attempt,
            contact=form.contact,
            note=form.note,
            now=front.now(),
        )
    except BadSubmission as bad:
        return _form(front, form, bad.problems)
    except Refused as refused:
        return _form(front, form, {"": str(refused)})
    return front.show("public/promoted.html", step="sent", address=address)


@pages.get("/own/{token}")
def ask_own(token: str, front: FrontDep, session: Reading) -> Response:
    """Show a page with a button: scanners open links, so a GET proves no owner."""
    key = front.read_token("own", token)
    return _own(front, submissions.read_submission(session, key), token)


@pages.post("/own/{token}")
def own(token: str, front: FrontDep, session: Writing) -> Response:
    key = front.read_token("own", token)
    addresses = [editor.address for editor in editors.read_all(session)]
    submission = makers.verify(
        session,
        front.publisher,
        key,
        editors=addresses,
        now=front.now(),
    )
    return _own(front, submission, token)


@pages.get("/answer/{token}")
def ask_answer(token: str, front: FrontDep, session: Reading) -> Response:
    sent = _asked(session, front.read_token("answer", token))
    return _answer_form(front, sent, token, _as_form(sent))


@pages.post("/answer/{token}")
def answer(
    token: str,
    form: PromoteFormDep,
    front: FrontDep,
    session: Writing,
) -> Response:
    key = front.read_token("answer", token)
    problems = _picture_problems(form, front.runtime)
    sent = _asked(session, key)
    if problems:
        return _answer_form(
            front,
            sent,
            token,
            form,
            problems,
        )
    try:
        submissions.answer(session, key, form.card, form.note)
    except BadSubmission as bad:
        return _answer_form(
            front,
            sent,
            token,
            form,
            bad.problems,
        )
    return front.show("public/promoted.html", step="answered", address="")


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


def _answer_form(
    front: Front,
    sent: Submission,
    token: str,
    form: PromoteForm,
    problems: Mapping[str, str] | None = None,
) -> Response:
    """Show the form below an editor's question; it is sent to the address that asked."""
    return _form(
        front,
        form,
        problems,
        question=sent.question,
        action=f"/promote/answer/{token}",
    )


def _form(
    front: Front,
    form: PromoteForm,
    problems: Mapping[str, str] | None = None,
    *,
    question: str = "",
    action: str = "/promote",
) -> Response:
    name = front.publication.name
    return front.show(
        "public/promote.html",
        422 if problems else 200,
        form=form,
        token=front.form_token(),
        wrong=problems or {},
        failed=FAILED,
        question=question,
        action=action,
        badges=(badge_svg(name), badge_svg(name, dark=True)),
    )


def _own(front: Front, sent: Submission, token: str) -> Response:
    return front.show(
        "public/own.html",
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
