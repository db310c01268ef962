"""Calling: take the changes, make a call of each for each webhook, send what is due, write down what was answered.

One process at a time calls. A process that dies between an answer and its row sends that call again, with the same id.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session, col, delete, or_, select

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.desk import editors
from newsletter.fetching.connecting import Guard
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import Fetcher, open_fetcher
from newsletter.fetching.limits import Limits
from newsletter.letters.writing import Notice, write_notice
from newsletter.urls import Urls
from newsletter.webhooks import hooks
from newsletter.webhooks.models import Call, Webhook
from newsletter.webhooks.signing import sign, write_body
from newsletter.webhooks.status import CALL, is_away, next_attempt_at
from subscribers import changes, finding

TOGETHER = 200  # changes, or calls, of one round
ROUNDS = 10  # of one turn of the lane
TIMEOUT_S = 10.0
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Due:
    """A call to make now."""

    call_id: int
    webhook_id: int
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of it: a 2xx status, or why not; `code` is None if there was no answer."""

    call_id: int
    code: int | None
    trouble: str = ""


def call_due(
    database: Database, clock: Clock, limits: Limits, urls: Urls, *, guard: Guard | None = None
) -> int:
    """Make the calls that are due, of all publications; returns how many were accepted. 0 if another process is at it."""
    accepted = 0
    with database.alone("webhooks") as held:
        for _ in range(ROUNDS if held else 0):
            taken = database.write(spread_changes, clock.now())
            due = database.read(read_due, clock.now())
            if not due and taken < TOGETHER:
                break
            answered = asyncio.run(
                _send(due, replace(limits, timeout_s=TIMEOUT_S, gap_s=0.0), guard)
            )
            database.write(record_answers, answered, urls, clock.now())
            accepted += sum(not one.trouble for one in answered)
    return accepted


def spread_changes(session: Session, now: datetime) -> int:
    """Make a call of each change for each webhook that wants it, and forget what is too old; returns how many were taken."""
    taken = changes.take(session, TOGETHER)
    active = session.exec(
        select(Webhook).where(col(Webhook.status) == "active").order_by(col(Webhook.id))
    ).all()
    for change in taken:
        change_id = uuid.uuid4().hex
        session.add_all(
            Call(
                webhook_id=hook.key,
                change_id=change_id,
                kind=change.kind,
                subscriber_id=change.subscriber_id,
                happened_at=change.at,
                status="waiting",
                due_at=now,
            )
            for hook in active
            if hook.publication_id == change.publication_id
            and (not hook.kinds or change.kind in hook.kinds)
        )
    session.exec(
        delete(Call).where(
            col(Call.status).in_(("accepted", "expired")), col(Call.tried_at) < now - KEPT
        )
    )
    session.flush()
    return len(taken)


def read_due(session: Session, now: datetime) -> Sequence[Due]:
    """Return the calls to make now, of each webhook in the order of what happened."""
    query = (
        select(Call, Webhook)
        .join(Webhook, col(Webhook.id) == col(Call.webhook_id))
        .where(
            col(Webhook.status) == "active",
            or_(col(Webhook.rests_until).is_(None), col(Webhook.rests_until) <= now),
        )
        .where(col(Call.status) == "waiting", col(Call.due_at) <= now)
        .order_by(col(Call.webhook_id), col(Call.id))
        .limit(TOGETHER)
    )
    return [_due(session, call, hook, now) for call, hook in session.exec(query).all()]


def record_answers(
    session: Session, answered: Sequence[Answered], urls: Urls, now: datetime
) -> None:
    """Write down what was answered; what failed waits for its next attempt, and a receiver that is away rests with all its calls."""
    for one in answered:
        call = session.get(Call, one.call_id)
        if call is None or call.status != "waiting":
            continue  # its webhook was removed meanwhile
        hook = session.get_one(Webhook, call.webhook_id)
        call.attempts, call.tried_at, call.code, call.reply = (
            call.attempts + 1,
            now,
            one.code,
            one.trouble[:300],
        )
        if not one.trouble:
            call.status, hook.accepted_at, hook.rests_until = (
                CALL.to(call.status, "accepted"),
                now,
                None,
            )
            continue
        again_at = next_attempt_at(call.attempts, now)
        if again_at:
            call.due_at = again_at
            hook.rests_until = again_at if is_away(one.code) else hook.rests_until
        else:
            call.status = CALL.to(call.status, "expired")
            _give_up(session, hook, call, urls, now)
    session.flush()


def _due(session: Session, call: Call, hook: Webhook, now: datetime) -> Due:
    values = (
        finding.describe_subscriber(session, hook.publication_id, call.subscriber_id)
        if call.kind != "erased"
        else None
    )
    body = write_body(call.kind, call.happened_at, values or {"id": call.subscriber_id})
    return Due(call.key, hook.key, hook.url, body, sign(hook.secret, call.change_id, now, body))


async def _send(due: Sequence[Due], limits: Limits, guard: Guard | None) -> list[Answered]:
    """Each webhook gets its calls one after the other, all webhooks at the same time."""
    async with open_fetcher(limits, guard) as fetcher:
        groups = [list(group) for _, group in groupby(due, lambda one: one.webhook_id)]
        return [
            one
            for group in await asyncio.gather(*(_send_to_one(fetcher, group) for group in groups))
            for one in group
        ]


async def _send_to_one(fetcher: Fetcher, due: Sequence[Due]) -> list[Answered]:
    answered = []
    for one in due:
        try:
            answered.append(
                Answered(one.call_id, await fetcher.post(one.url, one.body, one.headers))
            )
        except FetchFailed as error:
            answered.append(Answered(one.call_id, error.code, str(error)))
            if is_away(error.code):
                break
    return answered


def _give_up(session: Session, hook: Webhook, call: Call, urls: Urls, now: datetime) -> None:
    """A receiver that took nothing since that change is disabled, and editors are told; one that took others goes on."""
    if hook.status != "active" or (hook.accepted_at and hook.accepted_at >= call.happened_at):
        return
    hooks.disable(session, hook, f"Given up after {call.attempts} attempts: {call.reply}")
    text = f"{hook.url} was called {call.attempts} times in two days and took nothing: {call.reply}. What waits for it is kept."
    for editor in editors.read_all(session):
        notice = Notice("A webhook is disabled", text, urls.desk())
        write_notice(session, hook.publication_id, editor.address, notice, now=now)
