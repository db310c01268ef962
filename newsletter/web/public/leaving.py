"""Leaving: RFC 8058 one-click, the page with a button, a reason if one is given, and the undo."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from email import message_from_bytes
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field
from sqlmodel import Session

from newsletter.delivery.leaving import leave
from newsletter.letters.writing import write_goodbye
from newsletter.publications.reading import read_publication
from newsletter.runtime import Runtime
from newsletter.web.public.arriving import LetterVisit, arrive, read_token
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import Reading, RuntimeDep, Writing, network_of
from subscribers.addresses import mask
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import Leave

pages = APIRouter()
UNDO_FOR = timedelta(days=30)
MOST_BYTES = 16_384  # of a form here: the pair, or the token of our page
# RFC 8058, 3.2: the body of a provider's POST. Providers send it in any case, with white space
# around it, as a form of either kind, and without a Content-Type.
ONE_CLICK = {("list-unsubscribe", "one-click")}
Fields = Sequence[tuple[str, str]]


async def _fields(request: Request) -> Fields:
    """Return the fields of a form, however it is sent: a reader's wish must not fail by its dress.

    The web framework reads two Content-Types only, and refuses what is not quite one of them.
    """
    body = (await request.body())[:MOST_BYTES]
    kind = request.headers.get("content-type", "")
    if kind.lower().startswith("multipart/"):
        return list(_parts(kind, body))
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _parts(kind: str, body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the fields of a multipart form (RFC 7578); a damaged one has those that can be read."""
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            yield name, value.decode("utf-8", "replace")


FieldsDep = Annotated[Fields, Depends(_fields)]


def _is_one_click(fields: Fields) -> bool:
    """True for the pair of RFC 8058 and nothing else."""
    return {(_folded(name), _folded(value)) for name, value in fields} == ONE_CLICK


def _folded(text: str) -> str:
    return text.strip().casefold()


@pages.get("/leave/{token}")
@pages.get("/stop/{token}")  # small letters of the first version have it
def ask_leave(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    """Show a page with a button: a GET changes nothing."""
    return ask(arrive(runtime, session, token), f"/leave/{token}")


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

    A mailbox provider's POST does it by its body alone; any other body needs our page's button.
    """
    visit = arrive(runtime, session, token)
    network = network_of(request)
    if _is_one_click(fields):
        leave(
            session,
            visit.reader,
            by="one-click",
            network=network,
            now=visit.now,
        )
        return PlainTextResponse("You are unsubscribed.")
    form = dict(fields)
    if not visit.was_shown(form):
        return ask(visit, f"/leave/{token}", 422)
    if not visit.press(visit.reader, form, by="link", network=network):
        return ask(visit, f"/leave/{token}", again=True)
    return goodbye(visit)


@pages.get("/back/{token}")
def ask_back(token: str, runtime: RuntimeDep, session: Reading) -> Response:
    return _goodbye_page(session, _read_leave(runtime, session, token), token)


@pages.post("/back/{token}")
def back(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """Undo a leave."""
    ended = _read_leave(runtime, session, token)
    unsubscribing.undo_if_latest(session, ended, runtime.clock.now())
    return go_to("/welcome")


class ReasonForm(BaseModel):
    """Why somebody left: one of our reasons, and words of their own."""

    why: str = ""
    words: Annotated[str, Field(max_length=2000)] = ""


ReasonFormDep = Annotated[ReasonForm, Form()]


@pages.post("/back/{token}/why")
def give_reason(
    token: str,
    runtime: RuntimeDep,
    session: Writing,
    form: ReasonFormDep,
) -> Response:
    """Keep the reason of a leave, which nobody is asked for before it."""
    ended = _read_leave(runtime, session, token)
    unsubscribing.set_reason(session, ended.key, form.why, form.words)
    return _goodbye_page(session, ended, token, thanked=True)


def _read_leave(runtime: Runtime, session: Session, token: str) -> Leave:
    """Return the leave that a goodbye page is about. Raises BadToken, OldToken, NoLeave."""
    return unsubscribing.read_leave(session, read_token(runtime, "undo", token))


def ask(
    visit: LetterVisit,
    action: str = "",
    status: int = 200,
    *,
    again: bool = False,
) -> Response:
    """Show the page with the button; a reader of no list gets the news that nothing comes."""
    if visit.reader.status == "unsubscribed":
        return _left_page(visit)
    return show(
        "public/leave.html",
        status,
        publication=visit.publication,
        action=action,
        address=mask(visit.reader.address),
        shown=visit.shown_token(),
        again=again,
    )


def _left_page(visit: LetterVisit) -> Response:
    """Say that nothing comes, without a way back but to sign up again."""
    address = mask(visit.reader.address) if visit.reader.address else ""
    return show("public/left.html", publication=visit.publication, address=address)


def goodbye(visit: LetterVisit) -> Response:
    """Show the page after a leave, and write one last letter if the publication wants one.

    The way back is in the answer to the press that ended the subscription, and in no other: letters
    are forwarded, and who has one must not bring back somebody who left.
    """
    ended = _leave_of_now(visit)
    if ended is None:
        return _left_page(visit)
    token = _undo_token(visit, ended)
    if visit.publication.goodbye:
        _write_goodbye(visit, token)
    return _goodbye_page(visit.session, ended, token)


def _leave_of_now(visit: LetterVisit) -> Leave | None:
    """Return the leave that this request made; None for somebody who had left before."""
    reader = visit.reader
    if not reader.subscription_id or reader.status == "unsubscribed":
        return None
    subscription = signup.read_subscription(visit.session, reader.subscription_id)
    if subscription.left_at != visit.now:
        return None
    return unsubscribing.latest_leave(visit.session, subscription.key)


def _undo_token(visit: LetterVisit, ended: Leave) -> str:
    """Return the token by which a leave can be taken back, for a month."""
    return visit.runtime.signer.sign("undo", ended.key, visit.now + UNDO_FOR)


def _write_goodbye(visit: LetterVisit, token: str) -> None:
    reader = visit.reader
    write_goodbye(
        visit.session,
        reader.publication_id,
        reader.address,
        visit.publisher.urls.back(token),
        now=visit.now,
    )


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
