"""Claiming and settling: the conditional moves of messages. A claim is committed before its letter is made."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, Update, and_, bindparam, inspect, text
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, exists, select, update

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.sender.journal import RELEASED, Past
from newsletter.delivery.status import DELIVERY, MESSAGE, OPEN, WAITING
from newsletter.mail.outcomes import Outcome, blames_the_address, read_reply
from newsletter.mail.retries import next_attempt_at
from subscribers.models import Subscription, Suppression
from subscribers.suppressing import suppress

GROUP = 500  # rows named in one statement
ENDED = "The sender ended before the relay's reply was recorded."


@dataclass(frozen=True, slots=True)
class Released:
    """A claimed message whose letter's dot did not leave. It is due at once, or at `again_at`."""

    why: str
    again_at: datetime | None = None


Result = Outcome | Released


@dataclass(frozen=True, slots=True)
class Recipient:
    """A claimed message: what a letter needs to know of its reader."""

    id: int
    address: str
    name: str
    confirmed_at: datetime | None
    subscriber_id: int


def claim(
    session: Session, delivery_id: int, limit: int, *, by: str, now: datetime
) -> Sequence[Recipient]:
    """Take up to `limit` waiting messages of a delivery that is sending; who left or must not be mailed is cancelled."""
    if limit < 1 or not _is_sending(session, delivery_id):
        return []
    due = _due(delivery_id, limit, now)
    session.execute(
        _waiting(due).where(~is_still_wanted()).values(status="cancelled", settled_at=now)
    )
    wanted = (
        _waiting(due)
        .where(is_still_wanted())
        .values(status="claimed", claimed_by=by, claimed_at=now)
    )
    told = (
        col(Message.id),
        col(Message.address),
        col(Message.name),
        col(Message.confirmed_at),
        col(Message.subscriber_id),
    )
    return [
        Recipient(key, address, name, at, reader)
        for key, address, name, at, reader in session.execute(wanted.returning(*told))
    ]


def settle(session: Session, outcomes: Mapping[int, Result], now: datetime) -> None:
    """Record what became of claimed messages; a message that is not claimed any more is left as it is."""
    accepted = {
        key: what
        for key, what in outcomes.items()
        if isinstance(what, Outcome) and what.kind == "accepted"
    }
    if accepted:
        _accept(session, accepted, now)
    others = [key for key in outcomes if key not in accepted]
    for start in range(0, len(others), GROUP):
        query = select(Message).where(
            col(Message.id).in_(others[start : start + GROUP]), col(Message.status) == "claimed"
        )
        for message in session.exec(query):
            _settle_one(session, message, outcomes[message.key], now)
        session.flush()
        _cancel_stopped(session, others[start : start + GROUP], now)


def replay(session: Session, past: Past, now: datetime) -> int:
    """Record what a dead sender's journal tells: its outcomes; in doubt is uncertain; what was not offered waits again.

    Replaying twice is harmless. Returns how many became uncertain.
    """
    claimed = select(Message.id).where(
        col(Message.status) == "claimed", col(Message.claimed_by) == past.name
    )
    results: dict[int, Result] = {}
    for key in session.exec(claimed):
        code = past.outcomes.get(key or 0, RELEASED)
        if key in past.in_doubt:
            results[key or 0] = Outcome("uncertain", None, "", ENDED)
        else:
            results[key or 0] = Released(ENDED) if code == RELEASED else read_reply(code, "")
    settle(session, results, now)
    return len(past.in_doubt & results.keys())


def claimers(session: Session, home: str) -> frozenset[str]:
    """Return the names of the journals of one folder that sign claims now; of every folder if `home` is empty."""
    names = select(Message.claimed_by).where(col(Message.status) == "claimed").distinct()
    return frozenset(
        name for name in session.exec(names) if not home or name.startswith(f"{home}.")
    )


def give_up_claims(session: Session, names: Iterable[str]) -> int:
    """What is claimed under names whose journals are lost is uncertain, never silently planned again. Returns how many."""
    claimed = update(Message).where(
        col(Message.status) == "claimed", col(Message.claimed_by).in_(names)
    )
    return int(session.exec(claimed.values(status="uncertain", reply=ENDED)).rowcount)


