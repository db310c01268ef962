"""Pure. Read a cadence as people write it: days, a time, a time zone.

Tuesday 09:00 Europe/Berlin
Mon, Thu 09:00 Europe/Berlin                        daily, weekdays, Monday to Wednesday
every 2 weeks from 2026-12-01 09:00 Europe/Berlin   every second Friday from 2026-12-04
15 of the month 09:00 Europe/Berlin                 1st and 15th, last day of the month
first Tuesday of the month 09:00 Europe/Berlin      last Friday, first and third Monday
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, time
from zoneinfo import ZoneInfo

from newsletter.cadence.dates import Cadence
from newsletter.cadence.patterns import (
    DAYS,
    EVERY_DAY,
    LAST,
    LAST_DAY,
    MOST_WEEKS,
    WEEKEND,
    WORKDAYS,
    MonthDays,
    MonthWeekdays,
    Pattern,
    Weekdays,
    begin_on,
)
from newsletter.cadence.printing import text_of
from newsletter.errors import Refused
from newsletter.text import one_line

CADENCE_CHARS = 80  # as long as the column
READ_CHARS = 200  # nobody writes a longer one
WORD_CHARS = 40  # of a word that an error repeats
# Files beside the zones: the machine's own time, none at all, and zones by other rules.
NO_ZONES = re.compile(r"localtime|Factory|posixrules|(?:posix|right)/.*")
TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
DAY_NUMBER = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
BETWEEN = str.maketrans(",;&–—", "   --")
YEARS = range(2000, 2100)  # of a date from which weeks count
OF_MONTH = frozenset(
    {
        "month",
        "months",
        "monthly",
    }
)
# Words without which a sentence says the same.
FILLERS = OF_MONTH | {"and", "at", "the", "on", "in", "a", "of", "each"}
WHOLE_WEEKS = {
    ("daily",): EVERY_DAY,
    ("day",): EVERY_DAY,
    ("weekdays",): WORKDAYS,
    ("weekday",): WORKDAYS,
    ("working", "days"): WORKDAYS,
    ("weekends",): WEEKEND,
    ("weekend",): WEEKEND,
}
ORDER_WORDS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": LAST,
}
NUMBERS = {
    **{word: number for number, word in enumerate(("two", "three", "four", "five", "six"), 2)},
    **{word: order for word, order in ORDER_WORDS.items() if order > 1},
    "other": 2,
}
WEEKLY = frozenset(
    {
        "every",
        "week",
        "weekly",
    }
)
FORTNIGHTLY = frozenset(
    {
        "fortnightly",
        "biweekly",
        "fortnight",
    }
)
EXAMPLES = (
    "A cadence looks like `Tuesday 09:00 Europe/Berlin`: days, time, IANA time zone. For the days "
    "write Tuesday, or Mon, Thu, or daily, or weekdays, or every 2 weeks from 2026-12-01, or "
    "15 of the month, or last day of the month, or first Tuesday of the month."
)


class BadCadence(Refused):
    """A cadence cannot be read; the message says what to write instead."""

    def __init__(
        self,
        reason: str = "",
    ) -> None:
        super().__init__(f"{reason} {EXAMPLES}".strip())
        self.reason = reason


def parse(text: str) -> Cadence:
    """Read a cadence. Raises BadCadence, which says what to write."""
    words = text[:READ_CHARS].translate(BETWEEN).split()
    if len(text) > READ_CHARS or len(words) < 3:  # days, time and zone
        raise BadCadence
    *days, clock, zone = words
    cadence = Cadence(_pattern([day.casefold() for day in days]), read_time(clock), read_zone(zone))
    if len(text_of(cadence)) > CADENCE_CHARS:
        raise BadCadence("That names too many days.")
    return cadence


def read_time(word: str) -> time:
    """Read a time of day, like 09:00. Raises BadCadence."""
    found = TIME.fullmatch(word)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return time(int(found[1]), int(found[2]))
    raise BadCadence(f"{_quoted(word)} is no time of day: write it like 09:00 or 17:30.")


def read_zone(word: str) -> ZoneInfo:
    """Read the name of a time zone. Raises BadCadence."""
    try:
        if not NO_ZONES.fullmatch(word):
            return ZoneInfo(word)
    except (ValueError, KeyError, OSError):
        pass  # refused below, as those that no other machine knows
    raise BadCadence(
        f"{_quoted(word)} is no time zone: write its IANA name, like Europe/Berlin or UTC."
    )


def _pattern(words: list[str]) -> Pattern:
    """Read the days of a cadence from its words, all of them lower case."""
    words, start = _split_start(words)
    every, words = _split_interval(words)
    if every and start:
        return begin_on(_weekdays(words) or (start.weekday(),), every, start)
    if every:
        raise BadCadence(
            "Say from which date the weeks count, like `every 2 weeks from 2026-12-01`; or write "
            "`second Tuesday of the month`."
        )
    if "fifth" in words or "5th" in words:
        raise BadCadence("Not every month has a fifth one: write `last Friday of the month`.")
    if start:
        raise BadCadence("A date belongs to `every 2 weeks from 2026-12-01` only.")
    return _without_start(words)


def _without_start(words: list[str]) -> Pattern:
    bare = [word for word in words if word not in FILLERS and word != "every"]
    if not bare:
        raise BadCadence("The days are missing.")
    is_of_month = not OF_MONTH.isdisjoint(words)
    has_orders = any(word in ORDER_WORDS for word in bare)
    if has_orders and any(_is_day(word) for word in bare):
        return MonthWeekdays(tuple(sorted(set(_ordered(bare)), key=_by_order)))
    if is_of_month or has_orders or any(DAY_NUMBER.fullmatch(word) for word in bare):
        return MonthDays(tuple(sorted(set(_month_days(bare)))))
    return Weekdays(_weekdays(words))


def _split_start(words: list[str]) -> tuple[list[str], date | None]:
    """Take `from DATE` out; returns the other words, and the date."""
    for number, word in enumerate(words):
        if word in {"from", "starting", "since"}:
            dates = words[number + 1 : number + 2]
            return [*words[:number], *words[number + 2 :]], _start_date(dates)
    return words, None


def _start_date(words: Sequence[str]) -> date:
    for word in words:
        try:
            if ISO_DATE.fullmatch(word) and int(word[:4]) in YEARS:
                return date.fromisoformat(word)
        except ValueError:
            break
    raise BadCadence("After `from` comes a date as year, month and day, like 2026-12-01.")


def _split_interval(words: list[str]) -> tuple[int, list[str]]:
    """Take `every 2 weeks` out; returns the number of weeks, 0 for none, and the other words."""
    if words and words[0] in FORTNIGHTLY:
        return 2, words[1:]
    match words:
        case ["every", number, "week" | "weeks", *others]:
            return _weeks(number), others
        case ["every", "fortnight", *others]:
            return 2, others
        # "every second Tuesday of the month" names a day of the month.
        case ["every", number, *others] if number in NUMBERS and OF_MONTH.isdisjoint(words):
            return NUMBERS[number], others
    return 0, words


def _weeks(word: str) -> int:
    number = NUMBERS.get(word) or _whole(word)
    if number not in range(2, MOST_WEEKS + 1):  # every week has no number
        raise BadCadence(f"Between two issues are 2 to {MOST_WEEKS} weeks.")
    return number


def _whole(word: str) -> int:
    return int(word) if DAY_NUMBER.fullmatch(word) and word.isdecimal() else 0


def _weekdays(words: list[str]) -> tuple[int, ...]:
    """Read weekdays, () for none: names, ranges like `Mon-Fri`, or a word for several."""
    bare = [word for word in words if word not in FILLERS and word not in WEEKLY]
    whole = WHOLE_WEEKS.get(tuple(bare))
    if whole:
        return whole
    return tuple(sorted(set(_days_named(_with_ranges_split(bare)))))


def _with_ranges_split(words: Sequence[str]) -> list[str]:
    return " ".join(words).replace("-", " to ").split()


def _days_named(words: Sequence[str]) -> Iterator[int]:
    """Give each day that is named, and those of a range: `mon to fri`, `sat to mon`."""
    previous = -1
    is_range = False
    for word in words:
        if word == "to" and previous >= 0 and not is_range:
            is_range = True
            continue
        day = _day(word)
        first = previous + 1 if is_range else day
        yield from (number % 7 for number in range(first, first + (day - first) % 7 + 1))
        previous, is_range = day, False
    if is_range:
        raise BadCadence("After `to` comes a weekday, like `Monday to Friday`.")


def _is_day(word: str) -> bool:
    return _find_day(word) is not None


def _day(word: str) -> int:
    day = _find_day(word)
    if day is None:
        raise BadCadence(f"{_quoted(word)} is no weekday.")
    return day


def _find_day(word: str) -> int | None:
    """Return the number of a weekday: its name, its plural, or its first letters, three or more."""
    name = _singular(word.rstrip("."))
    days = (number for number, day in enumerate(DAYS) if day.casefold().startswith(name))
    return next(days, None) if len(name) > 2 else None  # "t" may be two days


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 4 else word  # "tues" is no plural


def _ordered(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give the weekdays of a month: `first tuesday`, `first third monday`, `first mon last fri`."""
    orders: list[int] = []
    days_came = True
    for word in words:
        order = ORDER_WORDS.get(word)
        if order is not None:
            orders = [order] if days_came else [*orders, order]
            days_came = False
            continue
        if days_came:
            raise BadCadence(f"Say which {_quoted(word)} of the month: first to fourth, or last.")
        day = _day(word)
        yield from ((order, day) for order in orders)
        days_came = True
    if not days_came:
        raise BadCadence("After first, second or last comes a weekday.")


def _by_order(
    day: tuple[int, int],
) -> tuple[int, int]:
    """The first ones of a month come first, and the last ones last."""
    order, weekday = day
    return (order if order != LAST else 5), weekday


def _month_days(words: Sequence[str]) -> Iterator[int]:
    """Give the days of a month: `15`, `1st 15th`, `day 15`, `last day`."""
    for word in words:
        if word in {"day", "days"}:
            continue
        found = DAY_NUMBER.fullmatch(word)
        number = LAST_DAY if word == "last" else int(found[1]) if found else 0
        number = number or ORDER_WORDS.get(word, 0)
        if not 1 <= number <= LAST_DAY:
            raise BadCadence(f"{_quoted(word)} is no day of a month: write 1 to 31, or last day.")
        yield number
    if all(word in {"day", "days"} for word in words):
        raise BadCadence("Say which day of the month: 1 to 31, or last day.")


def _quoted(word: str) -> str:
    return f"“{one_line(word)[:WORD_CHARS]}”"
