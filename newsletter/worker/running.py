"""A worker's life: its journal, its two queues, and a drained end."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence

import procrastinate
from sqlalchemy.engine import make_url

from newsletter import jobs
from newsletter.delivery.sender.running import run_loop
from newsletter.errors import Unavailable
from newsletter.jobs import wait_after
from newsletter.runtime import Runtime
from newsletter.senders import DRAIN_S, settle_dead
from newsletter.worker.tasks import SILENT_S, Tasks, register

log = logging.getLogger(__name__)
NAP_S = 0.2
WORKED_S = 60.0  # queues that went on for so long begin the waits again
AT_ONCE = 8  # deliveries that one worker sends at the same time
RESCUE_S = 5.0  # between two looks for jobs of dead workers


class QueueEnded(Unavailable):
    """A queue of this worker has ended by itself; it is begun again."""


def work(runtime: Runtime, stopping: Callable[[], bool]) -> None:
    """Carry out jobs until `stopping`, then finish what the relay has in hand. PostgreSQL only.

    When the queues end by an error, as when the database is restarted, they are begun again: a
    worker stays a worker.
    """
    failures = 0
    while not stopping():
        began = time.monotonic()
        try:
            settle_dead(runtime)
            run_loop(_work(runtime, stopping))
        except Exception:
            has_worked = time.monotonic() - began > WORKED_S
            failures = 1 if has_worked else failures + 1
            wait_s = wait_after(failures)
            log.exception("The worker's queues ended; they begin again in %.0f s", wait_s)
            _rest(wait_s, stopping)


def _rest(wait_s: float, stopping: Callable[[], bool]) -> None:
    end = time.monotonic() + wait_s
    while time.monotonic() < end and not stopping():
        time.sleep(NAP_S)


async def _work(runtime: Runtime, stopping: Callable[[], bool]) -> None:
    """Carry out jobs until `stopping`; raises what ended a queue before."""
    app = _make_app(runtime.settings.database_url)
    sender = runtime.sender()
    tasks = register(app, runtime, sender)
    async with app.open_async():
        await tasks.sweep(0)  # what was reminded of while nobody worked may be lost
        queues = _start_queues(app, f"{runtime.guard.name}.{os.getpid()}")
        queues.append(asyncio.create_task(_rescue_on(tasks)))
        # A signal handler sets the flag, so it is looked at instead of awaited.
        while not stopping() and not any(queue.done() for queue in queues):  # noqa: ASYNC110
            await asyncio.sleep(NAP_S)
        sender.stopping = True
        await _drain(queues)
    if not stopping():
        raise QueueEnded


def _make_app(database_url: str) -> procrastinate.App:
    url = make_url(database_url).set(drivername="postgresql")
    conninfo = url.render_as_string(hide_password=False)
    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo))


def _start_queues(app: procrastinate.App, worker: str) -> list[asyncio.Task[None]]:
    return [
        asyncio.create_task(_work_queue(app, queue, worker, at_once))
        for queue, at_once in ((jobs.DELIVERIES, AT_ONCE), (jobs.UPKEEP, 1))
    ]


async def _rescue_on(tasks: Tasks) -> None:
    """Let the jobs wait again that nobody carries out, also those of our queues that ended."""
    while True:
        await tasks.rescue()
        await asyncio.sleep(RESCUE_S)


async def _work_queue(app: procrastinate.App, queue: str, worker: str, at_once: int) -> None:
    await app.run_worker_async(
        queues=[queue],
        name=f"{worker} {queue}",
        concurrency=at_once,
        fetch_job_polling_interval=1.0,
        update_heartbeat_interval=SILENT_S / 5,
        stalled_worker_timeout=SILENT_S,
        shutdown_graceful_timeout=DRAIN_S,
        install_signal_handlers=False,
        delete_jobs="successful",
    )


async def _drain(queues: Sequence[asyncio.Task[None]]) -> None:
    """End the queues after the jobs in hand. Raises the error that ended one of them by itself."""
    for queue in queues:
        queue.cancel()
    results = await asyncio.gather(*queues, return_exceptions=True)
    for result in results:
        # A cancelled queue gives CancelledError, which is no Exception.
        if isinstance(result, Exception):
            raise result
