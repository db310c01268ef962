"""Settling: what became of claimed messages, and when a delivery is finished."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, inspect, text
from sqlmodel import Session, col, exists, select, update

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import DELIVERY, MESSAGE, OPEN, WAITING
from newsletter.mail.outcomes import Outcome, blames_the_address
from newsletter.mail.retries import next_attempt_at
from subscribers.suppressing import suppress

GROUP = 500  # rows named in one statement


@dataclass(frozen=True, slots=True)
class Released:
    """A claimed message whose letter's dot did not leave. It is due at once, or at `again_at`."""

    why: str
    again_at: datetime | None = None


Result = Outcome | Released


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


def set_trouble(session: Session, delivery_id: int, trouble: str) -> None:
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
