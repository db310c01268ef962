"""A worker's life: its journal, its two queues, and a drained end."""

import asyncio
from collections.abc import Callable, Sequence

import procrastinate
from sqlalchemy.engine import make_url

from newsletter import jobs
from newsletter.delivery.sender.journal import Journal, begin
from newsletter.delivery.sender.running import run_loop
from newsletter.runtime import Runtime
from newsletter.senders import DRAIN_S, settle_dead
from newsletter.worker.tasks import register

NAP_S = 0.2


def work(runtime: Runtime, stopping: Callable[[], bool]) -> None:
    """Carry out jobs until `stopping`, then finish what the relay has in hand. PostgreSQL only."""
    settle_dead(runtime)
    journal = begin(runtime.journals)
    try:
        run_loop(_work(runtime, journal, stopping))
    finally:
        journal.close()


async def _work(
    runtime: Runtime,
    journal: Journal,
    stopping: Callable[[], bool],
) -> None:
    app = _make_app(runtime.settings.database_url)
    sender = runtime.sender(journal)
    register(app, runtime, sender)
    async with app.open_async():
        queues = _start_queues(app, journal.name)
        # A signal handler sets the flag, so it is looked at instead of awaited.
        while not stopping() and not any(queue.done() for queue in queues):  # noqa: ASYNC110
            await asyncio.sleep(NAP_S)
        sender.stopping = True
        await _drain(queues)


def _make_app(database_url: str) -> procrastinate.App:
    url = make_url(database_url).set(drivername="postgresql")
    conninfo = url.render_as_string(hide_password=False)
    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo))


def _start_queues(app: procrastinate.App, worker: str) -> list[asyncio.Task[None]]:
    return [
        asyncio.create_task(_work_queue(app, queue, worker))
        for queue in (jobs.DELIVERIES, jobs.UPKEEP)
    ]


async def _work_queue(app: procrastinate.App, queue: str, worker: str) -> None:
    await app.run_worker_async(
        queues=[queue],
        name=f"{worker} {queue}",
        concurrency=1,
        fetch_job_polling_interval=1.0,
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
