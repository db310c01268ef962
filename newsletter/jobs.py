"""The seam to the queue. Rows are the truth, a job is a reminder; the next sweep finds a lost one.

On SQLite the commit itself is the reminder: the database counts the commits of all processes, so a
waiting sender notices one within a nap. On PostgreSQL the reminder is a Procrastinate job, deferred
in the transaction of its rows.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, cast

from sqlmodel import Session, text

if TYPE_CHECKING:  # the memory of a sender on SQLite goes without them
    import procrastinate
    import psycopg

SWEEP_S = 1.0  # with nothing to remind it, a sender looks at the rows this often
NAP_S = 0.05
LONGEST_WAIT_S = 15.0  # after failures in a row: what is mended goes on within half a minute
SLOTS = 4  # so many workers share one delivery at a time
# Queues: a worker carries out several jobs of the first at a time, and one of the second.
DELIVERIES = "deliveries"
UPKEEP = "upkeep"


def remind_delivery(session: Session, delivery_id: int) -> None:
    """Remind of a delivery with something to send: a job for each slot that has none waiting."""
    for slot in range(SLOTS):
        remind_slot(session, delivery_id, slot)


def remind_slot(session: Session, delivery_id: int, slot: int, wait_s: float = 0.0) -> None:
    """Remind of one slot of a delivery that has more to send; nobody takes it before `wait_s`."""
    lock = f"deliver {delivery_id} {slot}"
    _defer(session, "deliver", DELIVERIES, lock, wait_s, delivery_id=delivery_id, slot=slot)


def remind_letters(session: Session, wait_s: float = 0.0) -> None:
    """Remind of small letters that wait; nobody takes them up before `wait_s`."""
    _defer(session, "send_letters", UPKEEP, "letters", wait_s)


def _defer(
    session: Session,
    task: str,
    queue: str,
    lock: str,
    wait_s: float = 0.0,
    **ids: int,
) -> None:
    """Defer a job in the caller's transaction; `lock` keeps it from running or waiting twice."""
    # One session asks once, for all the sign-ups of a group.
    reminded: set[str] = session.info.setdefault("reminded", set())
    if session.get_bind().dialect.name != "postgresql" or lock in reminded:
        return
    from procrastinate.exceptions import AlreadyEnqueued

    reminded.add(lock)
    session.flush()
    connection = _connection_of(session)
    job = _deferring().configure_task(
        task,
        queue=queue,
        lock=lock,
        queueing_lock=lock,
        schedule_in={"seconds": wait_s} if wait_s else None,
        connection=connection,
    )
    # Without the savepoint a lock that is taken would abort our transaction.
    with suppress(AlreadyEnqueued), connection.transaction():
        job.defer(**ids)


@cache
def _deferring() -> "procrastinate.App":
    """Return the app that defers jobs."""
    import procrastinate

    # Its connector is never opened: each job goes through the caller's own connection.
    return procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def _connection_of(session: Session) -> "psycopg.Connection":
    """Return the connection of the caller's transaction, which has begun."""
    # It begins with its first statement; only then is the next one a savepoint in it.
    session.connection().execute(text("select 1"))
    return cast("psycopg.Connection", session.connection().connection.driver_connection)


def wait_after(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row: 1, 2, 4, 8, then 15."""
    return min(LONGEST_WAIT_S, 2.0 ** min(failures - 1, 4))


async def wait_for_work(
    commits: Callable[[], int],
    *,
    at_most_s: float,
    stopping: Callable[[], bool],
) -> None:
    """Return when somebody committed, after `at_most_s` seconds, or when the sender should stop."""
    seen = commits()
    for _ in range(round(at_most_s / NAP_S)):
        if stopping() or commits() != seen:
            return
        await asyncio.sleep(NAP_S)
