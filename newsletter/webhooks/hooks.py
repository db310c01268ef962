"""The webhooks of a publication, and its last calls."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, select

from newsletter.errors import NotFound, Refused
from newsletter.fetching.hosts import is_plain_address
from newsletter.webhooks.models import Call, Webhook
from newsletter.webhooks.signing import write_secret
from newsletter.webhooks.status import CALL, WEBHOOK
from subscribers import changes

MOST_WEBHOOKS = 20
URL_CHARS = 2000
TROUBLE_CHARS = 500


class BadHookUrl(Refused):
    """A webhook needs a public address like https://shop.example/newsletter, without a login in
    it."""


class TooManyHooks(Refused):
    """A publication has at most twenty webhooks. Remove one that is not needed any more."""


class UnknownChangeKind(Refused):
    """There is no such kind of change. There are: joined, confirmed, changed, left, returned,
    suppressed, erased."""


class NoWebhook(NotFound):
    """There is no such webhook."""

    hint = "`newsletter webhook list` shows those there are."


class NoCall(NotFound):
    """That call is not on record any more: calls are kept for thirty days."""


def add_webhook(
    session: Session,
    publication_id: int,
    url: str,
    kinds: Sequence[str],
    *,
    by: str,
    now: datetime,
) -> Webhook:
    """Name a program that hears of changes from this transaction on.

    `kinds` are the kinds of change that it wants; none: all. Raises BadHookUrl, UnknownChangeKind
    or TooManyHooks. Whether the address may be connected to is seen at each call.
    """
    address = _checked_url(url)
    wanted = _checked_kinds(kinds)
    _require_room(session, publication_id)
    hook = Webhook(
        publication_id=publication_id,
        url=address,
        secret=write_secret(secrets.token_bytes(32)),
        kinds=wanted,
        status="active",
        made_by=by,
        made_at=now,
    )
    session.add(hook)
    _update_listening(session, hook)
    return hook


def _checked_url(url: str) -> str:
    address = url.strip()
    if not is_plain_address(address) or len(address) > URL_CHARS:
        raise BadHookUrl
    return address


def _checked_kinds(kinds: Sequence[str]) -> list[str]:
    """Return these kinds in one order and each once, however they were typed."""
    if set(kinds).difference(changes.KINDS):
        raise UnknownChangeKind
    return [kind for kind in changes.KINDS if kind in kinds]


def _require_room(session: Session, publication_id: int) -> None:
    if len(read_all(session, publication_id)) >= MOST_WEBHOOKS:
        raise TooManyHooks


def read_all(session: Session, publication_id: int) -> Sequence[Webhook]:
    """Return the webhooks of a publication, oldest first."""
    return session.exec(
        select(Webhook).filter_by(publication_id=publication_id).order_by(col(Webhook.id))
    ).all()


def read_webhook(
    session: Session,
    publication_id: int,
    webhook_id: int,
) -> Webhook:
    """Return a webhook of a publication; raises NoWebhook."""
    hook = session.get(Webhook, webhook_id)
    if hook is None or hook.publication_id != publication_id:
        raise NoWebhook
    return hook


def disable(session: Session, hook: Webhook, why: str) -> None:
    """Send nothing more to a webhook.

    Its waiting calls stay. What happens from now on makes no call for it.
    """
    hook.status = WEBHOOK.to(hook.status, "disabled")
    hook.trouble = why[:TROUBLE_CHARS]
    _update_listening(session, hook)


def enable(session: Session, hook: Webhook, now: datetime) -> None:
    """Send to a webhook again: first its waiting calls, and those that were given up."""
    hook.status = WEBHOOK.to(hook.status, "active")
    hook.trouble = ""
    hook.rests_until = None
    for call in _given_up(session, hook):
        send_again(session, call, now)
    _update_listening(session, hook)


def _given_up(session: Session, hook: Webhook) -> Sequence[Call]:
    query = select(Call).filter_by(webhook_id=hook.id, status="expired")
    return session.exec(query).all()


def remove(session: Session, hook: Webhook) -> None:
    """Forget a webhook and its calls."""
    # Calls point at their webhook, so they go first.
    session.exec(delete(Call).filter_by(webhook_id=hook.id))
    session.delete(hook)
    _update_listening(session, hook)


def latest_calls(
    session: Session,
    publication_id: int,
    most: int,
) -> Sequence[tuple[Call, Webhook]]:
    """Return the latest calls, newest first, with their webhooks."""
    calls = select(Call, Webhook).join(Webhook, _is_its_webhook())
    of_publication = calls.where(_of_publication(publication_id))
    return session.exec(of_publication.order_by(col(Call.id).desc()).limit(most)).all()


def read_call(session: Session, publication_id: int, call_id: int) -> Call:
    """Return a call of a publication; raises NoCall."""
    query = select(Call).join(Webhook, _is_its_webhook()).where(col(Call.id) == call_id)
    call = session.exec(query.where(_of_publication(publication_id))).one_or_none()
    if call is None:
        raise NoCall
    return call


def send_again(session: Session, call: Call, now: datetime) -> None:
    """Send a call again at once, with the same id; its webhook does not rest any longer."""
    if call.status != "waiting":
        call.status = CALL.to(call.status, "waiting")
    # It has all its attempts again.
    call.attempts = 0
    call.due_at = now
    session.get_one(Webhook, call.webhook_id).rests_until = None
    session.flush()


def count_waiting(session: Session, publication_id: int) -> dict[int, int]:
    """Return how many calls wait, by the id of their webhook."""
    query = select(Call.webhook_id, func.count()).join(Webhook, _is_its_webhook())
    waiting = query.where(
        _of_publication(publication_id),
        col(Call.status) == "waiting",
    )
    return dict(session.exec(waiting.group_by(col(Call.webhook_id))).all())


def _of_publication(publication_id: int) -> ColumnElement[bool]:
    return col(Webhook.publication_id) == publication_id


def _is_its_webhook() -> ColumnElement[bool]:
    return col(Webhook.id) == col(Call.webhook_id)


def _update_listening(session: Session, changed: Webhook) -> None:
    """Note changes while the publication has an active webhook, and no longer."""
    session.flush()
    publication_id = changed.publication_id
    # An import of a million rows pays for each change that is noted.
    wanted = any(hook.status == "active" for hook in read_all(session, publication_id))
    changes.set_listening(session, publication_id, wanted=wanted)
