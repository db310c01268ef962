"""Joining: the sign-up page, and the button that confirms."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import NewsletterError, Refused
from newsletter.intake.gate import form_token
from newsletter.intake.receiving import Mistyped, TypedSignUp
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import latest_sent_issue, read_blocks
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import write_welcome
from newsletter.publications.models import Publication
from newsletter.publications.reading import only_publication
from newsletter.runtime import Runtime
from newsletter.tokens import OldToken
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import (
    AttemptDep,
    PublicationDep,
    Reading,
    RuntimeDep,
    SignUpsDep,
    Writing,
    network_of,
)
from newsletter.web.subscriber_count import readers
from subscribers.addresses import mask
from subscribers.joining import signup
from subscribers.joining.signup import NoSubscription, source_tag

pages = APIRouter()
WORDS = "Subscribe: one letter a week; leave with one click."
DONE = "Thank you! Your submission has been received!"
FAILED = "Oops! Something went wrong while submitting the form."


@pages.get("/")
def home(publication: PublicationDep, runtime: RuntimeDep, source: str = "") -> Response:
    """The sign-up page; a link with ?source=TAG tells later where a reader came from."""
    return _Page(publication, runtime, source=source).show()


class SignUpForm(BaseModel):
    """The sign-up form. `meant` is our proposal for a mistyped address, which the reader took."""

    email: str = ""
    source: str = ""
    meant: str = ""
    is_meant: bool = False

    def typed(self) -> TypedSignUp:
        """Return the sign-up that the form asks for."""
        address = self.meant or self.email
        is_meant = self.is_meant or bool(self.meant)
        return TypedSignUp(address, WORDS, source=self.source, is_meant=is_meant)


@pages.post("/subscribe")
def subscribe(
    runtime: RuntimeDep,
    attempt: AttemptDep,
    sign_ups: SignUpsDep,
    form: Annotated[SignUpForm, Form()],
) -> Response:
    """Receive a sign-up. The answer is the same for a known and an unknown address."""
    # Read here: as a dependency it would be one more hop to a thread, and sign-ups come in crowds.
    publication = runtime.database.read(only_publication)
    publisher = Publisher(publication, runtime.urls, runtime.signer)
    page = _Page(publication, runtime, email=form.email, source=form.source)
    try:
        address = sign_ups.receive(publisher, form.typed(), attempt)
    except Mistyped as mistyped:
        return page.show(422, meant=mistyped.meant)
    except Refused as refused:
        return page.show(status_of(refused), error=f"{FAILED} {refused}")
    return show(
        "public/asked.html",
        publication=publication,
        done=DONE,
        address=address,
        source=source_tag(form.source),
        token=form_token(runtime.signer, runtime.clock.now()),
    )


@pages.get("/confirm/{token}")
def ask_confirm(
    token: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    """A page with a button: scanners open links, and a GET confirms nothing."""
    try:
        key = runtime.signer.read("confirm", token, runtime.clock.now())
        address = mask(signup.address_of(session, key))
    except (OldToken, NoSubscription) as error:
        return _again(publication, runtime, error)
    return show("public/confirm.html", publication=publication, token=token, address=address)


@pages.post("/confirm/{token}")
def confirm(
    token: str,
    request: Request,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    now = runtime.clock.now()
    try:
        key = runtime.signer.read("confirm", token, now)
        is_new = signup.confirm(session, key, network=network_of(request), now=now)
    except (OldToken, NoSubscription) as error:
        return _again(publication, runtime, error)
    if is_new:
        address = signup.address_of(session, key)
        publisher = Publisher(publication, runtime.urls, runtime.signer)
        write_welcome(session, publisher, key, address, now=now)
    return go_to("/welcome")


@pages.get("/welcome")
def welcome(publication: PublicationDep) -> Response:
    return show("public/welcome.html", publication=publication)


def _again(publication: Publication, runtime: Runtime, error: NewsletterError) -> Response:
    """A link that came too late is no dead end: the form is there, and a new letter comes."""
    sentence = f"{error} Enter your address, and a new letter comes."
    return _Page(publication, runtime).show(status_of(error), error=sentence)


@dataclass(frozen=True, slots=True)
class _Page:
    """The sign-up page, with what was typed into its form."""

    publication: Publication
    runtime: Runtime
    email: str = ""
    source: str = ""

    def show(
        self,
        status: int = 200,
        *,
        meant: str = "",
        error: str = "",
    ) -> Response:
        return show(
            "public/signup.html",
            status,
            publication=self.publication,
            latest=self.runtime.database.read(_latest, self.publication.key),
            readers=readers(self.runtime, self.publication),
            token=form_token(self.runtime.signer, self.runtime.clock.now()),
            email=self.email,
            source=source_tag(self.source),
            meant=meant,
            error=error,
        )


def _latest(session: Session, publication_id: int) -> tuple[Issue, list[Block]] | None:
    """Return the issue that was sent last, and its first three stories."""
    issue = latest_sent_issue(session, publication_id)
    if issue is None:
        return None
    blocks = read_blocks(session, issue.key)
    return issue, [block for block in blocks if block.kind in ("lead", "stories")][:3]
