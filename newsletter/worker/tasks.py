"""The tasks: a slice of a delivery, the small letters, and the sweep that finds lost work."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
from newsletter.errors import NewsletterError
from newsletter.letters.sending import waiting_letters
from newsletter.runtime import Runtime
from newsletter.senders import send_letters, settle_dead

log = logging.getLogger(__name__)
SLICE_S = 20.0  # of one delivery, then its slot goes to the end of the queue
AGAIN_S = 10.0  # after a failure
SILENT_S = 15.0  # a worker without a sign of life for so long is taken for dead
ELSEWHERE_S = 5.0  # at most, before a slot that another worker should take is looked at again
BETWEEN_S = 3.0  # two slices of a delivery: for so long it keeps its share of the connections
LOOK_S = 2.0  # between two looks at letters that are due soon
SOON = timedelta(seconds=20)  # letters that are due within so long are not left to the sweep


def register(app: procrastinate.App, runtime: Runtime, sender: Sender) -> "Tasks":
    """Give the app its tasks, carried out by `sender`.

    None is tried again by the queue: that would put a failed job back in the place that the next
    one of its lock may have, fail for that, and leave it held by a worker that lives. A task that
    failed defers the next job itself.
    """
    tasks = Tasks(app, runtime, sender)
    delivering = app.task(name="deliver", queue=jobs.DELIVERIES, pass_context=True)
    delivering(tasks.deliver)
    writing = app.task(name="send_letters", queue=jobs.UPKEEP, pass_context=True)
    writing(tasks.send_letters)
    # The queueing lock keeps one sweep waiting at most. No lock keeps another one from running: the
    # sweep of a worker that died in it would keep every later one from running, for ever.
    sweeping = app.task(name="sweep", queue=jobs.UPKEEP, queueing_lock="sweep")
    app.periodic(cron="* * * * *")(sweeping(tasks.sweep))
    return tasks


@dataclass(frozen=True, slots=True)
class Tasks:
    """What the jobs of a worker's app do.

    Each delivery has one slice at most in a worker, beside those of other deliveries. Another slot
    of it is for another worker: it is put back.
    """

    app: procrastinate.App
    runtime: Runtime
    sender: Sender
    slices: dict[int, float] = field(default_factory=dict)  # deliveries, and when a slice began
    busy: set[int] = field(default_factory=set)  # deliveries that share the connections
    queues: set[int] = field(default_factory=set)  # the numbers of this worker's queues
    in_hand: set[int] = field(default_factory=set)  # jobs that are carried out here now
    suspects: set[int] = field(default_factory=set)  # jobs that were held here, and not in hand

    async def deliver(
        self,
        context: procrastinate.JobContext,
        delivery_id: int,
        slot: int,
    ) -> None:
        """Send a slice of a delivery, and remind of what is left."""
        with self._in_hand(context.job), logs.about(job=context.job.id or 0, delivery=delivery_id):
            wait_s = self._elsewhere_s(delivery_id) or await self._take(delivery_id)
            await asyncio.to_thread(
                self.runtime.database.write,
                _go_on,
                delivery_id,
                slot,
                self.runtime.clock.now(),
                wait_s,
            )

    def _elsewhere_s(self, delivery_id: int) -> float:
        """Return for how long a slot waits for another worker; 0 if this one should take it.

        Soon at first, when others have just heard of the delivery, too.
        """
        if delivery_id not in self.slices:
            return 0.0
        age_s = time.monotonic() - self.slices[delivery_id]
        return min(ELSEWHERE_S, max(0.5, age_s / 4))

    async def _take(self, delivery_id: int) -> float:
        """Run a slice if something is due; return for how long to wait after a failure, or 0."""
        self.slices[delivery_id] = time.monotonic()  # at once: another slot may be looked at
        try:
            if not await self._is_due(delivery_id):
                return 0.0
            self.busy.add(delivery_id)
            return await _attempt(self._run_slice(delivery_id))
        finally:
            del self.slices[delivery_id]
            # Not at once: the next slice would change the others' shares again, and end theirs.
            asyncio.get_running_loop().call_later(BETWEEN_S, self._rest, delivery_id)

    def _rest(self, delivery_id: int) -> None:
        """Leave a delivery's share of the connections to the others, if it has no slice."""
        if delivery_id not in self.slices:
            self.busy.discard(delivery_id)

    async def _is_due(self, delivery_id: int) -> bool:
        """True if there is something to send now."""
        now = self.runtime.clock.now()
        return await asyncio.to_thread(self.runtime.database.read, _is_to_send, delivery_id, now)

    async def _run_slice(self, delivery_id: int) -> None:
        """Run a slice with its share of the connections, until that changes."""
        limits = SliceLimits.sharing(self.busy, SLICE_S)
        await asyncio.to_thread(settle_dead, self.runtime)
        await self.sender.deliver(delivery_id, limits)

    async def send_letters(self, context: procrastinate.JobContext) -> None:
        """Send the small letters that wait."""
        with self._in_hand(context.job), logs.about(job=context.job.id or 0):
            wait_s = await _attempt(send_letters(self.runtime))
            await asyncio.to_thread(
                self.runtime.database.write,
                _go_on_with_letters,
                self.runtime.clock.now(),
                wait_s,
            )

    async def sweep(self, timestamp: int) -> None:
        """Find the work whose jobs were lost."""
        await asyncio.to_thread(settle_dead, self.runtime)
        await asyncio.to_thread(self.runtime.database.write, _remind, self.runtime.clock.now())

    @contextmanager
    def _in_hand(self, job: Job) -> Iterator[None]:
        """Know of a job that it is carried out here."""
        number = job.id or 0  # only the type allows for none
        self.queues.add(job.worker_id or 0)
        self.in_hand.add(number)
        try:
            yield
        finally:
            self.in_hand.discard(number)

    async def rescue(self) -> None:
        """Let jobs wait again whose worker is dead, or is this one and does not carry them out.

        The end of a job may fail to be stored: its lock would be held as long as this worker lives.
        It is seen at two looks: the end of one is stored just after it.
        """
        await rescue(self.app)
        held = await self.app.job_manager.list_jobs_async(status=Status.DOING.value)
        stuck = {job.id: job for job in held if job.id and self._is_stuck(job)}
        for job_id in stuck.keys() & self.suspects:
            await _let_wait_again(self.app.job_manager, stuck[job_id], job_id)
        self.suspects.clear()
        self.suspects.update(stuck)

    def _is_stuck(self, job: Job) -> bool:
        """True if this worker holds a job that keeps others from running, and does not run it."""
        return bool(job.lock) and job.worker_id in self.queues and job.id not in self.in_hand


