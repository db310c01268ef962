"""The sender's life: one per database, from its lock to its end. Small letters have a lane of their own."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from typing import TypeVar

import uvloop
from sqlmodel import Session

from newsletter.delivery.claiming import claimers, finish_if_done, give_up_claims, replay
from newsletter.delivery.planning import has_work
from newsletter.delivery.reading import sending_deliveries
from newsletter.delivery.sender.journal import Past
from newsletter.delivery.sender.sending import Sender
from newsletter.errors import NewsletterError
from newsletter.jobs import SWEEP_S, wait_for_work

T = TypeVar("T")
TROUBLED_S = 10.0


def run_loop(work: Coroutine[None, None, T]) -> T:
    """Run a sender's coroutine in an event loop of its own, a fast one."""
    return uvloop.run(work)


async def run(
    sender: Sender, small: Callable[[], Awaitable[int]], said: Callable[[str], None]
) -> None:
    """Send what is due, for ever, until sender.stopping: deliveries in one lane, small letters in another.

    Call it only with the sender's lock held (Database.alone("sender")), after `settle_past`.
    """
    with sender.database.watching() as commits:
        lanes = (lambda: _deliveries(sender)), small
        await asyncio.gather(*(_lane(sender, once, commits, said) for once in lanes))


def settle_past(
    session: Session,
    pasts: Sequence[Past],
    home: str,
    present: Callable[[], frozenset[str]],
    now: datetime,
) -> int:
    """Record what dead senders left. Returns how many messages became uncertain.

    Claims signed under `home` (every home, if it is empty) by a journal that is not `present` have lost it. Who claims is read
    first: a sender that ends in between has settled its claims before its journal goes.
    """
    uncertain = sum(replay(session, past, now) for past in pasts)
    return uncertain + give_up_claims(session, claimers(session, home) - present())


async def _lane(
    sender: Sender,
    once: Callable[[], Awaitable[int]],
    commits: Callable[[], int],
    said: Callable[[str], None],
) -> None:
    while not sender.stopping:
        try:
            await once()
        except NewsletterError as error:
            said(str(error))
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
