"""Settling: what became of claimed messages, and when a delivery is finished."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, bindparam, inspect, text
from sqlmodel import Session, col, exists, select, update

from newsletter.database import after_commit
from newsletter.delivery.ledger import keep_ledger
from newsletter.delivery.models import Delivery, Message, cancelling, messages_in
from newsletter.delivery.planning import is_planned
from newsletter.delivery.reading import has_message, in_groups, read_delivery_to_change
from newsletter.delivery.status import DELIVERY, MESSAGE, OPEN
from newsletter.mail.outcomes import Outcome, blames_the_address
from newsletter.mail.retries import next_attempt_at
from subscribers.suppressing import suppress

log = logging.getLogger(__name__)
GROUP = 500  # rows named in one statement
LONGEST_TROUBLE = 500  # characters


@dataclass(frozen=True, slots=True)
class Released:
    """A claimed message whose letter's dot did not leave. It is due at once, or at `again_at`."""

    why: str
    again_at: datetime | None = None


Result = Outcome | Released


def settle(
    session: Session,
    results: Mapping[int, Result],
    now: datetime,
) -> None:
    """Record what became of claimed messages, by message.

    A message that is not claimed any more is left as it is: settling twice is harmless.
    """
    accepted = _accepted(results)
    if accepted:
        _accept(session, accepted, now)
    others = [key for key in results if key not in accepted]
    for keys in in_groups(others, GROUP):
        _settle_group(session, keys, results, now)


def _accepted(results: Mapping[int, Result]) -> dict[int, Outcome]:
    """Return the outcomes of the letters that the relay took."""
    return {
        key: result
        for key, result in results.items()
        if isinstance(result, Outcome) and result.kind == "accepted"
    }


# Nearly all messages take this way: one statement for all of a group, so that the database does the
# work and not Python. The rows come as one JSON text: with a parameter for each value, SQLite would
# read a new statement for each length of a group.
#
# coalesce: PostgreSQL's statistics may not know yet that anything is claimed. It would expect one
# row, and compare each claimed message with each outcome.
ACCEPT = """
    UPDATE message SET status = 'accepted', attempts = attempts + 1, settled_at = :now,
        code = CAST({code} AS integer), enhanced = {enhanced}, reply = {reply}
    FROM {rows} AS settled
    WHERE message.id = CAST({key} AS integer) AND coalesce(message.status, '') = 'claimed'"""
ROWS = {  # how a database reads a list of lists: its rows, and a row's place N
    "sqlite": ("json_each(:rows)", "json_extract(settled.value, '$[{}]')"),
    "postgresql": ("json_array_elements(CAST(:rows AS json))", "settled ->> {}"),
}


def _accept(
    session: Session,
    accepted: Mapping[int, Outcome],
    now: datetime,
) -> None:
    statement = text(_accepting(session.get_bind().dialect.name))
    at = bindparam("now", now, inspect(Message).columns["settled_at"].type)
    session.execute(statement.bindparams(at), {"rows": _json_rows(accepted)})


def _json_rows(accepted: Mapping[int, Outcome]) -> str:
    """Return outcomes as the rows of ACCEPT: message, code, enhanced code, text."""
    rows = [
        (key, outcome.code, outcome.enhanced, outcome.text) for key, outcome in accepted.items()
    ]
    return json.dumps(rows)


@cache
def _accepting(database: str) -> str:
    rows, place = ROWS[database]
    key, code, enhanced, reply = (place.format(number) for number in range(4))
    return ACCEPT.format(
        rows=rows,
        key=key,
        code=code,
        enhanced=enhanced,
        reply=reply,
    )


def _settle_group(
    session: Session,
    keys: Sequence[int],
    results: Mapping[int, Result],
    now: datetime,
) -> None:
    query = select(Message).where(col(Message.id).in_(keys), Message.status == "claimed")
    for message in session.exec(query):
        _settle_message(
            session,
            message,
            results[message.key],
            now,
        )
    session.flush()
    _cancel_stopped(session, keys, now)


def _settle_message(
    session: Session,
    message: Message,
    result: Result,
    now: datetime,
) -> None:
    if isinstance(result, Released):
        _release(message, result)
        return
    _note_attempt(message, result)
    if result.kind == "deferred":
        _defer(message, now)
    else:
        _end(message, result.kind, now)
    if blames_the_address(result) and message.address:  # a forgotten reader's message has none
        # in this transaction: no other delivery may claim a message to it meanwhile
        suppress(session, message.address, "refused", now)


def _note_attempt(message: Message, outcome: Outcome) -> None:
    message.attempts += 1
    message.code = outcome.code
    message.enhanced = outcome.enhanced
    message.reply = outcome.text


def _end(message: Message, status: str, now: datetime) -> None:
    message.status = MESSAGE.to(message.status, status)
    message.settled_at = now


def _release(message: Message, released: Released) -> None:
    """Let a message wait as it did before its claim: no attempt was made."""
    message.status = MESSAGE.to(message.status, "deferred" if message.attempts else "planned")
    message.due_at = released.again_at or message.due_at


def _defer(message: Message, now: datetime) -> None:
    again_at = next_attempt_at(message.attempts, now)
    if again_at is None:
        _end(message, "expired", now)
        return
    message.status = MESSAGE.to(message.status, "deferred")
    message.due_at = again_at


def _cancel_stopped(
    session: Session,
    keys: Sequence[int],
    now: datetime,
) -> None:
    """Cancel what came back to a delivery that was stopped meanwhile: nobody claims it any more."""
    session.execute(cancelling(now).where(col(Message.id).in_(keys), _is_stopped()))


def _is_stopped() -> ColumnElement[bool]:
    """Return a condition on Message: its delivery was stopped."""
    return exists().where(
        col(Delivery.id) == Message.delivery_id,
        col(Delivery.status) == "stopped",
    )


def finish_if_done(session: Session, delivery_id: int, now: datetime) -> bool:
    """Finish the delivery when no message is open any more. True if it is finished or stopped.

    Its ledger is checked first: raises LedgerBroken.
    """
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return True
    if delivery.status != "sending":
        return delivery.status in ("finished", "stopped")
    if not _is_done(session, delivery):
        return False
    return _finish(session, read_delivery_to_change(session, delivery_id), now)


def _is_done(session: Session, delivery: Delivery) -> bool:
    """True if all is planned and no message is open any more."""
    return is_planned(delivery) and not has_message(session, messages_in(delivery.key, *OPEN))


def _finish(session: Session, delivery: Delivery, now: datetime) -> bool:
    """Finish a delivery, unless a person paused or stopped it meanwhile, or has some sent again."""
    if delivery.status != "sending":
        return delivery.status in ("finished", "stopped")
    # again: it was looked at before its row was ours
    if not _is_done(session, delivery):
        return False
    keep_ledger(session, delivery)
    delivery.status = DELIVERY.to(delivery.status, "finished")
    delivery.finished_at = now
    delivery.trouble = ""
    session.flush()
    after_commit(session, _log_end, delivery.key)
    return True


def _log_end(delivery_id: int) -> None:
    log.info("The delivery is finished", extra={"delivery": delivery_id})


def set_trouble(session: Session, delivery_id: int, trouble: str) -> None:
    """Write on the delivery why it does not move; an empty text clears it."""
    changed = update(Delivery).filter_by(id=delivery_id).where(col(Delivery.trouble) != trouble)
    session.exec(changed.values(trouble=trouble[:LONGEST_TROUBLE]))
