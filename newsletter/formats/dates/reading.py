"""Pure. Dates as they are written in feeds and on pages, never guessed from half a date.

A zone that is missing or unknown counts as UTC. `5/6/2026` is read as in the United States (May
6th) unless only the other order is a date; with dots or dashes the day comes first. Whether a date
in the future is believed is judged where articles are stored.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from newsletter.formats.dates.clocks import Clock, take_clock, take_zone, to_clock
from newsletter.formats.dates.months import MONTHS, fold, without_phrases
from newsletter.formats.dates.zones import offset

# The zero dates of Unix, DOS, .NET and Go (1970, 1980, 1601, 1) say nothing.
FIRST_YEAR = 1981
LAST_YEAR = 2199
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
LONGEST = 120  # characters looked at
ALONE = 60  # characters of a text that is a date and little else
MIDNIGHT = (0, 0, 0)

ISO = re.compile(
    r"[+]?(\d{4})(-?)(\d{2})\2(\d{2})"
    r"(?:[t_ ]+(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?|(?!\d))"
)
EPOCH = re.compile(r"(\d{9,10}|\d{13}|\d{16})(?:\.\d+)?")
EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
NUMERIC = re.compile(r"(?<![\w./-])(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{1,2})(?!\d|\.\d)")
# Letters with their marks, which Python counts as no part of a word in some scripts.
NAME = r"([^\s\d.,:;/()_'-]{2,14})"
DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|[oa.])?[\s,/-]*(?:de\s|d'|of\s)?\s*{NAME}\.?"
    r"[\s,/-]*(?:de\s|del\s|of\s)?\s*'?(\d{4}|\d{2})(?!\d)"
)
MONTH_FIRST = re.compile(
    rf"{NAME}\.?[\s/-]*(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s,/-]+(\d{{4}})(?!\d)"
)
YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}})\.?[\s,/-]+{NAME}\.?[\s,/-]*(\d{{1,2}})(?!\d)")
# Lithuanian and Latvian have the day between: 2026 m. 27 lapkričio, 2026. gada 27. novembris
YEAR_DAY = re.compile(
    rf"(?<!\d)(\d{{4}})\.?\s?(?:m|gada|g)?\.?\s(?:(\d{{1,2}})\.?\s{NAME}|{NAME}\s(\d{{1,2}})(?!\d))"
)
VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s?thang\s(\d{1,2}),?\s(?:nam\s)?(\d{4})(?!\d)")
ERA = re.compile(r"(令和|民國|民国)\s?(\d{1,3}|元)\s?年")
ERAS = {"令和": 2018, "民國": 1911, "民国": 1911}
BUDDHIST = 543  # years ahead, in Thailand
YearMonthDay = tuple[int, int, int]
NamedDay = tuple[str, str, str]  # year, name of the month, which may be any word, and day


def read_date(text: str) -> datetime | None:
    """Return the instant that a date means, aware UTC; None if it is no whole date.

    Never raises.
    """
    # Cut twice: one sign of Arabic becomes eighteen letters when it is folded.
    text = fold(text[:LONGEST].strip())[:LONGEST]
    if not text.isascii():
        text = ERA.sub(_without_era, without_phrases(text))
    if EPOCH.fullmatch(text):
        return _epoch(text)
    # ISO first: Atom, JSON Feed and JSON-LD have nothing else.
    if iso := ISO.match(text):
        return _iso(iso, text)
    return _in_words(text)


def _without_era(match: re.Match[str]) -> str:
    """Return the year of an era, as Japan and Taiwan count, as that of the common one."""
    return f"{ERAS[match[1]] + _year_of_era(match[2])}年"


def _year_of_era(count: str) -> int:
    """Return a year of an era as a number: the first one has a word."""
    return 1 if count == "元" else int(count)


def first_date(texts: Iterable[str]) -> datetime | None:
    """Return the first date among texts."""
    for text in texts:
        # Most fields of an item are empty: they are not worth six patterns.
        if text and (date := read_date(text)):
            return date
    return None


def first_date_alone(texts: Iterable[str]) -> datetime | None:
    """Return the first date among texts that say little else: a date in a sentence is its own."""
    return first_date(text for text in texts if len(text) <= ALONE)


def _epoch(digits: str) -> datetime | None:
    """Read seconds, milliseconds or microseconds since 1970."""
    # Not fromtimestamp() of the number itself: it raises for a year that the C library refuses.
    at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=_microseconds(digits))
    return at if at.year in YEARS else None


def _microseconds(digits: str) -> int:
    """Return the time that is meant in microseconds; the length of the digits tells its unit."""
    whole = digits.split(".")[0]
    return int(whole.ljust(16, "0") if len(whole) > 10 else f"{whole}000000")


def _iso(match: re.Match[str], text: str) -> datetime | None:
    """Read a date of ISO 8601 (RFC 3339), with or without dashes and colons."""
    year, _, month, day, hour, minute, second = match.groups()
    if hour:
        clock = to_clock(hour, minute, second)
        zone = take_zone(text, match.end())[0]
    else:
        # What follows a day may be no time of day: `2026-05-05 at home`.
        found, zone, _ = take_clock(text[match.end() :])
        clock = found or MIDNIGHT
    return _instant(_day(year, month, day), clock, zone)


def _in_words(text: str) -> datetime | None:
    """Read a date of RFC 5322, of the C library, or as people write it."""
    clock, zone, rest = take_clock(text)
    for day in _days(rest, bare=clock is None):
        if at := _instant(day, clock or MIDNIGHT, zone):
            return at
    # What looked like a time may be the day: `um 5. Mai 2026`.
    days = map(beginning_of, _days(text, bare=True)) if clock else ()
    return next(filter(None, days), None)


def _days(text: str, *, bare: bool) -> Iterator[YearMonthDay]:
    """Yield the days that may be meant, the likeliest first; `bare` is without a time of day."""
    for parts in EAST_ASIAN.findall(text):
        yield _day(*parts)
    for day, month, year in VIETNAMESE.findall(text):
        yield _day(year, month, day)
    for year, name, day in _named_days(text, bare=bare):
        if name in MONTHS:
            yield _full_year(year), MONTHS[name], int(day)
    for parts in NUMERIC.findall(text):
        yield from _numeric_days(*parts)


def _named_days(text: str, *, bare: bool) -> Iterator[NamedDay]:
    yield from _day_first(text, bare=bare)
    for month, day, year in MONTH_FIRST.findall(text):
        yield year, month, day
    yield from YEAR_FIRST.findall(text)
    for year, day_before, later, name, day_behind in YEAR_DAY.findall(text):
        yield year, later or name, day_before or day_behind


def _day_first(text: str, *, bare: bool) -> Iterator[NamedDay]:
    """Yield what is written as `5 May 2026`."""
    for match in DAY_FIRST.finditer(text):
        day, month, year = match.groups()
        # `5 May 20 people came`: without a time, two digits are a year only at the end.
        if len(year) == 4 or not bare or match.end() == len(text):
            yield year, month, day


def _numeric_days(
    first: str,
    mark: str,
    second: str,
    third: str,
) -> Sequence[YearMonthDay]:
    """Return what three numbers with `mark` between them may mean."""
    if len(first) == 4:
        return [_day(first, second, third)]
    if len(first) == 3 or not _is_year(mark, third):
        return []
    days = [_day(third, first, second), _day(third, second, first)]
    # Americans put the month first, and only they write slashes.
    return days if mark == "/" else days[::-1]


def _is_year(mark: str, digits: str) -> bool:
    # 1.2.26 may as well be a version: only slashes make a short year.
    return len(digits) == 4 or (mark == "/" and len(digits) == 2)


def _day(
    year: str,
    month: str,
    day: str,
) -> YearMonthDay:
    """Return a day whose month is a number; its year may have two digits."""
    return _full_year(year), int(month), int(day)


def _full_year(digits: str) -> int:
    # RFC 5322, 4.3, adds 1900 or 2000; the turn is at 69, as POSIX has it.
    year = int(digits)
    if len(digits) == 4:
        return _common_year(year)
    return year + (2000 if year < 69 else 1900)


def _common_year(year: int) -> int:
    """Return a year of four digits as most of the world counts it."""
    return year - BUDDHIST if year - BUDDHIST in YEARS else year


def _instant(
    day: YearMonthDay,
    clock: Clock,
    zone: str,
) -> datetime | None:
    """Return the instant in UTC; None if there is no such day or time."""
    begins_at = beginning_of(day)
    if begins_at is None or not _is_time(clock):
        return None
    hour, minute, second = clock
    local = begins_at + timedelta(
        hours=hour,
        minutes=minute,
        seconds=min(second, 59),
    )
    return local - offset(zone, local)


def beginning_of(day: YearMonthDay) -> datetime | None:
    """Return the first instant of a day in UTC; None if there is no such day."""
    if day[0] not in YEARS:
        return None
    try:
        return datetime(*day, tzinfo=UTC)
    except ValueError:
        return None


def _is_time(clock: Clock) -> bool:
    """Whether there is such a time of day."""
    hour, minute, second = clock
    # Midnight may be hour 24 (ISO 8601), and a minute may have a leap second (RFC 3339, 5.7).
    return hour <= 24 and minute <= 59 and second <= 60
