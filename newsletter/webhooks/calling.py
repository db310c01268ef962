"""Calling: make a call of each change for each webhook, send what is due, record the answers.

One process at a time calls. A process that dies between an answer and its row sends that call
again, with the same id: a receiver knows it by that.
"""

import asyncio
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, groupby

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
from subscribers import finding
from subscribers.changes import take
from subscribers.models import Change

TOGETHER = 200  # changes, or calls, of one round
ROUNDS = 10  # of one turn of the lane, so that other upkeep gets its turn too
TIMEOUT_S = 10.0
KEPT_FOR = timedelta(days=30)
REPLY_CHARS = 300


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call to make now."""

    call_id: int
    webhook_id: int
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What became of a call: `trouble` is "" for a status of 2xx; `code` is None without answer."""

    call_id: int
    code: int | None
    trouble: str = ""


def call_due(
    database: Database,
    clock: Clock,
    limits: Limits,
    urls: Urls,
    *,
    guard: Guard | None = None,
) -> int:
    """Make the calls that are due, of all publications; returns how many were accepted.

    0 if another process is at it.
    """
    # A receiver is no site that we gather from: it wants its calls at once, one after the other.
    patience = replace(limits, timeout_s=TIMEOUT_S, gap_s=0.0)
    accepted = 0
    with database.alone("webhooks") as held:
        for _ in range(ROUNDS if held else 0):
            taken = database.write(spread_changes, clock.now())
            due = database.read(read_due, clock.now())
            if not due and taken < TOGETHER:
                break
            # No transaction is open while receivers are waited for.
            answers = asyncio.run(_send_all(due, patience, guard))
            database.write(record_answers, answers, urls, clock.now())
            accepted += sum(not answer.trouble for answer in answers)
    return accepted


def spread_changes(session: Session, now: datetime) -> int:
    """Make a call of each change for each webhook that wants it; returns how many changes.

    Forgets the calls that are too old, too.
    """
    taken = take(session, TOGETHER)
    query = select(Webhook).filter_by(status="active").order_by(col(Webhook.id))
    active = session.exec(query).all()
    for change in taken:
        session.add_all(_calls_of(change, active, now))
    _forget_old(session, now)
    session.flush()
    return len(taken)


def read_due(session: Session, now: datetime) -> Sequence[DueCall]:
    """Return the calls to make now, of each webhook in the order of what happened."""
    rests_until = col(Webhook.rests_until)
    query = (
        select(Call, Webhook)
        .join(
            Webhook,
            col(Webhook.id) == col(Call.webhook_id),
        )
        .where(
            col(Webhook.status) == "active",
            or_(rests_until.is_(None), rests_until <= now),
            col(Call.status) == "waiting",
            col(Call.due_at) <= now,
        )
        .order_by(
            col(Call.webhook_id),
            col(Call.id),
        )
        .limit(TOGETHER)
    )
    return [_due_call(session, call, hook, now) for call, hook in session.exec(query).all()]


def record_answers(
    session: Session,
    answers: Iterable[CallAnswer],
    urls: Urls,
    now: datetime,
) -> None:
    """Record what receivers answered; a call that failed waits for its next attempt.

    A receiver that is away rests with all its calls.
    """
    for answer in answers:
        call = session.get(Call, answer.call_id)
        # Its webhook was removed meanwhile, or an editor did something about it.
        if call is None or call.status != "waiting":
            continue
        hook = session.get_one(Webhook, call.webhook_id)
        call.attempts += 1
        call.tried_at = now
        call.code = answer.code
        call.reply = answer.trouble[:REPLY_CHARS]
        if answer.trouble:
            _record_trouble(session, hook, call, urls, now)
        else:
            call.status = CALL.to(call.status, "accepted")
            hook.accepted_at = now
            hook.rests_until = None
    session.flush()


def _calls_of(change: Change, active: Iterable[Webhook], now: datetime) -> list[Call]:
    change_id = uuid.uuid4().hex  # one for all webhooks
    return [
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
        if _wants(hook, change)
    ]


def _wants(hook: Webhook, change: Change) -> bool:
    is_its_publication = hook.publication_id == change.publication_id
    return is_its_publication and (not hook.kinds or change.kind in hook.kinds)


def _forget_old(session: Session, now: datetime) -> None:
    old = delete(Call).where(
        col(Call.status).in_(("accepted", "expired")),
        col(Call.tried_at) < now - KEPT_FOR,
    )
    session.exec(old)


def _due_call(
    session: Session,
    call: Call,
    hook: Webhook,
    now: datetime,
) -> DueCall:
    values = None
    # Of an erased person only the id goes out, even if they came back since.
    if call.kind != "erased":
        values = finding.describe_subscriber(
            session,
            hook.publication_id,
            call.subscriber_id,
        )
    body = write_body(call.kind, call.happened_at, values or {"id": call.subscriber_id})
    headers = sign(hook.secret, call.change_id, now, body)
    return DueCall(call.key, hook.key, hook.url, body, headers)


async def _send_all(
    due: Sequence[DueCall],
    limits: Limits,
    guard: Guard | None,
) -> Sequence[CallAnswer]:
    """Send to all webhooks at the same time, and to each its calls one after the other."""
    groups = [list(calls) for _, calls in groupby(due, lambda call: call.webhook_id)]
    async with open_fetcher(limits, guard) as fetcher:
        answers = await asyncio.gather(*(_send_in_order(fetcher, calls) for calls in groups))
    return list(chain.from_iterable(answers))


async def _send_in_order(
    fetcher: Fetcher,
    calls: Iterable[DueCall],
) -> Sequence[CallAnswer]:
    answers = []
    for call in calls:
        try:
            code = await fetcher.post(call.url, call.body, call.headers)
        except FetchFailed as error:
            answers.append(CallAnswer(call.call_id, error.code, str(error)))
            # The others are not tried: each would wait for its timeout.
            if is_away(error.code):
                break
        else:
            answers.append(CallAnswer(call.call_id, code))
    return answers


def _record_trouble(
    session: Session,
    hook: Webhook,
    call: Call,
    urls: Urls,
    now: datetime,
) -> None:
    again_at = next_attempt_at(call.attempts, now)
    if again_at is None:
        call.status = CALL.to(call.status, "expired")
        _give_up(session, hook, call, urls, now)
        return
    call.due_at = again_at
    if is_away(call.code):
        hook.rests_until = again_at


def _give_up(
    session: Session,
    hook: Webhook,
    call: Call,
    urls: Urls,
    now: datetime,
) -> None:
    """Disable a receiver that took nothing since that change, and write to the editors."""
    has_taken_others = hook.accepted_at is not None and hook.accepted_at >= call.happened_at
    if hook.status != "active" or has_taken_others:
        return
    hooks.disable(
        session,
        hook,
        f"Given up after {call.attempts} attempts: {call.reply}",
    )
    notice = Notice(
        "A webhook is disabled",
        f"{hook.url} was called {call.attempts} times in two days and took nothing: "
        f"{call.reply}. What waits for it is kept.",
        urls.desk(),
    )
    for editor in editors.read_all(session):
        write_notice(session, hook.publication_id, editor.address, notice, now=now)
