"""Pure. The rule of a calendar's event that comes each year (RFC 5545, 3.3.10)."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

NTH_DAY = re.compile(r"([+-]?[1-5])(MO|TU|WE|TH|FR|SA|SU)")
COUNT = re.compile(r"[1-9][0-9]{0,2}")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = frozenset(
    {
        "SECONDLY",
        "MINUTELY",
        "HOURLY",
        "DAILY",
        "WEEKLY",
        "MONTHLY",
        "YEARLY",
    }
)
RULE_PARTS = frozenset(
    {
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "BYMONTH",
        "BYMONTHDAY",
        "BYDAY",
        "WKST",
    }
)


class LeftOut(Exception):
    """An event says nothing about whole days of a year; the message says why."""


class BadRule(Exception):
    """A rule is broken; the message says how."""


def days_by_rule(
    text: str,
    first: date,
    end: date,
) -> Iterator[date]:
    """Give the days up to `end` of a rule whose event begins on `first`.

    Raises LeftOut or BadRule.
    """
    rule = _rule(text)
    most = int(rule.get("COUNT", "999"))
    until = min(_until(rule, end), end)
    step = int(rule.get("INTERVAL", "1"))
    count = 0
    for year in range(first.year, until.year + 1, step):
        for day in _days_of_year(rule, first, year):
            if not first <= day <= until or count >= most:
                continue
            count += 1
            yield day


def _rule(text: str) -> Mapping[str, str]:
    """Read a rule. Raises LeftOut if it is none of each year."""
    parts = dict(part.split("=", 1) for part in text.upper().split(";") if "=" in part)
    if parts.get("FREQ") not in FREQUENCIES:
        raise BadRule("an RRULE without FREQ")
    if parts["FREQ"] != "YEARLY":
        raise LeftOut("it comes more often than once a year")
    if not parts.keys() <= RULE_PARTS:
        raise LeftOut("its rule is not understood")
    for name in ("COUNT", "INTERVAL"):
        if not COUNT.fullmatch(parts.get(name, "1")):
            raise BadRule(f"{name} is no number from 1 to 999")
    return parts


def _until(rule: Mapping[str, str], end: date) -> date:
    try:
        return date.fromisoformat(rule.get("UNTIL", "")[:8])
    except ValueError:  # none, or none that is a day
        return end


def _days_of_year(
    rule: Mapping[str, str],
    first: date,
    year: int,
) -> Sequence[date]:
    months = _numbers(rule.get("BYMONTH", str(first.month)), 1, 12)
    found: set[date] = set()
    for month in months:
        found.update(_days_of_month(rule, first, year, month))
    return sorted(found)


def _days_of_month(
    rule: Mapping[str, str],
    first: date,
    year: int,
    month: int,
) -> Iterator[date]:
    last = monthrange(year, month)[1]
    if "BYDAY" in rule:
        if "BYMONTHDAY" in rule or "BYMONTH" not in rule:
            raise LeftOut("its rule is not understood")
        for word in rule["BYDAY"].split(","):
            yield from _nth_days(word, date(year, month, 1), last)
        return
    for day in _numbers(rule.get("BYMONTHDAY", str(first.day)), -31, 31):
        number = day if day > 0 else last + 1 + day
        # 29 February comes in leap years only (3.3.10).
        if 1 <= number <= last:
            yield date(year, month, number)


def _nth_days(
    word: str,
    month: date,
    last: int,
) -> Iterator[date]:
    """Give the day of `4TH`, the fourth Thursday of a month, or of `-1MO`, its last Monday."""
    found = NTH_DAY.fullmatch(word)
    if found is None:
        raise LeftOut("its rule is not understood")
    nth = int(found[1])
    ahead = (DAYS.index(found[2]) - month.weekday()) % 7
    days = list(range(1 + ahead, last + 1, 7))
    if abs(nth) <= len(days):
        yield month.replace(day=days[nth - 1 if nth > 0 else nth])


def _numbers(
    text: str,
    least: int,
    most: int,
) -> list[int]:
    words = text.split(",")
    bare = [word.removeprefix("-").removeprefix("+") for word in words]
    if not all(word.isascii() and word.isdecimal() and len(word) <= 2 for word in bare):
        raise LeftOut("its rule is not understood")
    numbers = [int(word) for word in words]
    if not all(least <= number <= most and number for number in numbers):
        raise LeftOut("its rule is not understood")
    return numbers
