"""The turnstile: one password is hashed at a time, and a few wait.

A hash takes 64 MiB and all cores. Forty at once stopped the whole site, and took a small machine's
memory. Who finds the queue full is sent away at once, so that they hold no thread of the pages.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from newsletter.errors import Unavailable

MOST_WAITING = 4
MOST_WAITING_KNOWN = 8  # a browser that we know finds a place behind strangers


class Crowded(Unavailable):
    """Many people are logging in at this moment. Try again in a few seconds."""

    wait_s = 5


class Turnstile:
    """Lets one pass at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._here = 0  # who passes, and who waits

    @contextmanager
    def passing(self, *, is_known: bool) -> Iterator[None]:
        """Wait for the turn, and keep it until the block ends. Raises Crowded."""
        self._enter(1 + (MOST_WAITING_KNOWN if is_known else MOST_WAITING))
        try:
            with self._turn:
                yield
        finally:
            with self._counting:
                self._here -= 1

    def _enter(self, places: int) -> None:
        with self._counting:
            if self._here >= places:
                raise Crowded
            self._here += 1
