"""Pure. How far a zone is ahead of UTC, by its offset or by its name."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

MOST_AHEAD = timedelta(hours=14)  # of UTC: Kiribati
# Hours ahead of UTC, and the zones that are as far. RFC 5322, 4.3, has those from EST to PDT; the
# others are what feeds use. Where two places share a name (CST, IST), the one with more publishers
# wins.
ZONES = """
-10 hst
-9 akst hdt
-8 pst akdt
-7 pdt mst
-6 mdt cst
-5 cdt est cot pet
-4 edt clt
-3.5 nst
-3 brt art adt clst
-2.5 ndt
1 bst west cet mez wat
2 cest mesz eet sast cat
3 eest msk idt trt eat
3.5 irst
4 gst
5 pkt
5.5 ist
5.75 npt
7 wib ict
8 sgt hkt awst pht wita
9 jst kst wit
9.5 acst
10 aest
10.5 acdt
11 aedt
12 nzst
13 nzdt
"""
# Names that say the place only: summer time is asked for by the day.
PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "uk time": "Europe/London",
    "london time": "Europe/London",
    "central european time": "Europe/Berlin",
    "eastern european time": "Europe/Helsinki",
    "moscow time": "Europe/Moscow",
    "moscow standard time": "Europe/Moscow",
    "india standard time": "Asia/Kolkata",
    "indian standard time": "Asia/Kolkata",
    "china standard time": "Asia/Shanghai",
    "japan standard time": "Asia/Tokyo",
    "korea standard time": "Asia/Seoul",
    "singapore time": "Asia/Singapore",
    "hong kong time": "Asia/Hong_Kong",
    "australian eastern time": "Australia/Sydney",
}
# `eastern standard time` and `eastern daylight time` are `est` and `edt`.
FULL_NAME = re.compile(r"([a-z])[a-z]* (s|d)(?:tandard|aylight|ummer)[a-z]* time")
SUMMER_NAMES = {
    "british summer time": 1,
    "irish standard time": 1,
    "central european standard time": 1,
    "central european summer time": 2,
    "eastern european standard time": 2,
    "eastern european summer time": 3,
    "greenwich mean time": 0,
    "coordinated universal time": 0,
}


def _hours() -> dict[str, float]:
    hours: dict[str, float] = {name: float(ahead) for name, ahead in SUMMER_NAMES.items()}
    for line in ZONES.strip().splitlines():
        ahead, *names = line.split()
        hours.update(dict.fromkeys(names, float(ahead)))
    return hours


HOURS = _hours()


def offset(zone: str, local: datetime) -> timedelta:
    """Return how far a zone is ahead of UTC at a local time; nothing for one that is unknown.

    `zone` is in lower case: an offset like `+0200`, or a name.
    """
    if zone[-1:].isdigit():
        return _by_digits(zone)
    if place := PLACES.get(zone) or _places().get(zone) if _may_be_place(zone) else "":
        return _at_place(place, local)
    return timedelta(hours=HOURS.get(_short(zone), 0))


def _by_digits(zone: str) -> timedelta:
    ahead = _ahead("".join(filter(str.isdigit, zone)))
    return -ahead if "-" in zone else ahead


def _may_be_place(zone: str) -> bool:
    """Whether it is worth looking for a place: reading the list of all takes long."""
    return "/" in zone or zone in PLACES


def _at_place(place: str, local: datetime) -> timedelta:
    ahead = local.replace(tzinfo=ZoneInfo(place)).utcoffset()
    return ahead or timedelta(0)


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """Return the names of the time zone database, by their lower case."""
    return {name.lower(): name for name in available_timezones()}


def _short(zone: str) -> str:
    """Return what a long name is cut short to: `est` of `eastern standard time`."""
    full = FULL_NAME.fullmatch(zone)
    if zone in HOURS or not full:
        return zone
    return f"{full[1]}{full[2]}t"


def _ahead(digits: str) -> timedelta:
    """Read `2`, `02` and `0200`: hours, and minutes if there are more than two digits."""
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return ahead if ahead <= MOST_AHEAD and int(minutes) <= 59 else timedelta(0)
