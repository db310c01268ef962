"""Joining: the sign-up page, and the button that confirms."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from newsletter.errors import NewsletterError, Refused
from newsletter.intake.gate import form_token
from newsletter.intake.receiving import Mistyped, TypedSignUp, receive_sign_up
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
    FormStr,
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
    return _form(publication, runtime, source=source)


@pages.post("/subscribe")
def subscribe(
    runtime: RuntimeDep,
    attempt: AttemptDep,
    sign_ups: SignUpsDep,
    email: FormStr = "",
    source: FormStr = "",
    meant: FormStr = "",
    is_meant: Annotated[bool, Form()] = False,
) -> Response:
    """The answer is the same for a known and an unknown address. `meant` is what we proposed for a mistyped one."""
    publisher = Publisher(
        runtime.database.read(only_publication), runtime.urls, runtime.signer
    )  # read here: a dependency is one more hop to a thread
    now = runtime.clock.now()
    wish = TypedSignUp(meant or email, WORDS, source=source, is_meant=is_meant or bool(meant))
    try:
        address = sign_ups.write(receive_sign_up, publisher, wish, attempt, now)
    except Mistyped as mistyped:
        return _form(
            publisher.publication, runtime, 422, email=email, source=source, meant=mistyped.meant
        )
    except Refused as refused:
        error = f"{FAILED} {refused}"
        return _form(
            publisher.publication,
            runtime,
            status_of(refused),
            email=email,
            source=source,
            error=error,
        )
    token = form_token(runtime.signer, now)
    return show(
        "public/asked.html",
        publication=publisher.publication,
        done=DONE,
        address=address,
        source=source_tag(source),
        token=token,
    )


@pages.get("/confirm/{token}")
def ask_confirm(
    token: str, publication: PublicationDep, runtime: RuntimeDep, session: Reading
) -> Response:
    """A page with a button: scanners open links, and a GET confirms nothing."""
    try:
        key = runtime.signer.read("confirm", token, runtime.clock.now())
        address = mask(signup.address_of(session, key))
    except (OldToken, NoSubscription) as gone:
        return _again(publication, runtime, gone)
    return show("public/confirm.html", publication=publication, token=token, address=address)


@pages.post("/confirm/{token}")
def confirm(
    token: str, request: Request, publication: PublicationDep, runtime: RuntimeDep, session: Writing
) -> Response:
    now = runtime.clock.now()
    try:
        key = runtime.signer.read("confirm", token, now)
        is_new = signup.confirm(session, key, network=network_of(request), now=now)
    except (OldToken, NoSubscription) as gone:
        return _again(publication, runtime, gone)
    if is_new:
        address = signup.address_of(session, key)
        publisher = Publisher(publication, runtime.urls, runtime.signer)
        write_welcome(session, publisher, key, address, now=now)
    return go_to("/welcome")


@pages.get("/welcome")
def welcome(publication: PublicationDep) -> Response:
    return show("public/welcome.html", publication=publication)


def _again(publication: Publication, runtime: Runtime, gone: NewsletterError) -> Response:
    """A link that came too late is no dead end: the form is there, and a new letter comes."""
    return _form(
        publication,
        runtime,
        status_of(gone),
        error=f"{gone} Enter your address, and a new letter comes.",
    )


def _form(
    publication: Publication,
    runtime: Runtime,
    status: int = 200,
    *,
    email: str = "",
    source: str = "",
    meant: str = "",
    error: str = "",
) -> Response:
    return show(
        "public/signup.html",
        status,
        publication=publication,
        latest=runtime.database.read(_latest, publication.key),
        readers=readers(runtime, publication),
        token=form_token(runtime.signer, runtime.clock.now()),
        email=email,
        source=source_tag(source),
        meant=meant,
        error=error,
    )


def _latest(session: Session, publication_id: int) -> tuple[Issue, list[Block]] | None:
    issue = latest_sent_issue(session, publication_id)
    if issue is None:
        return None
    return issue, [
        block for block in read_blocks(session, issue.key) if block.kind in ("lead", "stories")
    ][:3]
