"""The sender's life: it sends what is due, for ever.

Each delivery has a lane of its own, and so have the small letters: what is slow or fails in one
delays no other, and a sign-up's confirm letter does not wait for 80,000 letters of an issue.

    waiting ──► working ──┬─ done ─────────────► waiting for a commit, SWEEP_S at most
                          └─ any error: logged ─► waiting 1, 2, 4 … 15 s; then dead slices are
                                                  settled, and it works again
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import TypeVar

import uvloop
from sqlmodel import Session

from newsletter import logs
from newsletter.delivery.planning import has_work
from newsletter.delivery.reading import read_delivery, sending_deliveries
from newsletter.delivery.sender.sending import Sender
from newsletter.delivery.sender.slice_settings import SliceLimits
from newsletter.delivery.settling import finish_if_done
from newsletter.errors import NewsletterError
from newsletter.jobs import SWEEP_S, wait_after, wait_for_work

log = logging.getLogger(__name__)
T = TypeVar("T")


def run_loop(work: Coroutine[None, None, T]) -> T:
    """Run a sender's coroutine in an event loop of its own, a fast one.

    The loop is most of the cost of an unsigned letter. The collector, which would go through all
    that was imported again and again, is another tenth: what is there now stays.
    """
    gc.freeze()
    gc.set_threshold(20000, 10, 100)
    return uvloop.run(work)


async def run(
    sender: Sender,
    small: Callable[[], Awaitable[int]],
    settle: Callable[[], None],
) -> None:
    """Send what is due until sender.stopping: each delivery, and the small letters, in a lane.

    `settle` settles what dead senders and failed slices left. Call this only with the sender's
    lock held (Database.alone("sender")), after `settle`.
    """
    with sender.database.watching() as commits:
        lanes = _Lanes(sender, settle, commits)
        await asyncio.gather(lanes.keep(small), lanes.keep(lanes.begin_deliveries))
        await lanes.end()


class _Lanes:
    """The lanes of one sender. An error in one is logged, and ends nothing."""

    def __init__(
        self,
        sender: Sender,
        settle: Callable[[], None],
        commits: Callable[[], int],
    ) -> None:
        self._sender = sender
        self._settle = settle
        self._commits = commits
        self._deliveries: dict[int, asyncio.Task[None]] = {}
        self._busy: set[int] = set()  # deliveries with something due: they share the connections

    async def keep(
        self,
        send: Callable[[], Awaitable[object]],
        goes_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Send again and again, until the sender stops or the lane's work is over."""
        failures = 0
        while goes_on() and not self._sender.stopping:
            try:
                if failures:
                    await asyncio.to_thread(self._settle)
                await send()
                failures = 0
            except Exception as error:  # logged, and the lane goes on
                failures += 1
                await self._rest(error, failures)
            else:
                await self._wait(self._commits, SWEEP_S)

    async def begin_deliveries(self) -> None:
        """Begin a lane for each delivery that is to be sent and has none."""
        database = self._sender.database
        for delivery in await asyncio.to_thread(database.read, sending_deliveries):
            key = delivery.key
            if key not in self._deliveries:
                lane = asyncio.create_task(self._keep_delivery(key))
                self._deliveries[key] = lane
                lane.add_done_callback(partial(self._forget, key))

    async def end(self) -> None:
        """Wait for the lanes of deliveries, which end with the sender."""
        await asyncio.gather(*self._deliveries.values())

    async def _keep_delivery(self, delivery_id: int) -> None:
        """Send a delivery until it is not to be sent any more: finished, paused or stopped."""
        is_sending = True

        async def send() -> None:
            nonlocal is_sending
            is_sending = await self._send_or_finish(delivery_id)

        with logs.about(delivery=delivery_id):
            await self.keep(send, lambda: is_sending)

    def _forget(self, delivery_id: int, _: asyncio.Task[None]) -> None:
        self._busy.discard(delivery_id)
        del self._deliveries[delivery_id]

    async def _send_or_finish(self, delivery_id: int) -> bool:
        """Run a slice of a delivery; without anything due, finish it if it is done instead.

        False if it is not to be sent.
        """
        database = self._sender.database
        now = self._sender.clock.now()
        is_sending, is_due = await asyncio.to_thread(database.read, _look, delivery_id, now)
        if is_sending and is_due:
            await self._run_slice(delivery_id)
        elif is_sending:
            self._busy.discard(delivery_id)
            await asyncio.to_thread(
                database.write,
                finish_if_done,
                delivery_id,
                now,
            )
        return is_sending

    async def _run_slice(self, delivery_id: int) -> None:
        """Run a slice with its share of the connections, until that changes."""
        self._busy.add(delivery_id)
        try:
            await self._sender.deliver(delivery_id, SliceLimits.sharing(self._busy))
        except Exception:
            # While it waits, the others may have its share.
            self._busy.discard(delivery_id)
            raise

    async def _rest(self, error: Exception, failures: int) -> None:
        """Log an error, and wait: the longer, the more often the lane failed."""
        wait_s = wait_after(failures)
        if isinstance(error, NewsletterError):
            log.warning("Sending waits for %.0f s: %s", wait_s, error)
        else:
            log.error(
                "Sending failed by an unforeseen error, %d times now; it waits for %.0f s",
                failures,
                wait_s,
                exc_info=error,
            )
        # no commit ends this wait: a sign-up does not mend a relay
        await self._wait(lambda: 0, wait_s)

    async def _wait(self, commits: Callable[[], int], at_most_s: float) -> None:
        await wait_for_work(
            commits,
            at_most_s=at_most_s,
            stopping=lambda: self._sender.stopping,
        )


def _look(
    session: Session,
    delivery_id: int,
    now: datetime,
) -> tuple[bool, bool]:
    """Say if a delivery is to be sent, and if there is something to plan or to offer now."""
    is_sending = read_delivery(session, delivery_id).status == "sending"
    return is_sending, is_sending and has_work(session, delivery_id, now)
