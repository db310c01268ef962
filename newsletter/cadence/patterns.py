"""Pure. The days of a cadence: of every week or every few weeks, of the month, or its weekdays."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = tuple(range(7))
WORKDAYS = tuple(range(5))
WEEKEND = (5, 6)
MOST_WEEKS = 26
A_WEEK = timedelta(weeks=1)
LAST = -1  # the last Friday of a month
LAST_DAY = 31  # of every month, also of a shorter one


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of each week, Monday is 0; or of each `every`th week, counted from the day `start`.

    `start` is the first of its days: a week's number says nothing, because some years have 53.
    """

    days: tuple[int, ...]
    every: int = 1
    start: date | None = None

    def has(
        self,
        day: date,
    ) -> bool:
        """True if it comes out on that day."""
        if day.weekday() not in self.days:
            return False
        if self.start is None:
            return True
        return day >= self.start and _weeks_between(self.start, day) % self.every == 0


@dataclass(frozen=True, slots=True)
class MonthDays:
    """Days of each month by their number; in a shorter month the last day stands for a later."""

    days: tuple[int, ...]

    def has(
        self,
        day: date,
    ) -> bool:
        """True if it comes out on that day."""
        return day.day in self.days or (_is_last(day) and max(self.days) > day.day)


@dataclass(frozen=True, slots=True)
class MonthWeekdays:
    """Weekdays of each month, each with its order: (1, 1) is the first Tuesday.

    The order is 1 to 4, or LAST: not every month has a fifth.
    """

    days: tuple[tuple[int, int], ...]

    def has(
        self,
        day: date,
    ) -> bool:
        """True if it comes out on that day."""
        weekday = day.weekday()
        return any((order, weekday) in self.days for order in _orders(day))


Pattern = Weekdays | MonthDays | MonthWeekdays


def begin_on(
    days: tuple[int, ...],
    every: int,
    day: date,
) -> Weekdays:
    """Return the days of every few weeks, counted from the first of them at or after `day`."""
    return Weekdays(days, every, day + timedelta(days=_days_ahead(days, day)))


def _days_ahead(days: tuple[int, ...], day: date) -> int:
    return min((weekday - day.weekday()) % 7 for weekday in days)


def _orders(day: date) -> Iterator[int]:
    """Give which of its weekday a day is in its month: the second, and LAST if it is that, too."""
    yield (day.day - 1) // 7 + 1
    if (day + A_WEEK).month != day.month:
        yield LAST


def _is_last(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _weeks_between(first: date, second: date) -> int:
    return (_monday(second) - _monday(first)) // A_WEEK


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
