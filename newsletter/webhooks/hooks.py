"""The webhooks of a publication: adding, disabling, enabling, removing one; its last calls, and sending one again."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from newsletter.errors import NotFound, Refused
from newsletter.fetching.hosts import is_plain_address
from newsletter.webhooks.models import Call, Webhook
from newsletter.webhooks.signing import write_secret
from newsletter.webhooks.status import CALL, WEBHOOK
from subscribers import changes

MOST = 20
URL_CHARS = 2000


class BadHookUrl(Refused):
    """A webhook needs a public address like https://shop.example/newsletter, without a login in it."""


class TooManyHooks(Refused):
    """A publication has at most twenty webhooks. Remove one that is not needed any more."""


class UnknownChangeKind(Refused):
    """There is no such kind of change. There are: joined, confirmed, changed, left, returned, suppressed, erased."""


class NoWebhook(NotFound):
    """There is no such webhook."""

    hint = "`newsletter webhook list` shows those there are."


class NoCall(NotFound):
    """That call is not on record any more: calls are kept for thirty days."""


def add_webhook(
    session: Session, publication_id: int, url: str, kinds: Sequence[str], *, by: str, now: datetime
) -> Webhook:
    """Name a program that hears of changes from this transaction on; `kinds` are those it wants, none for all.

    Raises BadHookUrl, NoSuchKind or TooManyHooks. Whether the address may be connected to is seen at each call.
    """
    at = url.strip()
    if not is_plain_address(at) or len(at) > URL_CHARS:
        raise BadHookUrl
    if not set(kinds) <= set(changes.KINDS):
        raise UnknownChangeKind
    if len(read_all(session, publication_id)) >= MOST:
        raise TooManyHooks
    wanted = [kind for kind in changes.KINDS if kind in kinds]
    secret = write_secret(secrets.token_bytes(32))
    hook = Webhook(
        publication_id=publication_id,
        url=at,
        secret=secret,
        kinds=wanted,
        status="active",
        made_by=by,
        made_at=now,
    )
    session.add(hook)
    session.flush()
    _listen(session, publication_id)
    return hook


def read_all(session: Session, publication_id: int) -> Sequence[Webhook]:
    """Return the webhooks of a publication, oldest first."""
    return session.exec(
        select(Webhook)
        .where(col(Webhook.publication_id) == publication_id)
        .order_by(col(Webhook.id))
    ).all()


def read_webhook(session: Session, publication_id: int, webhook_id: int) -> Webhook:
    """Return one; raises NoWebhook."""
    hook = session.get(Webhook, webhook_id)
    if hook is None or hook.publication_id != publication_id:
        raise NoWebhook
    return hook


def disable(session: Session, hook: Webhook, why: str) -> None:
    """Send nothing more to a webhook; what waits for it stays, what happens from now on is not kept for it."""
    hook.status, hook.trouble = WEBHOOK.to(hook.status, "disabled"), why[:500]
    session.flush()
    _listen(session, hook.publication_id)


def enable(session: Session, hook: Webhook, now: datetime) -> None:
    """Send to it again: first what waited, and what was given up."""
    hook.status = WEBHOOK.to(hook.status, "active")
    hook.trouble, hook.rests_until = "", None
    given_up = select(Call).where(col(Call.webhook_id) == hook.id, col(Call.status) == "expired")
    for call in session.exec(given_up).all():
        send_again(session, call, now)
    session.flush()
    _listen(session, hook.publication_id)


def remove(session: Session, hook: Webhook) -> None:
    """Forget a webhook and its calls."""
    session.exec(delete(Call).where(col(Call.webhook_id) == hook.id))
    session.delete(hook)
    session.flush()
    _listen(session, hook.publication_id)


def latest_calls(
    session: Session, publication_id: int, most: int
) -> Sequence[tuple[Call, Webhook]]:
    """Return the calls that were tried last or wait, newest first, with their webhooks."""
    query = select(Call, Webhook).join(Webhook, col(Webhook.id) == col(Call.webhook_id))
    return session.exec(
        query.where(col(Webhook.publication_id) == publication_id)
        .order_by(col(Call.id).desc())
        .limit(most)
    ).all()


def read_call(session: Session, publication_id: int, call_id: int) -> Call:
    """Return one; raises NoCall."""
    query = select(Call).join(Webhook, col(Webhook.id) == col(Call.webhook_id))
    call = session.exec(
        query.where(col(Call.id) == call_id, col(Webhook.publication_id) == publication_id)
    ).one_or_none()
    if call is None:
        raise NoCall
    return call


def send_again(session: Session, call: Call, now: datetime) -> None:
    """Send a call again, with the same id, at once; one that waits is not waited for any longer."""
    if call.status != "waiting":
        call.status = CALL.to(call.status, "waiting")
    call.attempts, call.due_at = 0, now
    session.get_one(Webhook, call.webhook_id).rests_until = None
    session.flush()


def count_waiting(session: Session, publication_id: int) -> dict[int, int]:
    """Return how many calls wait, by webhook."""
    query = select(Call.webhook_id, func.count()).join(
        Webhook, col(Webhook.id) == col(Call.webhook_id)
    )
    query = query.where(
        col(Webhook.publication_id) == publication_id, col(Call.status) == "waiting"
    )
    return dict(session.exec(query.group_by(col(Call.webhook_id))).all())


def _listen(session: Session, publication_id: int) -> None:
    wanted = any(hook.status == "active" for hook in read_all(session, publication_id))
    changes.set_listening(session, publication_id, wanted=wanted)
