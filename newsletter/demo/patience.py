"""Waiting for what other threads of the demo do: with a pause after each look, and an end."""

import time
from collections.abc import Iterator

from newsletter.errors import Unavailable

PATIENCE_S = 600  # a slow machine plays the story, too


class Stuck(Unavailable):
    """The delivery did not end in time. Its own state is above."""


def looks(pause_s: float) -> Iterator[None]:
    """Yield again and again with a pause, until patience ends."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        yield
        time.sleep(pause_s)
