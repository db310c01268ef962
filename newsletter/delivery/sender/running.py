"""The sender's life: one per database, from its lock to its end. Small letters have a lane of their own."""

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
TROUBLED_S = 10.0


def run_loop(work: Coroutine[None, None, T]) -> T:
    """Run a sender's coroutine in an event loop of its own, a fast one."""
    return uvloop.run(work)


async def run(sender: Sender, small: Callable[[], Awaitable[int]]) -> None:
    """Send what is due, for ever, until sender.stopping: deliveries in one lane, small letters in another.

    Call it only with the sender's lock held (Database.alone("sender")), after dead_senders.settle_dead_senders.
    """
    with sender.database.watching() as commits:
        lanes = (lambda: _deliveries(sender)), small
        await asyncio.gather(*(_lane(sender, once, commits) for once in lanes))


async def _lane(
    sender: Sender,
    once: Callable[[], Awaitable[int]],
    commits: Callable[[], int],
) -> None:
    while not sender.stopping:
        try:
            await once()
        except NewsletterError as error:
            log.warning("Sending waits for %.0f s: %s", TROUBLED_S, error)
            await wait_for_work(lambda: 0, at_most_s=TROUBLED_S, stopping=lambda: sender.stopping)
        else:
            await wait_for_work(commits, at_most_s=SWEEP_S, stopping=lambda: sender.stopping)


async def _deliveries(sender: Sender) -> int:
    started = 0
    for delivery in await asyncio.to_thread(sender.database.read, sending_deliveries):
        key = delivery.key
        if await asyncio.to_thread(sender.database.read, has_work, key, sender.clock.now()):
            await sender.deliver(key)
            started += 1
        else:
            await asyncio.to_thread(sender.database.write, finish_if_done, key, sender.clock.now())
    return started
