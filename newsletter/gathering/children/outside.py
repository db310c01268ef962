"""What is outside: a fetcher that asks it, and children that read what it answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from newsletter.fetching.connecting import Guard
from newsletter.fetching.fetcher import Fetcher, open_fetcher
from newsletter.fetching.limits import Limits
from newsletter.gathering.children.pool import Children, open_children


@dataclass(frozen=True, slots=True)
class Outside:
    """The two ways in which we deal with what strangers wrote: nothing else reads it."""

    fetcher: Fetcher
    children: Children


@asynccontextmanager
async def open_outside(
    limits: Limits,
    guard: Guard | None = None,
    *,
    processes: int = 2,
) -> AsyncIterator[Outside]:
    """Open both, with as many children at most; closed at the end."""
    async with open_fetcher(limits, guard) as fetcher, open_children(processes) as children:
        yield Outside(fetcher, children)
