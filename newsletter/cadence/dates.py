"""Pure. When a publication comes out, right over daylight saving.

A local time that does not exist (clocks go forward) counts as the instant after the gap. A local
time that comes twice counts once, the first time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from newsletter.cadence.patterns import Pattern, Weekdays
from newsletter.cadence.skips import SkippedDates
from newsletter.errors import Refused

MONTHLY_DAY = 3
A_DAY = timedelta(days=1)
A_YEAR = timedelta(days=366)
# A pattern that has begun comes out within so many days: MOST_WEEKS, and the days of both weeks.
LONGEST_DAYS = 200


class NeverComes(Refused):
    """No issue would come out within a year. Skip fewer dates, or choose other days."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """On the days of `pattern`, save those of `skips`, at the local time `at` in `zone`."""

    pattern: Pattern
    at: time
    zone: ZoneInfo
    skips: tuple[SkippedDates, ...] = ()

    def has(
        self,
        day: date,
    ) -> bool:
        """True if it comes out on that day, which is not skipped."""
        return self.pattern.has(day) and not any(
            skip.first <= day <= skip.last for skip in self.skips
        )


def next_due(
    cadence: Cadence,
    after: datetime,
) -> datetime:
    """Return the first deadline strictly after `after`, aware in UTC."""
    return next(_deadlines(cadence, after))


def next_dates(
    cadence: Cadence,
    after: datetime,
    count: int,
) -> list[datetime]:
    """Return the next deadlines after `after`, so many."""
    return list(islice(_deadlines(cadence, after), count))


def previous_due(
    cadence: Cadence,
    before: datetime,
) -> datetime | None:
    """Return the last deadline at or before `before`, aware in UTC; None if it had not begun."""
    # A day ahead: a gap of a night may push a deadline onto the next local day.
    day = before.astimezone(cadence.zone).date() + A_DAY
    skipped_days = sum(skip.days for skip in cadence.skips)
    for back in range(LONGEST_DAYS + skipped_days):
        tried = day - timedelta(days=back)
        if cadence.has(tried):
            due_at = _due_on(cadence, tried)
            if due_at <= before:
                return due_at
    return None


def span_of(
    cadence: Cadence,
    due_at: datetime,
) -> tuple[datetime, datetime]:
    """Return the time for which the issue of a deadline stands: from, and until before.

    It is the deadline's week, Monday to Monday, if the cadence has no other deadline in that week.
    Else it is the deadline's day. Both begin at midnight in the zone. A skipped
    date counts as one here: skipping a day does not change what another day stands for.
    """
    day = due_at.astimezone(cadence.zone).date()
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=number) for number in range(7)]
    if any(cadence.pattern.has(other) for other in week if other != day):
        return _midnight(cadence, day), _midnight(cadence, day + A_DAY)
    return _midnight(cadence, monday), _midnight(cadence, monday + timedelta(days=7))


def check_comes(cadence: Cadence, now: datetime) -> None:
    """Raise NeverComes if no deadline comes within a year."""
    due_at = next_due(cadence, now)
    if due_at > now + A_YEAR:
        raise _comes_late(cadence, due_at)


def _comes_late(cadence: Cadence, due_at: datetime) -> NeverComes:
    day = due_at.astimezone(cadence.zone)
    return NeverComes(
        f"No issue would come out before {day:%-d %B %Y}. Skip fewer dates, or choose other days."
    )


def month_due(
    cadence: Cadence,
    now: datetime,
) -> tuple[date, datetime]:
    """Return the first day of the month before, and when its best-of is due.

    It is due on the third of this month, at the time of day of the issues.
    """
    here = now.astimezone(cadence.zone).date().replace(day=1)
    due_at = _due_on(cadence, here.replace(day=MONTHLY_DAY))
    return (here - A_DAY).replace(day=1), due_at


def instant(
    local: datetime,
    zone: ZoneInfo,
) -> datetime:
    """Return the instant in UTC: fold=0 is the first of two, and a gap is passed on the way."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _deadlines(
    cadence: Cadence,
    after: datetime,
) -> Iterator[datetime]:
    """Give the deadlines after `after`, each later than the one before."""
    last = after
    # A day back: a gap of a night may push a deadline onto the next local day.
    day = after.astimezone(cadence.zone).date() - A_DAY
    start = cadence.pattern.start if isinstance(cadence.pattern, Weekdays) else None
    day = max(day, start or day)
    while True:
        if cadence.has(day):
            due_at = _due_on(cadence, day)
            # A zone that crossed the date line left out a day: two deadlines are one instant.
            if due_at > last:
                last = due_at
                yield due_at
        day += A_DAY


def _due_on(
    cadence: Cadence,
    day: date,
) -> datetime:
    return instant(datetime.combine(day, cadence.at), cadence.zone)


def _midnight(
    cadence: Cadence,
    day: date,
) -> datetime:
    return instant(datetime.combine(day, time()), cadence.zone)
