"""The allowance of each token: requests at once, and requests a minute (a leaky bucket).

Each process of the web counts for itself: it keeps a program in a loop from taking all of it.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.errors import Refused

A_MINUTE = 600
PER_S = A_MINUTE / 60


class TooOften(Refused):
    """This token asks too often. Wait as many seconds as Retry-After says."""

    def __init__(self, wait_s: int) -> None:
        super().__init__()
        self.wait_s = wait_s


@dataclass
class Allowances:
    """What each token has left, by its id."""

    _left: dict[int, tuple[float, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, token_id: int, now: datetime) -> None:
        """Take one request of a token's allowance. Raises TooOften."""
        with self._lock:
            left = self._left_at(token_id, now)
            if left < 1:
                raise TooOften(max(1, round((1 - left) / PER_S)))
            self._left[token_id] = left - 1, now

    def _left_at(self, token_id: int, now: datetime) -> float:
        """What a token has left; it fills again by `PER_S`."""
        left, at = self._left.get(token_id, (float(A_MINUTE), now))
        passed_s = max(0.0, (now - at).total_seconds())
        return min(A_MINUTE, left + passed_s * PER_S)
