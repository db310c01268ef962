"""A worker's life: its journal, its two queues, and a drained end."""

import asyncio
from collections.abc import Callable

import procrastinate
from sqlalchemy.engine import make_url

from newsletter import jobs
from newsletter.delivery.sender import journal
from newsletter.delivery.sender.running import run_loop
from newsletter.runtime import Runtime
from newsletter.senders import DRAIN_S, settle_dead
from newsletter.worker.tasks import register

NAP_S = 0.2


def work(runtime: Runtime, said: Callable[[str], None], stopping: Callable[[], bool]) -> None:
    """Carry out jobs until `stopping`; what is in the relay's hands is finished first. PostgreSQL only."""
    settle_dead(runtime, said)
    own = journal.begin(runtime.journals)
    try:
        run_loop(_work(runtime, own, said, stopping))
    finally:
        own.close()


async def _work(
    runtime: Runtime,
    own: journal.Journal,
    said: Callable[[str], None],
    stopping: Callable[[], bool],
) -> None:
    url = (
        make_url(runtime.settings.database_url)
        .set(drivername="postgresql")
        .render_as_string(hide_password=False)
    )
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
    sender = runtime.sender(own)
    register(app, runtime, sender, said)
    async with app.open_async():
        lanes = [
            asyncio.create_task(_lane(app, queue, f"{own.name} {queue}"))
            for queue in (jobs.DELIVERIES, jobs.UPKEEP)
        ]
        while not stopping() and not any(lane.done() for lane in lanes):  # noqa: ASYNC110  # a signal's flag is looked at
            await asyncio.sleep(NAP_S)
        sender.stopping = True
        for lane in lanes:
            lane.cancel()
        ended = await asyncio.gather(*lanes, return_exceptions=True)
    for what in ended:
        if isinstance(what, Exception):
            raise what


async def _lane(app: procrastinate.App, queue: str, name: str) -> None:
    await app.run_worker_async(
        queues=[queue],
        name=name,
        concurrency=1,
        fetch_job_polling_interval=1.0,
        shutdown_graceful_timeout=DRAIN_S,
        install_signal_handlers=False,
        delete_jobs="successful",
    )