async def _attempt(work: Awaitable[object]) -> float:
    """Do it; return for how many seconds to wait after a failure, which is logged, or 0."""
    try:
        await work
    except NewsletterError as error:
        log.warning("Sending waits for %.0f s: %s", AGAIN_S, error)
    except Exception:
        log.exception("Sending failed by an unforeseen error; it waits for %.0f s", AGAIN_S)
    else:
        return 0.0
    return AGAIN_S


async def rescue(app: procrastinate.App) -> None:
    """Let the jobs wait again whose worker gave no sign of life lately."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        if job.id is not None:  # a job from the table has its id; only the type allows for none
            await _let_wait_again(app.job_manager, job, job.id)


async def _let_wait_again(manager: JobManager, job: Job, job_id: int) -> None:
    """Put a job back that nobody carries out, or end it if its work is waited for anyway."""
    try:
        await manager.retry_job(job)
    except ConnectorException:
        # Its queueing lock is taken: another job of the same work waits already.
        await manager.finish_job_by_id_async(job_id, Status.FAILED, delete_job=False)


def _go_on(
    session: Session,
    delivery_id: int,
    slot: int,
    now: datetime,
    wait_s: float,
) -> None:
    """Remind of a slot whose delivery has more to send now, soon, or after a wait."""
    if wait_s and read_delivery(session, delivery_id).status == "sending":
        jobs.remind_slot(session, delivery_id, slot, wait_s)
    elif _is_to_send(session, delivery_id, now):
        jobs.remind_slot(session, delivery_id, slot)
    elif _is_to_send(session, delivery_id, now + SOON):
        # as for a relay that failed; what waits for minutes is for the sweep
        jobs.remind_slot(session, delivery_id, slot, LOOK_S)


def _go_on_with_letters(session: Session, now: datetime, wait_s: float) -> None:
    """Remind of small letters that are due soon, as those whose relay failed, or after a wait."""
    if wait_s or waiting_letters(session, now + SOON):
        jobs.remind_letters(session, wait_s or LOOK_S)


def _is_to_send(session: Session, delivery_id: int, now: datetime) -> bool:
    """True if a delivery sends, and something of it is to be planned or offered now."""
    is_sending = read_delivery(session, delivery_id).status == "sending"
    return is_sending and has_work(session, delivery_id, now)


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
