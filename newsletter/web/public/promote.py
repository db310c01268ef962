"""Promote your tool: the form, the proof of the maker's address, and the answer to a question."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import team
from newsletter.desk.roles import Act
from newsletter.errors import NewsletterError, Refused
from newsletter.intake.gate import Attempt, TooMuchFromHere, may_fetch_picture
from newsletter.intake.receiving import Judged, judge_tool, receive
from newsletter.letters import makers
from newsletter.tokens import Purpose
from newsletter.tools import submissions
from newsletter.tools.badge import badge_svg
from newsletter.tools.cards import Card, find_problems, read_card
from newsletter.tools.models import Submission
from newsletter.tools.pictures import NOT_SHOWN, find_picture
from newsletter.tools.submissions import BadSubmission, NoOpenQuestion
from newsletter.web.errors import status_of
from newsletter.web.limits.lookups import LookUpPlaces, LookUpsDep, TooManyLookUps
from newsletter.web.public.front import Front, FrontDep
from newsletter.web.public.signup import FAILED
from newsletter.web.requests import AttemptDep, Reading, Writing, network_of
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
    look_ups: LookUpsDep,
) -> Response:
    """Receive a tool. The answer is the same for every address; errors keep what was typed."""
    try:
        judged = _receive(attempt, form, front, look_ups.strangers)
    except (Refused, TooManyLookUps) as error:
        return _form(front, form, _problems_of(error), status=_status_of(error))
    return front.show("public/promoted.html", step="sent", address=judged.arrival.address)


def _receive(
    attempt: Attempt,
    form: PromoteForm,
    front: Front,
    places: LookUpPlaces,
) -> Judged:
    """Ask the gate, look at the picture, take the tool: each in its own transaction, or in none.

    A picture is fetched for nobody whom the gate doubts: a stranger could let us ask any site.
    """
    write = front.runtime.database.write
    judged = write(
        judge_tool,
        front.publisher,
        form.card,
        attempt,
        contact=form.contact,
        note=form.note,
        now=front.now(),
    )
    if judged.is_welcome:
        _check_picture(form.card, front, places)
    write(receive, front.publisher, judged, front.now())
    return judged


@pages.get("/own/{token}")
def ask_own(token: str, front: FrontDep, session: Reading) -> Response:
    """Show a page with a button: scanners open links, so a GET proves no owner."""
    key = _read_token(front, session, "own", token)
    return _own(front, submissions.read_submission(session, key), token)


@pages.post("/own/{token}")
def own(token: str, front: FrontDep, session: Writing) -> Response:
    key = _read_token(front, session, "own", token)
    addresses = [
        editor.address for editor in team.who_may(session, front.publication.key, Act.TOOLS)
    ]
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
    sent = _asked(session, _read_token(front, session, "answer", token))
    return _answer_form(front, sent, token, _as_form(sent))


@pages.post("/answer/{token}")
def answer(
    token: str,
    request: Request,
    form: PromoteFormDep,
    front: FrontDep,
    look_ups: LookUpsDep,
) -> Response:
    database = front.runtime.database
    with database.reading() as session:
        key = _read_token(front, session, "answer", token)
        sent = _asked(session, key)
    try:
        if form.card.image_url and not find_problems(form.card, by_maker=True):
            _count_picture(network_of(request), front)
            _check_picture(form.card, front, look_ups.strangers)
        database.write(_keep_answer, key, form)
    except (BadSubmission, TooMuchFromHere, TooManyLookUps) as error:
        return _answer_form(
            front,
            sent,
            token,
            form,
            _problems_of(error),
            status=_status_of(error),
        )
    return front.show("public/promoted.html", step="answered", address="")


def _read_token(
    front: Front,
    session: Session,
    purpose: Purpose,
    token: str,
) -> int:
    """Return whose submission it is. Raises BadToken, OldToken, NoSubmission or Elsewhere."""
    key = front.read_token(purpose, token)
    front.require_here(session, submissions.read_submission(session, key).publication_id)
    return key


def _keep_answer(session: Session, submission_id: int, form: PromoteForm) -> None:
    """Take an answer to an editor's question. Raises NoOpenQuestion or BadSubmission."""
    # An editor may have decided while the picture was fetched.
    _asked(session, submission_id)
    submissions.answer(session, submission_id, form.card, form.note)


def _count_picture(network: str, front: Front) -> None:
    """Raise TooMuchFromHere if a network let us fetch many pictures within the hour."""
    signer = front.publisher.signer
    if not front.runtime.database.write(may_fetch_picture, signer, network, front.now()):
        raise TooMuchFromHere


def _check_picture(card: Card, front: Front, places: LookUpPlaces) -> None:
    """Fetch the picture of a card. Raises BadSubmission if it does not load, or TooManyLookUps."""
    if not card.image_url:
        return
    with places.one():
        picture = find_picture(card.image_url, front.runtime.limits)
    if picture is None:
        raise BadSubmission({"image_url": NOT_SHOWN})


def _problems_of(error: NewsletterError) -> Mapping[str, str]:
    """Return what is wrong, by field; what belongs to no field is above the form."""
    return error.problems if isinstance(error, BadSubmission) else {"": str(error)}


def _status_of(error: NewsletterError) -> int:
    """Return 422 for what a person can mend in the form, 429 or 503 for what takes a while."""
    status = status_of(error)
    return status if status in (429, 503) else 422


def _answer_form(
    front: Front,
    sent: Submission,
    token: str,
    form: PromoteForm,
    problems: Mapping[str, str] | None = None,
    *,
    status: int = 422,
) -> Response:
    """Show the form below an editor's question; it is sent to the address that asked."""
    return _form(
        front,
        form,
        problems,
        question=sent.question,
        action=f"/promote/answer/{token}",
        status=status,
    )


def _form(
    front: Front,
    form: PromoteForm,
    problems: Mapping[str, str] | None = None,
    *,
    question: str = "",
    action: str = "/promote",
    status: int = 422,
) -> Response:
    name = front.publication.name
    return front.show(
        "public/promote.html",
        status if problems else 200,
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
