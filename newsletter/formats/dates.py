"""Pure. Dates as they are written in feeds and on pages: read in every form seen in the wild, never guessed from half a date.

A zone that is missing or unknown counts as UTC. `5/6/2026` is read as in the United States (May 6th) unless only the other order
is a date; with dots or dashes the day comes first. Whether a date in the future is believed is judged where articles are stored.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

FIRST_YEAR, LAST_YEAR = (
    1981,
    2199,
)  # the zero dates of Unix, DOS, .NET and Go (1970, 1980, 1601, 1) say nothing
LONGEST = 120  # characters looked at
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
HOURS = {
    "bst": 1, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "sgt": 8, "hkt": 8,
    "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "et": -5, "ct": -6, "mt": -7, "pt": -8, "brt": -3,
}  # fmt: skip

OFFSET = r"(?:(?:utc|gmt)\s?)?[+-]\d{1,2}(?::?\d{2})?(?!\d)"
ZONE = re.compile(rf"\s*\(?({OFFSET}|[a-z]{{1,4}}\b)")
ISO = re.compile(
    r"[+]?(\d{4})(-?)(\d{2})\2(\d{2})(?:[t_ ]+(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?|(?!\d))"
)
EPOCH = re.compile(r"(\d{9,10}|\d{13}|\d{16})(?:\.\d+)?")
CLOCK = re.compile(r"(?<![\d./])(\d{1,2})(?:[:.](\d{2})(?::(\d{2}))?)?\s?([ap])\.?m\b\.?")
CLOCK_24 = re.compile(r"(?<![\d./])(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?!\d)")
EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
NUMERIC = re.compile(r"(?<![\w./-])(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{1,2})(?!\d|\.\d)")
NAME = r"([^\W\d_]{3,12})"
DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|[oa.])?[\s,/-]*(?:de\s|of\s)?\s*{NAME}\.?[\s,/-]*(?:de\s|del\s|of\s)?\s*'?(\d{{4}}|\d{{2}})(?!\d)"
)
MONTH_FIRST = re.compile(
    rf"{NAME}\.?[\s/-]*(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s,/-]+(\d{{4}})(?!\d)"
)
YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}})[\s,/-]+{NAME}\.?[\s,/-]*(\d{{1,2}})(?!\d)")


def _months() -> dict[str, int]:
    """Every name, and the three letters it begins with where they mean one month only."""
    full = {name: n % 12 + 1 for n, name in enumerate(unicodedata.normalize("NFKD", NAMES).split())}
    begun: dict[str, set[int]] = {}
    for name, month in full.items():
        begun.setdefault(name[:3], set()).add(month)
    return (
        {key: months.pop() for key, months in begun.items() if len(months) == 1} | full | SPELLINGS
    )


def _folded(text: str) -> str:
    """Lower case without accents."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i").replace("ł", "l"))
    return unicodedata.normalize(
        "NFC", "".join(sign for sign in bare if not unicodedata.combining(sign))
    )


MONTHS = {_folded(name): month for name, month in _months().items()}


def read_date(text: str) -> datetime | None:
    """Return the instant that a date says, aware UTC; None if it says no whole date. Never raises."""
    text = _folded(text[:LONGEST].strip())
    if EPOCH.fullmatch(text):
        return _epoch(text)
    if iso := ISO.match(text):
        year, _, month, day, hour, minute, second = iso.groups()
        zone = ZONE.match(text, iso.end()) if hour else None
        return _instant(
            int(year),
            int(month),
            int(day),
            (int(hour or 0), int(minute or 0), int(second or 0)),
            zone[1] if zone else "",
        )
    clock, zone_name, rest = _clock(text)
    for year_, month_, day_ in _days(rest, bare=clock is None):
        if (at := _instant(year_, month_, day_, clock or (0, 0, 0), zone_name)) is not None:
            return at
    return None


def _clock(text: str) -> tuple[tuple[int, int, int] | None, str, str]:
    """The time of day if there is one, the zone behind it, and what is left of the text."""
    found = CLOCK.search(text) or CLOCK_24.search(text)
    if not found:
        return None, "", text
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    if found.re is CLOCK:
        hour = hour % 12 + (12 if found[4] == "p" else 0)
    zone = ZONE.match(text, found.end())
    known = zone is not None and zone[1] not in MONTHS
    rest = text[: found.start()] + " " + text[zone.end() if zone and known else found.end() :]
    return (hour, minute, second), zone[1] if zone and known else "", rest


def _days(text: str, *, bare: bool) -> Iterator[tuple[int, int, int]]:
    """Year, month and day as they may be meant, the likeliest first. Without a time of day, two digits are a year only at the end."""
    for year, month, day in EAST_ASIAN.findall(text):
        yield int(year), int(month), int(day)
    for one in DAY_FIRST.finditer(text):
        if one[2] in MONTHS and (len(one[3]) == 4 or not bare or one.end() == len(text)):
            yield _year(one[3]), MONTHS[one[2]], int(one[1])
    for pattern, (year_at, month_at, day_at) in ((MONTH_FIRST, (3, 1, 2)), (YEAR_FIRST, (1, 2, 3))):
        for one in pattern.finditer(text):
            if one[month_at] in MONTHS:
                yield int(one[year_at]), MONTHS[one[month_at]], int(one[day_at])
    for first, mark, second, third in NUMERIC.findall(text):
        if len(first) == 4:
            yield int(first), int(second), int(third)
        elif len(first) < 3 and (
            len(third) == 4 or (mark == "/" and len(third) == 2)
        ):  # 1.2.26 may as well be a version
            orders = [(int(first), int(second)), (int(second), int(first))]
            yield from (
                (_year(third), month, day)
                for month, day in (orders if mark == "/" else reversed(orders))
            )


def _year(digits: str) -> int:
    """RFC 5322, 4.3, with the turn at 69 as POSIX has it."""
    return int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) < 69 else 1900)


def _epoch(digits: str) -> datetime | None:
    """Seconds, milliseconds or microseconds, told apart by their length."""
    whole = digits.split(".")[0]
    at = datetime.fromtimestamp(0, UTC) + timedelta(
        microseconds=int(whole.ljust(16, "0")) if len(whole) > 10 else int(whole) * 10**6
    )
    return at if FIRST_YEAR <= at.year <= LAST_YEAR else None


def _instant(
    year: int, month: int, day: int, clock: tuple[int, int, int], zone: str
) -> datetime | None:
    hour, minute, second = clock
    if not FIRST_YEAR <= year <= LAST_YEAR or hour > 24 or minute > 59 or second > 60:
        return None
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return at + timedelta(hours=hour, minutes=minute, seconds=min(second, 59)) - _offset(zone)


def _offset(zone: str) -> timedelta:
    """How far a zone is ahead of UTC; nothing for one that is unknown or impossible."""
    if not zone[-1:].isdigit():
        return timedelta(hours=HOURS.get(zone, 0))
    digits = re.sub(r"\D", "", zone)
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    ahead = timedelta(hours=hours, minutes=minutes)
    return (
        timedelta(0)
        if ahead > timedelta(hours=14) or minutes > 59
        else (-ahead if "-" in zone else ahead)
    )
