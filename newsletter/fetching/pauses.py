"""Whose turn it is: one request at a time to each host, a pause between two, and not too many at once in all."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import zip_longest
from typing import TypeVar

from newsletter.fetching.hosts import is_this_machine

T = TypeVar("T")


class Pauses:
    """The turns of one gathering. Hosts on this machine are asked one at a time, without a pause."""

    def __init__(self, at_once: int, gap_s: float) -> None:
        self._all, self._gap_s = asyncio.Semaphore(at_once), gap_s
        self._hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}  # by the loop's clock
        self._resting: dict[str, str] = {}

    def leave_alone(self, host: str, why: str) -> None:
        """Ask this host nothing more: it wants to be left alone."""
        self._resting.setdefault(host, why)

    def reason_left_alone(self, host: str) -> str:
        """Return why a host is asked nothing, or ""."""
        return self._resting.get(host, "")

    @asynccontextmanager
    async def request_to(self, host: str) -> AsyncIterator[None]:
        """Wait for the turn of `host`, and hold it."""
        loop = asyncio.get_running_loop()
        async with self._hosts[host]:
            await asyncio.sleep(max(0.0, self._free_at.get(host, 0.0) - loop.time()))
            try:
                async with self._all:
                    yield
            finally:
                self._free_at[host] = loop.time() + (0.0 if is_this_machine(host) else self._gap_s)


def interleave_by_host(values: Iterable[T], host: Callable[[T], str]) -> Iterator[T]:
    """Give the first of each host, then the second of each: a host with many does not make the others wait."""
    queues: dict[str, list[T]] = defaultdict(list)
    for value in values:
        queues[host(value)].append(value)
    for level in zip_longest(*([(one,) for one in queue] for queue in queues.values())):
        yield from (one[0] for one in level if one is not None)
