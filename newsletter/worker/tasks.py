"""The tasks: a slice of a delivery, the small letters, and the sweep that finds lost work."""

import asyncio
from datetime import datetime

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from sqlmodel import Session

from newsletter import jobs, logs
from newsletter.delivery.planning import has_work
from newsletter.delivery.reading import read_delivery, sending_deliveries
from newsletter.delivery.sender.sending import Sender
from newsletter.delivery.settling import finish_if_done
from newsletter.letters.sending import send_small_letters, waiting_letters
from newsletter.runtime import Runtime
from newsletter.senders import settle_dead

SLICE_S = 20.0  # of one delivery, then its slot goes to the end of the queue
TRIES = procrastinate.RetryStrategy(max_attempts=30, linear_wait=10)


def register(app: procrastinate.App, runtime: Runtime, sender: Sender) -> None:
    """Give the app its tasks, carried out by `sender`."""
    database = runtime.database
    clock = runtime.clock

    @app.task(name="deliver", queue=jobs.DELIVERIES, retry=TRIES, pass_context=True)
    async def deliver(context: procrastinate.JobContext, delivery_id: int, slot: int) -> None:
        with logs.about(job=_job_id(context), delivery=delivery_id):
            await asyncio.to_thread(settle_dead, runtime)
            await sender.deliver(delivery_id, at_most_s=SLICE_S)
            await asyncio.to_thread(database.write, _go_on, delivery_id, slot, clock.now())

    @app.task(name="send_letters", queue=jobs.UPKEEP, retry=TRIES, pass_context=True)
    async def send_letters(context: procrastinate.JobContext) -> None:
        with logs.about(job=_job_id(context)):
            await send_small_letters(runtime.post(sender.journal.name))

    # The queueing lock keeps one sweep waiting at most, the lock keeps one running at most.
    @app.periodic(cron="* * * * *")
    @app.task(name="sweep", queue=jobs.UPKEEP, queueing_lock="sweep", lock="sweep", retry=TRIES)
    async def sweep(timestamp: int) -> None:
        await asyncio.to_thread(settle_dead, runtime)
        await asyncio.to_thread(database.write, _remind, clock.now())
        await rescue(app)


async def rescue(app: procrastinate.App) -> None:
    """Let the jobs wait again whose worker gave no sign for 30 seconds."""
    for job in await app.job_manager.get_stalled_jobs():
        if job.id is None:  # a job from the table has its id; only the type allows for none
            continue
        try:
            await app.job_manager.retry_job(job)
        except ConnectorException:
            # Its queueing lock is taken: another job of the same work waits already.
            await app.job_manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)


def _job_id(context: procrastinate.JobContext) -> int:
    return context.job.id or 0


def _go_on(
    session: Session,
    delivery_id: int,
    slot: int,
    now: datetime,
) -> None:
    if read_delivery(session, delivery_id).status == "sending" and has_work(
        session,
        delivery_id,
        now,
    ):
        jobs.remind_slot(session, delivery_id, slot)


def _remind(session: Session, now: datetime) -> None:
    for delivery in sending_deliveries(session):
        if has_work(session, delivery.key, now):
            jobs.remind_delivery(session, delivery.key)
        else:
            finish_if_done(session, delivery.key, now)
    if waiting_letters(session, now):
        jobs.remind_letters(session)
