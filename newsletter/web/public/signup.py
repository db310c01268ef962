"""Joining: the sign-up page, and the button that confirms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import NewsletterError, Refused
from newsletter.intake.receiving import Mistyped, TypedSignUp
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import latest_sent_issue, read_blocks
from newsletter.letters.writing import write_welcome
from newsletter.tokens import OldToken
from newsletter.web.errors import status_of
from newsletter.web.public.front import Front, FrontDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import (
    AttemptDep,
    Reading,
    RuntimeDep,
    SignUpsDep,
    Writing,
    asked_publication,
    network_of,
)
from subscribers.addresses import mask
from subscribers.joining import signup
from subscribers.joining.signup import NoSubscription, source_tag

pages = APIRouter()
WORDS = "Subscribe: one letter a week; leave with one click."
DONE = "Thank you! Your submission has been received!"
STORIES = ("lead", "stories")  # kinds of blocks
FAILED = "Oops! Something went wrong while submitting the form."


@pages.get("/")
def home(front: FrontDep, source: str = "") -> Response:
    """The sign-up page; a link with ?source=TAG tells later where a reader came from."""
    return _Page(front, source=source).show()


class SignUpForm(BaseModel):
    """The sign-up form. `meant` is our proposal for a mistyped address, which the reader took."""

    email: str = ""
    source: str = ""
    meant: str = ""
    is_meant: bool = False

    def typed(self) -> TypedSignUp:
        """Return the sign-up that the form asks for."""
        return TypedSignUp(
            self.meant or self.email,
            WORDS,
            source=self.source,
            is_meant=self.is_meant or bool(self.meant),
        )


SignUpFormDep = Annotated[SignUpForm, Form()]


@pages.post("/subscribe")
def subscribe(
    request: Request,
    runtime: RuntimeDep,
    attempt: AttemptDep,
    sign_ups: SignUpsDep,
    form: SignUpFormDep,
) -> Response:
    """Receive a sign-up. The answer is the same for a known and an unknown address."""
    # Read here: as a dependency it would be one more hop to a thread, and sign-ups come in crowds.
    front = Front(asked_publication(request), runtime)
    page = _Page(front, email=form.email, source=form.source)
    try:
        address = sign_ups.receive(front.publisher, form.typed(), attempt)
    except Mistyped as mistyped:
        return page.show(422, meant=mistyped.meant)
    except Refused as refused:
        return page.show(status_of(refused), error=f"{FAILED} {refused}")
    return page.show_asked(address)


@pages.get("/confirm/{token}")
def ask_confirm(token: str, front: FrontDep, session: Reading) -> Response:
    """A page with a button: scanners open links, and a GET confirms nothing."""
    try:
        key = _read_confirm(front, session, token)
        address = mask(signup.address_of(session, key))
    except (OldToken, NoSubscription) as error:
        return _again(front, error)
    return front.show("public/confirm.html", token=token, address=address)


@pages.post("/confirm/{token}")
def confirm(
    token: str,
    request: Request,
    front: FrontDep,
    session: Writing,
) -> Response:
    now = front.now()
    try:
        key = _read_confirm(front, session, token)
        is_new = signup.confirm(session, key, network=network_of(request), now=now)
    except (OldToken, NoSubscription) as error:
        return _again(front, error)
    if is_new:
        _write_welcome(front, session, key, now)
    return go_to("/welcome")


def _read_confirm(
    front: Front,
    session: Session,
    token: str,
) -> int:
    """Return whose link it is. Raises BadToken, OldToken, NoSubscription or Elsewhere."""
    key = front.read_token("confirm", token)
    front.require_here(session, signup.read_subscription(session, key).publication_id)
    return key


@pages.get("/welcome")
def welcome(front: FrontDep) -> Response:
    return front.show("public/welcome.html")


def _write_welcome(
    front: Front,
    session: Session,
    subscription_id: int,
    now: datetime,
) -> None:
    address = signup.address_of(session, subscription_id)
    write_welcome(
        session,
        front.publisher,
        subscription_id,
        address,
        now=now,
    )


def _again(front: Front, error: NewsletterError) -> Response:
    """A link that came too late is no dead end: the form is there, and a new letter comes."""
    sentence = f"{error} Enter your address, and a new letter comes."
    return _Page(front).show(status_of(error), error=sentence)


@dataclass(frozen=True, slots=True)
class _Page:
    """The sign-up page, with what was typed into its form."""

    front: Front
    email: str = ""
    source: str = ""

    def show(
        self,
        status: int = 200,
        *,
        meant: str = "",
        error: str = "",
    ) -> Response:
        front = self.front
        return front.show(
            "public/signup.html",
            status,
            latest=_latest_shown(front),
            readers=front.readers(),
            token=front.form_token(),
            email=self.email,
            source=source_tag(self.source),
            meant=meant,
            error=error,
        )

    def show_asked(self, address: str) -> Response:
        """Say that a letter is on its way to the address."""
        return self.front.show(
            "public/asked.html",
            done=DONE,
            address=address,
            source=source_tag(self.source),
            token=self.front.form_token(),
        )


def _latest_shown(front: Front) -> tuple[Issue, list[Block]] | None:
    """Return the latest issue, unless past issues are listed nowhere."""
    if front.publication.archive != "public":
        return None
    return front.runtime.database.read(_latest, front.key)


def _latest(session: Session, publication_id: int) -> tuple[Issue, list[Block]] | None:
    """Return the issue that was sent last, and its first three stories."""
    issue = latest_sent_issue(session, publication_id)
    if issue is None:
        return None
    stories = [block for block in read_blocks(session, issue.key) if block.kind in STORIES]
    return issue, stories[:3]
