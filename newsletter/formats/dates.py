"""Pure. Dates as they are written in feeds and on pages, never guessed from half a date.

A zone that is missing or unknown counts as UTC. `5/6/2026` is read as in the United States (May
6th) unless only the other order is a date; with dots or dashes the day comes first. Whether a date
in the future is believed is judged where articles are stored.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

# The zero dates of Unix, DOS, .NET and Go (1970, 1980, 1601, 1) say nothing.
FIRST_YEAR = 1981
LAST_YEAR = 2199
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
LONGEST = 120  # characters looked at
ALONE = 60  # characters of a text that is a date and little else
MOST_AHEAD = timedelta(hours=14)  # of UTC: Kiribati
# One language a line, in the order of the months; Slavic names are in the genitive, as in a date.
NAMES = """
january february march april may june july august september october november december
januar februar marz april mai juni juli august september oktober november dezember
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia
ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince
ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
"""
SPELLINGS = {
    "sept": 9,
    "janner": 1,
    "maerz": 3,
    "mrz": 3,
    "mrt": 3,
    "juil": 7,
    "setiembre": 9,
    "март": 3,
    "май": 5,
    "июнь": 6,
    "июль": 7,
}
# Hours ahead of UTC, and the zones that are as far. RFC 5322, 4.3, has those from EST to PDT; the
# others are what feeds use. Where two places share a name (CST, IST), the one with more publishers
# wins.
ZONES = """
-10 hst
-9 akst
-8 pst pt akdt
-7 pdt mst mt
-6 mdt cst ct
-5 cdt est et
-4 edt
-3 brt
1 bst west cet mez
2 cest mesz eet
3 eest msk
5.5 ist
8 sgt hkt
9 jst kst
10 aest
11 aedt
12 nzst
13 nzdt
"""
MIDNIGHT = (0, 0, 0)

OFFSET = r"(?:(?:utc|gmt)\s?)?[+-]\d{1,2}(?::?\d{2})?(?!\d)"
ZONE = re.compile(rf"\s*\(?({OFFSET}|[a-z]{{1,4}}\b)")
ISO = re.compile(
    r"[+]?(\d{4})(-?)(\d{2})\2(\d{2})"
    r"(?:[t_ ]+(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?|(?!\d))"
)
EPOCH = re.compile(r"(\d{9,10}|\d{13}|\d{16})(?:\.\d+)?")
CLOCK = re.compile(r"(?<![\d./])(\d{1,2})(?:[:.](\d{2})(?::(\d{2}))?)?\s?([ap])\.?m\b\.?")
CLOCK_24 = re.compile(r"(?<![\d./])(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?!\d)")
EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
NUMERIC = re.compile(r"(?<![\w./-])(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{1,2})(?!\d|\.\d)")
NAME = r"([^\W\d_]{3,12})"
DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|[oa.])?[\s,/-]*(?:de\s|of\s)?\s*{NAME}\.?"
    r"[\s,/-]*(?:de\s|del\s|of\s)?\s*'?(\d{4}|\d{2})(?!\d)"
)
MONTH_FIRST = re.compile(
    rf"{NAME}\.?[\s/-]*(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s,/-]+(\d{{4}})(?!\d)"
)
YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}})[\s,/-]+{NAME}\.?[\s,/-]*(\d{{1,2}})(?!\d)")
YearMonthDay = tuple[int, int, int]
NamedDay = tuple[str, str, str]  # year, name of the month, which may be any word, and day
Clock = tuple[int, int, int]  # hour, minute, second


def _months() -> dict[str, int]:
    """Return every name, and the three letters it begins with where they mean one month only."""
    names = unicodedata.normalize("NFKD", NAMES).split()
    full = {name: place % 12 + 1 for place, name in enumerate(names)}
    return _short_names(full) | full | SPELLINGS


def _short_names(full: Mapping[str, int]) -> dict[str, int]:
    months: dict[str, set[int]] = {}
    for name, month in full.items():
        months.setdefault(name[:3], set()).add(month)
    # `mar` is March everywhere, `jui` is June or July.
    return {start: found.pop() for start, found in months.items() if len(found) == 1}


def _hours() -> dict[str, float]:
    hours = {}
    for line in ZONES.strip().splitlines():
        ahead, *names = line.split()
        hours.update(dict.fromkeys(names, float(ahead)))
    return hours


def _fold(text: str) -> str:
    """Return text in lower case without accents."""
    # NFKD does not take these two letters apart: they are no letter with an accent.
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i").replace("ł", "l"))
    kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", kept)


MONTHS = {_fold(name): month for name, month in _months().items()}
HOURS = _hours()


def read_date(text: str) -> datetime | None:
    """Return the instant that a date means, aware UTC; None if it is no whole date.

    Never raises.
    """
    # Cut twice: one sign of Arabic becomes eighteen letters when it is folded.
    text = _fold(text[:LONGEST].strip())[:LONGEST]
    if EPOCH.fullmatch(text):
        return _epoch(text)
    # ISO first: Atom, JSON Feed and JSON-LD have nothing else.
    if iso := ISO.match(text):
        return _iso(iso, text)
    return _in_words(text)


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
    # What follows a day alone is no zone: `2026-05-05 at home`.
    zone = _take_zone(text, match.end())[0] if hour else ""
    return _instant(
        _day(year, month, day),
        _time(hour, minute, second),
        zone,
    )


def _in_words(text: str) -> datetime | None:
    """Read a date of RFC 5322, of the C library, or as people write it."""
    clock, zone, rest = _take_clock(text)
    for day in _days(rest, bare=clock is None):
        if at := _instant(day, clock or MIDNIGHT, zone):
            return at
    return None


def _take_clock(text: str) -> tuple[Clock | None, str, str]:
    """Return the time of day if there is one, the zone behind it, and the text without them."""
    found = CLOCK.search(text) or CLOCK_24.search(text)
    if not found:
        return None, "", text
    zone, end = _take_zone(text, found.end())
    return _clock(found), zone, f"{text[: found.start()]} {text[end:]}"


def _clock(found: re.Match[str]) -> Clock:
    hour, minute, second = _time(*found.groups()[:3])
    if found.re is CLOCK:
        # 12 a.m. is midnight, 12 p.m. is noon.
        hour = hour % 12 + (12 if found[4] == "p" else 0)
    return hour, minute, second


def _take_zone(text: str, place: int) -> tuple[str, int]:
    """Return the zone at a place, "" if there is none, and where it ends."""
    zone = ZONE.match(text, place)
    # `09:00 mai 5`: the word behind a time may be a month.
    if not zone or zone[1] in MONTHS:
        return "", place
    return zone[1], zone.end()


def _days(text: str, *, bare: bool) -> Iterator[YearMonthDay]:
    """Yield the days that may be meant, the likeliest first; `bare` is without a time of day."""
    for parts in EAST_ASIAN.findall(text):
        yield _day(*parts)
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


def _time(*parts: str | None) -> Clock:
    """Return hour, minute and second; what is not written is 0."""
    hour, minute, second = (int(part or 0) for part in parts)
    return hour, minute, second


def _full_year(digits: str) -> int:
    # RFC 5322, 4.3, adds 1900 or 2000; the turn is at 69, as POSIX has it.
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 69 else 1900)


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
    time = timedelta(
        hours=hour,
        minutes=minute,
        seconds=min(second, 59),
    )
    return begins_at + time - _offset(zone)


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


def _offset(zone: str) -> timedelta:
    """Return how far a zone is ahead of UTC; nothing for one that is unknown or impossible."""
    if not zone[-1:].isdigit():
        return timedelta(hours=HOURS.get(zone, 0))
    ahead = _ahead("".join(filter(str.isdigit, zone)))
    return -ahead if "-" in zone else ahead


def _ahead(digits: str) -> timedelta:
    """Read `2`, `02` and `0200`: hours, and minutes if there are more than two digits."""
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return ahead if ahead <= MOST_AHEAD and int(minutes) <= 59 else timedelta(0)
