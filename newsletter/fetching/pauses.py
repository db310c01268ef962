"""Pauses between requests: one at a time to each host, a gap after it, not too many at once in all.

Nobody's server is to notice a gathering.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar

from newsletter.fetching.hosts import is_this_machine

T = TypeVar("T")


class Pauses:
    """The pauses of one gathering: `gap_s` seconds after each request, `at_once` requests in all.

    Hosts on this machine are asked one at a time, too, but without a gap.
    """

    def __init__(self, at_once: int, gap_s: float) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._gap_s = gap_s
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}  # by the loop's clock
        self._left_alone: dict[str, str] = {}

    def leave_alone(self, host: str, reason: str) -> None:
        """Ask this host nothing more. Of several reasons the first stays."""
        self._left_alone.setdefault(host, reason)

    def reason_left_alone(self, host: str) -> str:
        """Return why a host is asked nothing more, or ""."""
        return self._left_alone.get(host, "")

    @asynccontextmanager
    async def request_to(self, host: str) -> AsyncIterator[None]:
        """Wait until `host` may be asked, and hold it for one request."""
        async with self._locks[host]:
            # The gap is waited for without one of the places: a slow host must not keep others out.
            await asyncio.sleep(self._left_of_gap(host))
            try:
                async with self._places:
                    yield
            finally:
                # A request that failed was a request.
                self._begin_gap(host)

    def _left_of_gap(self, host: str) -> float:
        """Return the seconds until the gap after the last request is over."""
        now = asyncio.get_running_loop().time()
        return max(0.0, self._free_at.get(host, 0.0) - now)

    def _begin_gap(self, host: str) -> None:
        """Let the gap after a request begin now; this machine needs none."""
        gap_s = 0.0 if is_this_machine(host) else self._gap_s
        self._free_at[host] = asyncio.get_running_loop().time() + gap_s


def interleave_by_host(values: Iterable[T], host: Callable[[T], str]) -> Iterator[T]:
    """Yield the first of each host, then the second of each, and so on.

    A host with many does not make the others wait.
    """
    queues: dict[str, list[T]] = defaultdict(list)
    for value in values:
        queues[host(value)].append(value)
    place = 0
    waiting = list(queues.values())
    while waiting:
        for queue in waiting:
            yield queue[place]
        place += 1
        waiting = [queue for queue in waiting if len(queue) > place]
