"""The API at the desk: its tokens, and the webhooks with their last calls."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import tokens
from newsletter.errors import NewsletterError
from newsletter.web.desk.desk import FRESH_FOR_PROGRAMS, TO_MANAGE_PROGRAMS, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing
from newsletter.webhooks import hooks
from subscribers.changes import KINDS

pages = APIRouter(prefix="/desk/api", dependencies=TO_MANAGE_PROGRAMS)
CALLS = 30  # on the page


class TokenForm(BaseModel):
    """A token to make."""

    name: str = ""
    may_vouch: str = ""  # a box: any value if it is ticked


TokenFormDep = Annotated[TokenForm, Form()]


class WebhookForm(BaseModel):
    """A webhook to add, and the kinds of change it hears of: of all if none is ticked."""

    url: str = ""
    kind: list[str] = []  # a box each, by the kind's name


WebhookFormDep = Annotated[WebhookForm, Form()]


@pages.get("")
def api_page(desk: DeskDep, session: Reading, done: str = "") -> Response:
    return _page(session, desk, done=done)


@pages.post("/tokens", dependencies=FRESH_FOR_PROGRAMS)
def make_token(desk: DeskDep, session: Writing, form: TokenFormDep) -> Response:
    """Make a token, whose secret is on this answer and nowhere else.

    So the answer is the page itself: a redirect would have to carry the secret in an address.
    """
    try:
        token, secret = tokens.make_token(
            session,
            desk.key,
            form.name,
            may_vouch=bool(form.may_vouch),
            by=desk.by,
            now=desk.now(),
        )
    except NewsletterError as error:
        return _page(
            session,
            desk,
            error=error,
            typed={"name": form.name},
        )
    return _page(
        session,
        desk,
        secret=secret,
        secret_of=f"token “{token.name}”",
    )


@pages.post("/tokens/{token_id}/revoke")
def revoke_token(token_id: int, desk: DeskDep, session: Writing) -> Response:
    tokens.revoke(session, desk.key, token_id, desk.now())
    return go_to("/desk/api?done=revoked")


@pages.post("/webhooks")
def add_webhook(desk: DeskDep, session: Writing, form: WebhookFormDep) -> Response:
    """Its secret, too, is shown on this answer and nowhere else."""
    try:
        hook = hooks.add_webhook(
            session,
            desk.key,
            form.url,
            form.kind,
            by=desk.by,
            now=desk.now(),
        )
    except NewsletterError as error:
        return _page(
            session,
            desk,
            error=error,
            typed={"url": form.url},
        )
    return _page(
        session,
        desk,
        secret=hook.secret,
        secret_of=f"webhook {hook.url}",
    )


@pages.post("/webhooks/{webhook_id}/{order}")
def change_webhook(
    webhook_id: int,
    order: Literal["enable", "disable", "remove"],
    desk: DeskDep,
    session: Writing,
) -> Response:
    """Enable, disable or remove a webhook."""
    hook = hooks.read_webhook(session, desk.key, webhook_id)
    if order == "enable":
        hooks.enable(session, hook, desk.now())
    elif order == "disable":
        hooks.disable(session, hook, f"Disabled by {desk.name}.")
    else:
        hooks.remove(session, hook)
    # The page knows "enabled", "disabled" and "removed".
    return go_to(f"/desk/api?done={order}d")


@pages.post("/calls/{call_id}/again")
def call_again(call_id: int, desk: DeskDep, session: Writing) -> Response:
    hooks.send_again(session, hooks.read_call(session, desk.key, call_id), desk.now())
    return go_to("/desk/api?done=again")


def _page(
    session: Session,
    desk: Desk,
    *,
    done: str = "",
    error: NewsletterError | None = None,
    typed: Mapping[str, str] | None = None,
    secret: str = "",
    secret_of: str = "",
) -> Response:
    return desk.show_form(
        "desk/api.html",
        error,
        tokens=tokens.read_all(session, desk.key),
        hooks=hooks.read_all(session, desk.key),
        waiting=hooks.count_waiting(session, desk.key),
        calls=hooks.latest_calls(session, desk.key, CALLS),
        kinds=KINDS,
        done=done,
        # What was refused stays in its field.
        typed=typed or {},
        secret=secret,
        secret_of=secret_of,
    )
