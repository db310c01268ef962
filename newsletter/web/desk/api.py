"""The API at the desk: its tokens, and the webhooks with their last calls."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response
from sqlmodel import Session

from newsletter.desk import tokens
from newsletter.desk.models import Editor
from newsletter.errors import NewsletterError
from newsletter.publications.models import Publication
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing
from newsletter.webhooks import hooks
from subscribers.changes import KINDS

pages = APIRouter(prefix="/desk/api")
FormStr = Annotated[str, Form()]
Change = Literal["enable", "disable", "remove"]
CALLS = 30  # on the page


@pages.get("")
def api_page(
    editor: EditorDep, publication: PublicationDep, session: Reading, told: str = ""
) -> Response:
    return _page(session, editor, publication, told=told)


@pages.post("/tokens")
def make_token(
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    name: FormStr = "",
    may_vouch: FormStr = "",
) -> Response:
    """The secret is on this answer and nowhere else, so the answer is the page itself."""
    try:
        token, secret = tokens.make_token(
            session,
            publication.key,
            name,
            may_vouch=bool(may_vouch),
            by=editor.address,
            now=runtime.clock.now(),
        )
    except NewsletterError as error:
        return _page(
            session,
            editor,
            publication,
            status=status_of(error),
            error=str(error),
            typed={"name": name},
        )
    return _page(session, editor, publication, secret=secret, secret_of=f"token “{token.name}”")


@pages.post("/tokens/{token_id}/revoke")
def revoke_token(
    token_id: int, _: EditorDep, publication: PublicationDep, runtime: RuntimeDep, session: Writing
) -> Response:
    tokens.revoke(session, publication.key, token_id, runtime.clock.now())
    return go_to("/desk/api?told=revoked")


@pages.post("/webhooks")
def add_webhook(
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    url: FormStr = "",
    kind: Annotated[list[str] | None, Form()] = None,
) -> Response:
    try:
        hook = hooks.add_webhook(
            session, publication.key, url, kind or (), by=editor.address, now=runtime.clock.now()
        )
    except NewsletterError as error:
        return _page(
            session,
            editor,
            publication,
            status=status_of(error),
            error=str(error),
            typed={"url": url},
        )
    return _page(session, editor, publication, secret=hook.secret, secret_of=f"webhook {hook.url}")


@pages.post("/webhooks/{webhook_id}/{what}")
def change_webhook(
    webhook_id: int,
    what: Literal["enable", "disable", "remove"],
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    """Enable, disable or remove one."""
    hook = hooks.read_webhook(session, publication.key, webhook_id)
    if what == "enable":
        hooks.enable(session, hook, runtime.clock.now())
    elif what == "disable":
        hooks.disable(session, hook, f"Disabled by {editor.name or editor.address}.")
    else:
        hooks.remove(session, hook)
    return go_to(f"/desk/api?told={what}d")


@pages.post("/calls/{call_id}/again")
def call_again(
    call_id: int, _: EditorDep, publication: PublicationDep, runtime: RuntimeDep, session: Writing
) -> Response:
    hooks.send_again(
        session, hooks.read_call(session, publication.key, call_id), runtime.clock.now()
    )
    return go_to("/desk/api?told=again")


def _page(
    session: Session,
    editor: Editor,
    publication: Publication,
    *,
    status: int = 200,
    told: str = "",
    error: str = "",
    secret: str = "",
    secret_of: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    key = publication.key
    return show(
        "desk/api.html",
        status,
        editor=editor,
        publication=publication,
        tokens=tokens.read_all(session, key),
        hooks=hooks.read_all(session, key),
        waiting=hooks.count_waiting(session, key),
        calls=hooks.latest_calls(session, key, CALLS),
        kinds=KINDS,
        told=told,
        error=error,
        secret=secret,
        secret_of=secret_of,
        typed=typed or {},
    )
