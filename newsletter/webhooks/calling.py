"""Calling: make a call of each change for each webhook, and send what is due.

One process at a time calls. A process that dies between an answer and its row sends that call
again, with the same id: a receiver knows it by that.
"""

import asyncio
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, groupby

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, delete, or_, select
from sqlmodel.sql.expression import Select

from newsletter.clock import AT_ONCE, Clock
from newsletter.database import Database
from newsletter.fetching.connecting import Guard
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import Fetcher, open_fetcher
from newsletter.fetching.limits import Limits
from newsletter.urls import Urls
from newsletter.webhooks.models import Call, Webhook
from newsletter.webhooks.recording import CallAnswer, record_answers
from newsletter.webhooks.signing import sign, write_body
from newsletter.webhooks.status import ENDED, is_away
from subscribers import finding
from subscribers.changes import take
from subscribers.models import Change

TOGETHER = 200  # changes, or calls, of one round
ROUNDS = 10  # of one turn of the lane, so that other upkeep gets its turn too
TIMEOUT_S = 10.0
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call to make now."""

    call_id: int
    webhook_id: int
    url: str
    body: bytes
    headers: dict[str, str]


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
    caller = _Caller(database, clock, patience, urls, guard)
    with database.alone("webhooks") as held:
        return sum(caller.rounds()) if held else 0


@dataclass(frozen=True, slots=True)
class _Caller:
    """What makes the calls of one turn of the lane, alone on its database."""

    database: Database
    clock: Clock
    patience: Limits
    urls: Urls
    guard: Guard | None

    def rounds(self) -> Iterator[int]:
        """Call until nothing is due, or this was enough; yields how many each round accepted."""
        for _ in range(ROUNDS):
            taken = self.database.write(spread_changes, self.clock.now())
            due = self.database.read(read_due, self.clock.now())
            if not due and taken < TOGETHER:
                return
            yield self._call(due)

    def _call(self, due: Sequence[DueCall]) -> int:
        # No transaction is open while receivers are waited for.
        answers = asyncio.run(_send_all(due, self.patience, self.guard))
        self.database.write(
            record_answers,
            answers,
            self.urls,
            self.clock.now(),
        )
        return sum(not answer.trouble for answer in answers)


def spread_changes(session: Session, now: datetime) -> int:
    """Make a call of each change for each webhook that wants it; returns how many changes.

    Forgets the calls that are too old, too.
    """
    taken = take(session, TOGETHER)
    active = _active_webhooks(session)
    for change in taken:
        session.add_all(_calls_of(change, active))
    _forget_old(session, now)
    session.flush()
    return len(taken)


def _active_webhooks(session: Session) -> Sequence[Webhook]:
    query = select(Webhook).filter_by(status="active")
    return session.exec(query.order_by(col(Webhook.id))).all()


def _calls_of(change: Change, active: Iterable[Webhook]) -> list[Call]:
    change_id = uuid.uuid4().hex  # one for all webhooks
    wanting = [hook for hook in active if _wants(hook, change)]
    return [_new_call(hook, change, change_id) for hook in wanting]


def _wants(hook: Webhook, change: Change) -> bool:
    is_its_publication = hook.publication_id == change.publication_id
    return is_its_publication and (not hook.kinds or change.kind in hook.kinds)


def _new_call(hook: Webhook, change: Change, change_id: str) -> Call:
    return Call(
        webhook_id=hook.key,
        change_id=change_id,
        kind=change.kind,
        subscriber_id=change.subscriber_id,
        happened_at=change.at,
        status="waiting",
        due_at=AT_ONCE,
    )


def _forget_old(session: Session, now: datetime) -> None:
    session.exec(
        delete(Call).where(
            col(Call.status).in_(ENDED),
            col(Call.tried_at) < now - KEPT_FOR,
        )
    )


def read_due(session: Session, now: datetime) -> Sequence[DueCall]:
    """Return the calls to make now, of each webhook in the order of what happened."""
    rows = session.exec(_due_rows(now)).all()
    return [_due_call(session, *row, now) for row in rows]


def _due_rows(now: datetime) -> Select[Call, Webhook]:
    """Return the query of the calls that are due, with their webhooks."""
    is_its_webhook = col(Webhook.id) == col(Call.webhook_id)
    return (
        select(Call, Webhook)
        .join(Webhook, is_its_webhook)
        .where(_takes_calls(now), _is_due(now))
        .order_by(col(Call.webhook_id), col(Call.id))
        .limit(TOGETHER)
    )


def _takes_calls(now: datetime) -> ColumnElement[bool]:
    rests_until = col(Webhook.rests_until)
    return and_(col(Webhook.status) == "active", or_(rests_until.is_(None), rests_until <= now))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(col(Call.status) == "waiting", col(Call.due_at) <= now)


def _due_call(
    session: Session,
    call: Call,
    hook: Webhook,
    now: datetime,
) -> DueCall:
    values = _describe_subscriber(session, call, hook) or {"id": call.subscriber_id}
    body = write_body(call.kind, call.happened_at, values)
    headers = sign(hook.secret, call.change_id, now, body)
    return DueCall(call.key, hook.key, hook.url, body, headers)


def _describe_subscriber(
    session: Session, call: Call, hook: Webhook
) -> Mapping[str, object] | None:
    # Of an erased person only the id goes out, even if they came back since.
    if call.kind == "erased":
        return None
    return finding.describe_subscriber(session, hook.publication_id, call.subscriber_id)


async def _send_all(
    due: Sequence[DueCall],
    limits: Limits,
    guard: Guard | None,
) -> Sequence[CallAnswer]:
    """Send to all webhooks at the same time, and to each its calls one after the other."""
    async with open_fetcher(limits, guard) as fetcher:
        sending = [_send_in_order(fetcher, calls) for calls in _by_webhook(due)]
        answers = await asyncio.gather(*sending)
    return list(chain.from_iterable(answers))


def _by_webhook(due: Sequence[DueCall]) -> list[list[DueCall]]:
    """Return the calls of each webhook, in their order."""
    return [list(calls) for _, calls in groupby(due, lambda call: call.webhook_id)]


async def _send_in_order(
    fetcher: Fetcher,
    calls: Iterable[DueCall],
) -> Sequence[CallAnswer]:
    answers = []
    for call in calls:
        answer = await _send(fetcher, call)
        answers.append(answer)
        # The others are not tried: each would wait for its timeout.
        if answer.trouble and is_away(answer.code):
            break
    return answers


async def _send(fetcher: Fetcher, call: DueCall) -> CallAnswer:
    try:
        code = await fetcher.post(call.url, call.body, call.headers)
    except FetchFailed as error:
        return CallAnswer(call.call_id, error.code, str(error))
    return CallAnswer(call.call_id, code)
