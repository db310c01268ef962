"""Leaving: RFC 8058 one-click, the page with a button, a reason if one is given, and the undo."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field
from sqlmodel import Session

from newsletter.delivery.leaving import leave, press_leave
from newsletter.delivery.letter_links import LetterReader
from newsletter.letters.writing import write_goodbye
from newsletter.publications.reading import read_publication
from newsletter.runtime import Runtime
from newsletter.web.public.arriving import looked_s, reader_of, shown_token
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import Reading, RuntimeDep, Writing, network_of
from subscribers.addresses import mask
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import Leave

pages = APIRouter()
UNDO_FOR = timedelta(days=30)
# RFC 8058, 3.2: the body of a provider's POST, as a form of either kind.
ONE_CLICK = [("List-Unsubscribe", "One-Click")]


async def _fields(request: Request) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in (await request.form()).multi_items()
        if isinstance(value, str)
    ]


FieldsDep = Annotated[list[tuple[str, str]], Depends(_fields)]


@pages.get("/leave/{token}")
@pages.get("/stop/{token}")  # small letters of the first version have it
def ask_leave(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    """Show a page with a button: a GET changes nothing."""
    return ask(runtime, session, reader_of(runtime, session, token), f"/leave/{token}")


@pages.post("/leave/{token}")
@pages.post("/stop/{token}")
def leave_by_letter(
    token: str,
    fields: FieldsDep,
    request: Request,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    """End the subscription.

    A mailbox provider's POST does it by its exact body alone; any other body needs our page's
    button.
    """
    reader = reader_of(runtime, session, token)
    if fields == ONE_CLICK:
        now = runtime.clock.now()
        leave(session, reader, by="one-click", network=network_of(request), now=now)
        return PlainTextResponse("You are unsubscribed.")
    form = dict(fields)
    if "shown" not in form:
        return ask(runtime, session, reader, f"/leave/{token}", 422)
    if not _press(runtime, session, reader, form, network_of(request)):
        return ask(runtime, session, reader, f"/leave/{token}", again=True)
    return goodbye(runtime, session, reader)


@pages.get("/back/{token}")
def ask_back(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    return _goodbye_page(session, _read_leave(runtime, session, token), token)


@pages.post("/back/{token}")
def back(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """Undo a leave."""
    ended = _read_leave(runtime, session, token)
    unsubscribing.undo_leave(session, ended.subscription_id or 0, runtime.clock.now())
    return go_to("/welcome")


class ReasonForm(BaseModel):
    """Why somebody left: one of our reasons, and words of their own."""

    why: str = ""
    words: Annotated[str, Field(max_length=2000)] = ""


@pages.post("/back/{token}/why")
def give_reason(
    token: str,
    runtime: RuntimeDep,
    session: Writing,
    form: Annotated[ReasonForm, Form()],
) -> Response:
    """Keep the reason of a leave, which nobody is asked for before it."""
    ended = _read_leave(runtime, session, token)
    unsubscribing.set_reason(session, ended.key, form.why, form.words)
    return _goodbye_page(session, ended, token, thanked=True)


def ask(
    runtime: Runtime,
    session: Session,
    reader: LetterReader,
    action: str,
    status: int = 200,
    *,
    again: bool = False,
) -> Response:
    """Show the page with the button; a reader of no list gets the news that nothing comes."""
    publication = read_publication(session, reader.publication_id)
    address = mask(reader.address) if reader.address else ""
    if reader.status == "unsubscribed":
        return show("public/left.html", publication=publication, address=address)
    return show(
        "public/leave.html",
        status,
        publication=publication,
        action=action,
        address=address,
        shown=shown_token(runtime.signer, runtime.clock.now()),
        again=again,
    )


def goodbye(runtime: Runtime, session: Session, reader: LetterReader) -> Response:
    """Show the page after a leave, and write one last letter if the publication wants one."""
    ended = None
    if reader.subscription_id:
        ended = unsubscribing.latest_leave(session, reader.subscription_id)
    if ended is None:
        return ask(runtime, session, reader, "")
    now = runtime.clock.now()
    token = undo_token(runtime, ended, now)
    publication = read_publication(session, reader.publication_id)
    # A second press of the same button is the same leave, and brings no second letter.
    if publication.goodbye and ended.at == now:
        url = runtime.urls.back(token)
        write_goodbye(session, reader.publication_id, reader.address, url, now=now)
    return _goodbye_page(session, ended, token)


def undo_token(runtime: Runtime, ended: Leave, now: datetime) -> str:
    """Return the token by which a leave can be taken back, for a month."""
    return runtime.signer.sign("undo", ended.key, now + UNDO_FOR)


def _press(
    runtime: Runtime,
    session: Session,
    reader: LetterReader,
    form: dict[str, str],
    network: str,
) -> bool:
    now = runtime.clock.now()
    return press_leave(
        session,
        reader,
        by="link",
        looked_s=looked_s(runtime.signer, form["shown"], now),
        is_second="again" in form,
        network=network,
        now=now,
    )


def _read_leave(runtime: Runtime, session: Session, token: str) -> Leave:
    leave_id = runtime.signer.read("undo", token, runtime.clock.now())
    return unsubscribing.read_leave(session, leave_id)


def _goodbye_page(
    session: Session,
    ended: Leave,
    token: str,
    *,
    thanked: bool = False,
) -> Response:
    address = signup.address_of(session, ended.subscription_id or 0)
    return show(
        "public/goodbye.html",
        publication=read_publication(session, ended.publication_id),
        token=token,
        address=mask(address),
        reasons=unsubscribing.REASONS,
        thanked=thanked or bool(ended.why),
        is_back=ended.status == "undone",
    )
