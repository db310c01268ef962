"""Leaving: RFC 8058 one-click, the page with a button, the reason if somebody likes to tell it, and the undo."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import PlainTextResponse
from sqlmodel import Session

from newsletter.delivery.leaving import leave, press_leave
from newsletter.delivery.letter_links import LetterReader
from newsletter.letters.writing import write_goodbye
from newsletter.publications.models import Publication
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
ONE_CLICK = [("List-Unsubscribe", "One-Click")]  # RFC 8058, 3.2: the body, as a form of either kind


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
    """A page with a button: a GET changes nothing."""
    return ask(runtime, session, reader_of(runtime, session, token), f"/leave/{token}")


@pages.post("/leave/{token}")
@pages.post("/stop/{token}")
def leave_by_letter(
    token: str, fields: FieldsDep, request: Request, runtime: RuntimeDep, session: Writing
) -> Response:
    """End the subscription. A mailbox provider's POST does it by its exact body alone; any other body needs our page's button."""
    now, reader = runtime.clock.now(), reader_of(runtime, session, token)
    if fields == ONE_CLICK:
        leave(session, reader, by="one-click", network=network_of(request), now=now)
        return PlainTextResponse("You are unsubscribed.")
    form = dict(fields)
    if "shown" not in form:
        return ask(runtime, session, reader, f"/leave/{token}", 422)
    looked, second = looked_s(runtime.signer, form["shown"], now), "again" in form
    if not press_leave(
        session,
        reader,
        by="link",
        looked_s=looked,
        is_second=second,
        network=network_of(request),
        now=now,
    ):
        return ask(runtime, session, reader, f"/leave/{token}", again=True)
    return goodbye(runtime, session, reader)


@pages.get("/back/{token}")
def ask_back(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    return _goodbye_page(runtime, session, _left(runtime, session, token), token)


@pages.post("/back/{token}")
def back(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """The undo of a leave."""
    unsubscribing.undo_leave(
        session, _left(runtime, session, token).subscription_id or 0, runtime.clock.now()
    )
    return go_to("/welcome")


@pages.post("/back/{token}/why")
def tell_why(
    token: str,
    runtime: RuntimeDep,
    session: Writing,
    why: Annotated[str, Form()] = "",
    words: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """The reason, after the fact and only if somebody likes."""
    one = _left(runtime, session, token)
    unsubscribing.set_reason(session, one.key, why, words)
    return _goodbye_page(runtime, session, one, token, thanked=True)


def ask(
    runtime: Runtime,
    session: Session,
    reader: LetterReader,
    action: str,
    status: int = 200,
    *,
    again: bool = False,
) -> Response:
    """The page with the button; for who is not on the list, the news that nothing comes."""
    publication = read_publication(session, reader.publication_id)
    if reader.status == "unsubscribed":
        return show(
            "public/left.html",
            publication=publication,
            address=mask(reader.address) if reader.address else "",
        )
    shown = shown_token(runtime.signer, runtime.clock.now())
    address = mask(reader.address)
    return show(
        "public/leave.html",
        status,
        publication=publication,
        action=action,
        address=address,
        shown=shown,
        again=again,
    )


def goodbye(runtime: Runtime, session: Session, reader: LetterReader) -> Response:
    """The page after a leave; and one last letter if the publication wants one."""
    one = (
        unsubscribing.latest_leave(session, reader.subscription_id)
        if reader.subscription_id
        else None
    )
    publication, now = read_publication(session, reader.publication_id), runtime.clock.now()
    if one is None:
        return ask(runtime, session, reader, "")
    token = undo_token(runtime, one, now)
    if publication.goodbye and one.at == now:
        write_goodbye(
            session,
            reader.publication_id,
            reader.address,
            runtime.urls.back(token),
            now=now,
        )
    return _goodbye_page(runtime, session, one, token)


def undo_token(runtime: Runtime, one: Leave, now: datetime) -> str:
    """Return the token by which a leave can be taken back, for a month."""
    return runtime.signer.sign("undo", one.key, now + UNDO_FOR)


def _left(runtime: Runtime, session: Session, token: str) -> Leave:
    return unsubscribing.read_leave(
        session, runtime.signer.read("undo", token, runtime.clock.now())
    )


def _goodbye_page(
    runtime: Runtime, session: Session, one: Leave, token: str, *, thanked: bool = False
) -> Response:
    key = one.subscription_id or 0
    publication: Publication = read_publication(session, one.publication_id)
    return show(
        "public/goodbye.html",
        publication=publication,
        token=token,
        address=mask(signup.address_of(session, key)),
        reasons=unsubscribing.REASONS,
        thanked=thanked or bool(one.why),
        is_back=one.status == "undone",
    )
