"""A clock for the story: it is set, and in the end let go, so that it runs on from there."""

from datetime import UTC, datetime, timedelta


class StoryClock:
    """Stands still until `run`, then runs with the machine's clock."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
        self._offset: timedelta | None = None

    def now(self) -> datetime:
        if self._offset is not None:
            return datetime.now(UTC) + self._offset
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def run(self) -> None:
        self._offset = self._at - datetime.now(UTC)
