"""Time comes from here: always aware, always UTC. The demo and tests set a clock of their own."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

# What is to be done at once is due then: whoever wrote it may have had a clock that was ahead, and
# whoever does it has another one.
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> datetime:
        """Return the aware time in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that starts at a given instant and moves only by hand."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def move_by(self, step: timedelta) -> None:
        self._at += step
