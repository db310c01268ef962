"""The tasks: a slice of a delivery, the small letters, and the sweep that finds lost work."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from sqlmodel import Session

from newsletter import jobs, logs
from newsletter.delivery.planning import has_work
from newsletter.delivery.reading import read_delivery, sending_deliveries
from newsletter.delivery.sender.sending import Sender
from newsletter.delivery.sender.slice_settings import SliceLimits
from newsletter.delivery.settling import finish_if_done
from newsletter.letters.sending import waiting_letters
from newsletter.runtime import Runtime
from newsletter.senders import send_letters, settle_dead

SLICE_S = 20.0  # of one delivery, then its slot goes to the end of the queue
TRIES = procrastinate.RetryStrategy(max_attempts=30, wait=10)


def register(app: procrastinate.App, runtime: Runtime, sender: Sender) -> None:
    """Give the app its tasks, carried out by `sender`."""
    tasks = _Tasks(app, runtime, sender)
    delivering = app.task(
        name="deliver",
        queue=jobs.DELIVERIES,
        retry=TRIES,
        pass_context=True,
    )
    delivering(tasks.deliver)
    writing = app.task(
        name="send_letters",
        queue=jobs.UPKEEP,
        retry=TRIES,
        pass_context=True,
    )
    writing(tasks.send_letters)
    # The queueing lock keeps one sweep waiting at most, the lock keeps one running at most.
    sweeping = app.task(
        name="sweep",
        queue=jobs.UPKEEP,
        queueing_lock="sweep",
        lock="sweep",
        retry=TRIES,
    )
    app.periodic(cron="* * * * *")(sweeping(tasks.sweep))


@dataclass(frozen=True, slots=True)
class _Tasks:
    """What the jobs of a worker's app do."""

    app: procrastinate.App
    runtime: Runtime
    sender: Sender

    async def deliver(
        self,
        context: procrastinate.JobContext,
        delivery_id: int,
        slot: int,
    ) -> None:
        """Send a slice of a delivery, and remind of what is left."""
        with logs.about(job=_job_id(context), delivery=delivery_id):
            await asyncio.to_thread(settle_dead, self.runtime)
            await self.sender.deliver(delivery_id, SliceLimits(at_most_s=SLICE_S))
            await asyncio.to_thread(
                self.runtime.database.write,
                _go_on,
                delivery_id,
                slot,
                self.runtime.clock.now(),
            )

    async def send_letters(self, context: procrastinate.JobContext) -> None:
        """Send the small letters that wait."""
        with logs.about(job=_job_id(context)):
            await send_letters(self.runtime)

    async def sweep(self, timestamp: int) -> None:
        """Find the work whose jobs were lost."""
        await asyncio.to_thread(settle_dead, self.runtime)
        now = self.runtime.clock.now()
        await asyncio.to_thread(self.runtime.database.write, _remind, now)
        await rescue(self.app)


async def rescue(app: procrastinate.App) -> None:
    """Let the jobs wait again whose worker gave no sign for 30 seconds."""
    for job in await app.job_manager.get_stalled_jobs():
        if job.id is not None:  # a job from the table has its id; only the type allows for none
            await _let_wait_again(app.job_manager, job, job.id)


async def _let_wait_again(manager: JobManager, job: Job, job_id: int) -> None:
    """Put a stalled job back, or end it if its work is waited for anyway."""
    try:
        await manager.retry_job(job)
    except ConnectorException:
        # Its queueing lock is taken: another job of the same work waits already.
        await manager.finish_job_by_id_async(job_id, Status.FAILED, delete_job=False)


def _job_id(context: procrastinate.JobContext) -> int:
    return context.job.id or 0


def _go_on(
    session: Session,
    delivery_id: int,
    slot: int,
    now: datetime,
) -> None:
    """Remind of a slot whose delivery has more to send now."""
    is_sending = read_delivery(session, delivery_id).status == "sending"
    if is_sending and has_work(session, delivery_id, now):
        jobs.remind_slot(session, delivery_id, slot)


def _remind(session: Session, now: datetime) -> None:
    """Remind of all work whose jobs may be lost."""
    for delivery in sending_deliveries(session):
        _remind_or_finish(session, delivery.key, now)
    if waiting_letters(session, now):
        jobs.remind_letters(session)


def _remind_or_finish(
    session: Session,
    delivery_id: int,
    now: datetime,
) -> None:
    if has_work(session, delivery_id, now):
        jobs.remind_delivery(session, delivery_id)
    else:
        finish_if_done(session, delivery_id, now)