def finish_if_done(session: Session, delivery_id: int, now: datetime) -> bool:
    """Finish the delivery when no message is open any more; its ledger is checked first. True if it is finished."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.status != "sending":
        return delivery is None or delivery.status in ("finished", "stopped")
    if delivery.planned_through < delivery.plan_through:
        return False
    open_ = (
        select(Message.id)
        .where(col(Message.delivery_id) == delivery_id, col(Message.status).in_(OPEN))
        .limit(1)
    )
    if session.exec(open_).first() is not None:
        return False
    read_ledger(session, delivery_id)
    delivery.status, delivery.finished_at, delivery.trouble = (
        DELIVERY.to(delivery.status, "finished"),
        now,
        "",
    )
    session.flush()
    return True


def say_trouble(session: Session, delivery_id: int, trouble: str) -> None:
    """Write on the delivery why it does not move; an empty text clears it."""
    changed = update(Delivery).where(
        col(Delivery.id) == delivery_id, col(Delivery.trouble) != trouble
    )
    session.exec(changed.values(trouble=trouble[:500]))


# coalesce: by its statistics PostgreSQL would take what is claimed for one row, and compare every message with every outcome
ACCEPT = """
    UPDATE message SET status = 'accepted', attempts = attempts + 1, settled_at = :now,
        code = CAST({code} AS integer), enhanced = {enhanced}, reply = {reply}
    FROM {rows} AS told WHERE message.id = CAST({key} AS integer) AND coalesce(message.status, '') = 'claimed'"""
ROWS = {  # how a database reads a list of lists: its rows, and a row's place N
    "sqlite": ("json_each(:told)", "json_extract(told.value, '$[{}]')"),
    "postgresql": ("json_array_elements(CAST(:told AS json))", "told ->> {}"),
}


def _accept(session: Session, accepted: Mapping[int, Outcome], now: datetime) -> None:
    """Nearly all messages take this way: one statement for all rows, so that the database does the work and not Python."""
    told = json.dumps(
        [(key, what.code, what.enhanced, what.text) for key, what in accepted.items()]
    )
    at = bindparam("now", now, inspect(Message).columns["settled_at"].type)
    session.execute(
        text(_accepting(session.get_bind().dialect.name)).bindparams(at), {"told": told}
    )


@cache
def _accepting(database: str) -> str:
    rows, place = ROWS[database]
    key, code, enhanced, reply = (place.format(number) for number in range(4))
    return ACCEPT.format(rows=rows, key=key, code=code, enhanced=enhanced, reply=reply)


def _cancel_stopped(session: Session, ids: Sequence[int], now: datetime) -> None:
    """What comes back to a delivery that was stopped meanwhile does not wait there."""
    stopped = exists().where(
        col(Delivery.id) == col(Message.delivery_id), col(Delivery.status) == "stopped"
    )
    back = update(Message).where(
        col(Message.id).in_(ids), col(Message.status).in_(WAITING), stopped
    )
    session.execute(back.values(status="cancelled", settled_at=now))


def _settle_one(session: Session, message: Message, outcome: Result, now: datetime) -> None:
    if isinstance(outcome, Released):
        message.status = MESSAGE.to(
            message.status, "planned" if message.attempts == 0 else "deferred"
        )
        message.due_at = outcome.again_at or message.due_at
        return
    message.attempts += 1
    message.code, message.enhanced, message.reply = outcome.code, outcome.enhanced, outcome.text
    to: str = outcome.kind
    if to == "deferred":
        again_at = next_attempt_at(message.attempts, now)
        to, message.due_at = ("deferred", again_at) if again_at else ("expired", message.due_at)
    message.status = MESSAGE.to(message.status, to)
    if to != "deferred":
        message.settled_at = now
    if to == "refused" and blames_the_address(outcome):
        suppress(session, message.address, "refused", now)


def _due(delivery_id: int, limit: int, now: datetime) -> Select[int]:
    """The first messages that wait and are due; those that another process has in hand are passed over."""
    waiting = select(Message.id).where(
        col(Message.delivery_id) == delivery_id,
        col(Message.status).in_(WAITING),
        col(Message.due_at) <= now,
    )
    rows = waiting.limit(limit).with_for_update(skip_locked=True)
    return sa_select(
        rows.cte("due").prefix_with("MATERIALIZED", dialect="postgresql").c.id
    )  # read once: never over the limit


def _waiting(due: Select[int]) -> Update:
    return update(Message).where(col(Message.id).in_(due), col(Message.status).in_(WAITING))


def _is_sending(session: Session, delivery_id: int) -> bool:
    status = session.exec(
        select(Delivery.status).where(col(Delivery.id) == delivery_id)
    ).one_or_none()
    return status == "sending"


def is_still_wanted() -> ColumnElement[bool]:
    """A condition on Message: its reader has not left, and may be written to."""
    subscribed = exists().where(
        col(Subscription.subscriber_id) == col(Message.subscriber_id),
        col(Subscription.publication_id) == col(Delivery.publication_id),
        col(Delivery.id) == col(Message.delivery_id),
        col(Subscription.status) == "active",
    )
    suppressed = exists().where(col(Suppression.address) == col(Message.address))
    return and_(subscribed, ~suppressed)
