"""The seam to the queue. Rows are the truth and a job is a reminder: a lost one is found again by the next sweep.

On SQLite the reminder is the commit itself: it counts the commits of all processes, so a waiting sender notices within a nap.
On PostgreSQL it is a Procrastinate job, deferred in the transaction of the rows that it speaks of.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued
from sqlmodel import Session, text

SWEEP_S = 1.0  # with nothing to remind it, a sender looks at the rows this often
NAP_S = 0.05
SLOTS = 4  # so many workers share one delivery at a time
DELIVERIES, UPKEEP = "deliveries", "upkeep"  # queues: one job of each at a time in every worker

_deferring = procrastinate.App(
    connector=procrastinate.SyncPsycopgConnector()
)  # it uses the caller's connection only


def remind_delivery(session: Session, delivery_id: int) -> None:
    """There is something to send: one job for each slot of the delivery that has none waiting."""
    for slot in range(SLOTS):
        remind_slot(session, delivery_id, slot)


def remind_slot(session: Session, delivery_id: int, slot: int) -> None:
    """A slot of a delivery has more to send."""
    _defer(
        session,
        "deliver",
        DELIVERIES,
        f"deliver {delivery_id} {slot}",
        delivery_id=delivery_id,
        slot=slot,
    )


def remind_letters(session: Session) -> None:
    """There are small letters to send."""
    _defer(session, "send_letters", UPKEEP, "letters")


def _defer(session: Session, task: str, queue: str, lock: str, **ids: int) -> None:
    """`lock` keeps a job from running twice at a time, and from waiting twice; one session asks once, for all sign-ups of a group."""
    reminded: set[str] = session.info.setdefault("reminded", set())
    if session.get_bind().dialect.name != "postgresql" or lock in reminded:
        return
    reminded.add(lock)
    session.flush()
    session.connection().execute(
        text("select 1")
    )  # the transaction has begun: what follows is a savepoint in it
    raw = cast(psycopg.Connection, session.connection().connection.driver_connection)
    with (
        suppress(AlreadyEnqueued),
        raw.transaction(),
    ):  # without the savepoint a taken lock would abort our transaction
        _deferring.configure_task(
            task, queue=queue, lock=lock, queueing_lock=lock, connection=raw
        ).defer(**ids)


async def wait_for_work(
    commits: Callable[[], int], *, at_most_s: float, stopping: Callable[[], bool]
) -> None:
    """Return when somebody committed, when it is time for the next sweep (seconds), or when the sender should stop."""
    seen = commits()
    for _ in range(round(at_most_s / NAP_S)):
        if stopping() or commits() != seen:
            return
        await asyncio.sleep(NAP_S)
