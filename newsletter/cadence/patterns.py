"""Pure. The days of a cadence: of every week or every few weeks, of the month, or its weekdays."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = tuple(range(7))
WORKDAYS = tuple(range(5))
WEEKEND = (5, 6)
MOST_WEEKS = 26
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
        weeks = (_monday(day) - _monday(self.start)).days // 7
        return day >= self.start and weeks % self.every == 0


@dataclass(frozen=True, slots=True)
class MonthDays:
    """Days of each month by their number; in a shorter month the last day stands for a later."""

    days: tuple[int, ...]

    def has(
        self,
        day: date,
    ) -> bool:
        """True if it comes out on that day."""
        last = monthrange(day.year, day.month)[1]
        return day.day in self.days or (day.day == last and max(self.days) > last)


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
        nth = (day.day - 1) // 7 + 1
        is_last = (day + timedelta(days=7)).month != day.month
        weekday = day.weekday()
        return (nth, weekday) in self.days or (is_last and (LAST, weekday) in self.days)


Pattern = Weekdays | MonthDays | MonthWeekdays


def begin_on(
    days: tuple[int, ...],
    every: int,
    day: date,
) -> Weekdays:
    """Return the days of every few weeks, counted from the first of them at or after `day`."""
    ahead = min((weekday - day.weekday()) % 7 for weekday in days)
    return Weekdays(days, every, day + timedelta(days=ahead))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
