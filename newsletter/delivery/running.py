"""The sender's life: one per database, from its lock to its end. Small letters have a lane of their own."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlmodel import Session

from newsletter.delivery.claiming import finish_if_done, give_up_claims
from newsletter.delivery.reading import under_way
from newsletter.delivery.sending import Sender, due_count
from newsletter.errors import NewsletterError

IDLE_S = 1.0
NAP_S = 0.1
TROUBLED_S = 10.0


async def run(sender: Sender, small: Callable[[], Awaitable[int]], said: Callable[[str], None]) -> None:
    """Send what is due, for ever, until sender.stopping: deliveries in one lane, small letters in another.

    Call it only with the sender's lock held (Database.alone("sender")), after `begin`.
    """
    await asyncio.gather(_lane(sender, lambda: _deliveries(sender), said), _lane(sender, small, said))


def begin(session: Session) -> int:
    """What a dead sender left claimed is uncertain. Returns how many."""
    return give_up_claims(session)


async def _lane(sender: Sender, once: Callable[[], Awaitable[int]], said: Callable[[str], None]) -> None:
    while not sender.stopping:
        wait_s = IDLE_S
        try:
            await once()
        except NewsletterError as error:
            said(str(error))
            wait_s = TROUBLED_S
        await _sleep(sender, wait_s)


async def _sleep(sender: Sender, seconds: float) -> None:
    """Sleep in short naps: the wish to stop comes from another thread."""
    for _ in range(int(seconds / NAP_S)):
        if not sender.stopping:
            await asyncio.sleep(NAP_S)


async def _deliveries(sender: Sender) -> int:
    started = 0
    for delivery in await asyncio.to_thread(sender.database.read, under_way):
        key = delivery.id or 0
        if await asyncio.to_thread(sender.database.read, due_count, key, sender.clock.now()):
            await sender.deliver(key)
            started += 1
        else:
            await asyncio.to_thread(sender.database.write, finish_if_done, key, sender.clock.now())
    return started
