"""Pure. A cadence as it is stored, and in words for people."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from newsletter.cadence.dates import Cadence
from newsletter.cadence.patterns import (
    DAYS,
    EVERY_DAY,
    LAST,
    LAST_DAY,
    WORKDAYS,
    MonthDays,
    MonthWeekdays,
    Pattern,
    Weekdays,
)

ORDERS = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
FULL_WEEKS = {EVERY_DAY: "daily", WORKDAYS: "weekdays"}
ENDINGS = {1: "st", 2: "nd", 3: "rd"}
SHORT_DAYS = tuple(day[:3] for day in DAYS)
TEENS = (11, 12, 13)


def text_of(cadence: Cadence) -> str:
    """Return the line of text that is stored; `parse` reads the same cadence from it.

    Each cadence has one such line, however it was written.
    """
    return f"{_stored(cadence.pattern)} {cadence.at:%H:%M} {cadence.zone.key}"


def words_of(cadence: Cadence) -> str:
    """Say a cadence: "every second Tuesday at 09:00, Berlin time"."""
    return f"{days_of(cadence)} at {cadence.at:%H:%M}, {zone_words(cadence.zone)}"


def days_of(cadence: Cadence) -> str:
    """Say on which days it comes out: "every Tuesday", "on the last day of each month"."""
    match cadence.pattern:
        case Weekdays() as pattern:
            return _week_words(pattern)
        case MonthDays(days):
            return f"on {joined([_day_words(day) for day in days])} of each month"
        case MonthWeekdays(days):
            return f"on {joined([f'the {_order_words(*day)}' for day in days])} of each month"


def zone_words(zone: ZoneInfo) -> str:
    """Say a time zone: "Berlin time", "UTC"."""
    area, _, place = zone.key.rpartition("/")
    # Etc/GMT+5 is five hours west of Greenwich, and no place.
    return f"{place.replace('_', ' ')} time" if area not in {"", "Etc"} else zone.key


def joined(words: Sequence[str]) -> str:
    """Join words as a sentence does: "Monday, Tuesday and Friday"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _stored(pattern: Pattern) -> str:
    match pattern:
        case Weekdays(days, every, start):
            if start is None:
                return FULL_WEEKS.get(days) or _day_names(days)
            # Of one day the date says which it is.
            named = f" on {_day_names(days)}" if len(days) > 1 else ""
            return f"every {every} weeks{named} from {start.isoformat()}"
        case MonthDays(days):
            named = ", ".join("last day" if day == LAST_DAY else f"{day}" for day in days)
            return f"{named} of the month"
        case MonthWeekdays(days):
            return ", ".join(_order_words(*day) for day in days) + " of the month"


def _day_names(days: Sequence[int]) -> str:
    """A day has its full name, and several have short ones: the line has a limit."""
    if len(days) == 1:
        return DAYS[days[0]]
    return ", ".join(SHORT_DAYS[day] for day in days)


def _week_words(pattern: Weekdays) -> str:
    days = pattern.days
    named = joined([DAYS[day] for day in days])
    if pattern.start is None:
        short = {EVERY_DAY: "every day", WORKDAYS: "Monday to Friday"}
        return short.get(days, f"every {named}")
    if pattern.every == 2 and len(days) == 1:  # "every third" may be of a month
        return f"every second {named}"
    return f"every {pattern.every} weeks on {named}"


def _order_words(
    order: int,
    weekday: int,
) -> str:
    return f"{ORDERS[order]} {DAYS[weekday]}"


def _day_words(day: int) -> str:
    if day == LAST_DAY:
        return "the last day"
    return f"the {day}{_ending(day)}"


def _ending(number: int) -> str:
    return "th" if number in TEENS else ENDINGS.get(number % 10, "th")
