"""Pure. A moment as an editor writes it: a day and a time, in a zone, or `now`."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.cadence.dates import instant
from newsletter.cadence.patterns import DAYS
from newsletter.cadence.reading import BadCadence, read_time, read_zone
from newsletter.errors import Refused
from newsletter.text import one_line

READ_CHARS = 80
SEPARATED = re.compile(r"([0-9-]{10})T([0-9:]{4,5})(?::[0-9]{2})?")


class BadMoment(Refused):
    """A time looks like 2026-12-03 14:00, Thursday 14:00, tomorrow 09:00, or now.

    A time zone may follow, like America/New_York; else it is the publication's own.
    """


def read_moment(
    text: str,
    zone: ZoneInfo,
    now: datetime,
) -> datetime:
    """Return the instant that a text names, in UTC. Raises BadMoment.

    A weekday is the next one, today included if the time is still ahead.
    """
    words = one_line(text[:READ_CHARS]).split()
    # A browser sends the day and the time in one (HTML, datetime-local).
    joined = SEPARATED.fullmatch(words[0]) if words else None
    if joined:
        words[:1] = [joined[1], joined[2]]
    match [word.casefold() for word in words[:2]]:
        case ["now"]:
            return now
        case [day, _] if len(words) in (2, 3):
            return _moment(day, words[1], words[2:], zone, now)
    raise BadMoment


def _moment(
    day: str,
    clock: str,
    zones: list[str],
    own_zone: ZoneInfo,
    now: datetime,
) -> datetime:
    try:
        at = read_time(clock)
        zone = read_zone(zones[0]) if zones else own_zone
    except BadCadence as error:
        raise BadMoment(error.reason) from None
    today = now.astimezone(zone).date()
    found = instant(datetime.combine(_day(day, today), at), zone)
    is_weekday = day not in {"today", "tomorrow"} and not day[0].isdigit()
    # The day of today, at a time that is over, is the one of next week.
    if is_weekday and found <= now:
        return instant(datetime.combine(_day(day, today) + timedelta(days=7), at), zone)
    return found


def _day(word: str, today: date) -> date:
    if word in {"today", "tomorrow"}:
        return today + timedelta(days=word == "tomorrow")
    names = [day.casefold() for day in DAYS]
    if word in names:
        return today + timedelta(days=(names.index(word) - today.weekday()) % 7)
    try:
        return date.fromisoformat(word) if len(word) == len("2026-12-03") else _refuse(word)
    except ValueError:
        return _refuse(word)


def _refuse(word: str) -> date:
    raise BadMoment(f"“{word}” is no day. {BadMoment()}")
