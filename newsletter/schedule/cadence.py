"""Pure. When a publication comes out: weekday, hour, time zone, right over daylight saving.

A local time that does not exist (clocks go forward) counts as the instant after the gap. A local
time that comes twice counts once, the first time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.errors import Refused

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHLY_DAY = 3
# Files beside the zones: the machine's own time, none at all, and zones by other rules.
NO_ZONES = re.compile(r"localtime|Factory|posixrules|(?:posix|right)/.*")
FORM = re.compile(r"(\w+)\s+(\d{1,2}):(\d{2})\s+(\S+)")


class BadCadence(Refused):
    """A cadence looks like `Tuesday 09:00 Europe/Berlin`: weekday, time, IANA time zone."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """Every week on `weekday` (Monday is 0) at the local time `at` in `zone`."""

    weekday: int
    at: time
    zone: ZoneInfo


def parse(text: str) -> Cadence:
    """Read `Tuesday 09:00 Europe/Berlin`. Raises BadCadence."""
    found = FORM.fullmatch(text.strip())
    if found is None or found[1].capitalize() not in DAYS or NO_ZONES.fullmatch(found[4]):
        raise BadCadence
    try:
        return Cadence(
            DAYS.index(found[1].capitalize()),
            time(int(found[2]), int(found[3])),
            ZoneInfo(found[4]),
        )
    except (ValueError, KeyError, OSError):
        raise BadCadence from None


def next_due(cadence: Cadence, after: datetime) -> datetime:
    """Return the first deadline strictly after `after`, aware in UTC."""
    day = after.astimezone(cadence.zone).date() - timedelta(days=8)
    day += timedelta(days=(cadence.weekday - day.weekday()) % 7)
    while (due_at := _instant(cadence, datetime.combine(day, cadence.at))) <= after:
        day += timedelta(days=7)
    return due_at


def previous_due(cadence: Cadence, before: datetime) -> datetime:
    """Return the last deadline at or before `before`, aware in UTC."""
    due_at = next_due(cadence, before - timedelta(days=15))
    while (following := next_due(cadence, due_at)) <= before:
        due_at = following
    return due_at


def week_of(cadence: Cadence, at: datetime) -> tuple[datetime, datetime]:
    """Return when the week of `at` begins and ends: Monday to Monday, midnight in the zone."""
    day = at.astimezone(cadence.zone).date()
    monday = datetime.combine(day - timedelta(days=day.weekday()), time())
    return _instant(cadence, monday), _instant(cadence, monday + timedelta(days=7))


def month_due(cadence: Cadence, now: datetime) -> tuple[date, datetime]:
    """Return the first day of the month before, and when its best-of is due.

    It is due on the third of this month, at the time of day of the issues.
    """
    here = now.astimezone(cadence.zone).date().replace(day=1)
    due_at = _instant(cadence, datetime.combine(here.replace(day=MONTHLY_DAY), cadence.at))
    return (here - timedelta(days=1)).replace(day=1), due_at


def _instant(cadence: Cadence, local: datetime) -> datetime:
    """Return the instant in UTC: fold=0 is the first of two, and a gap is passed on the way."""
    return local.replace(tzinfo=cadence.zone, fold=0).astimezone(UTC)
