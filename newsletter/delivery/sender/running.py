"""The sender's life: it sends what is due, for ever. Small letters have a lane of their own.

So a sign-up's confirm letter does not wait for 80,000 letters of an issue.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

import uvloop

from newsletter.delivery.planning import has_work
from newsletter.delivery.reading import sending_deliveries
from newsletter.delivery.sender.sending import Sender
from newsletter.delivery.settling import finish_if_done
from newsletter.errors import NewsletterError
from newsletter.jobs import SWEEP_S, wait_for_work

log = logging.getLogger(__name__)
T = TypeVar("T")
TROUBLED_S = 10.0  # a lane that failed waits so long: a relay is asked six times a minute


def run_loop(work: Coroutine[None, None, T]) -> T:
    """Run a sender's coroutine in an event loop of its own, a fast one.

    The loop is most of the cost of an unsigned letter.
    """
    return uvloop.run(work)


async def run(sender: Sender, small: Callable[[], Awaitable[int]]) -> None:
    """Send what is due until sender.stopping: deliveries in one lane, small letters in another.

    Call it only with the sender's lock held (Database.alone("sender")), after
    dead_senders.settle_dead_senders.
    """
    with sender.database.watching() as commits:
        await asyncio.gather(
            _lane(sender, lambda: _send_deliveries(sender), commits),
            _lane(sender, small, commits),
        )


async def _lane(
    sender: Sender,
    send: Callable[[], Awaitable[int]],
    commits: Callable[[], int],
) -> None:
    """Send again and again. What fails here does not stop the other lane."""
    while not sender.stopping:
        try:
            await send()
        except NewsletterError as error:
            log.warning("Sending waits for %.0f s: %s", TROUBLED_S, error)
            # no commit ends this wait: a sign-up does not mend a relay
            await _wait(sender, lambda: 0, TROUBLED_S)
        else:
            await _wait(sender, commits, SWEEP_S)


async def _wait(
    sender: Sender,
    commits: Callable[[], int],
    at_most_s: float,
) -> None:
    await wait_for_work(commits, at_most_s=at_most_s, stopping=lambda: sender.stopping)


async def _send_deliveries(sender: Sender) -> int:
    """Run a slice of each delivery that has something due; returns how many had."""
    started = 0
    for delivery in await asyncio.to_thread(sender.database.read, sending_deliveries):
        started += await _send_or_finish(sender, delivery.key)
    return started


async def _send_or_finish(sender: Sender, delivery_id: int) -> bool:
    """Run a slice of a delivery; without anything due, finish it if it is done instead."""
    database = sender.database
    now = sender.clock.now()
    is_due = await asyncio.to_thread(database.read, has_work, delivery_id, now)
    if is_due:
        await sender.deliver(delivery_id)
    else:
        await asyncio.to_thread(
            database.write,
            finish_if_done,
            delivery_id,
            now,
        )
    return is_due
