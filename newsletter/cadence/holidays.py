"""Pure. Holidays of a calendar file (RFC 5545): its events of whole days, also those of each year.

An event with a time of day, or one that comes in another way, is left out, and its line is named.
What is no calendar, or is broken, is refused with its line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from newsletter.cadence.skips import MOST_SKIPS, BadSkip, SkippedDates, skip_days
from newsletter.cadence.yearly import BadRule, LeftOut, days_by_rule
from newsletter.errors import Refused
from newsletter.text import clean_text

MOST_BYTES = 1024 * 1024
MOST_EVENTS = 5000
MOST_LEFT_OUT = 20  # that are named
YEARS_AHEAD = 5  # for which yearly events are written as dates
DATE = re.compile(r"[0-9]{8}")
LENGTH = re.compile(r"P([0-9]{1,3})([DW])")
ONCE = frozenset(
    {
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
    }
)  # in an event


class BadCalendar(Refused):
    """This is no calendar file (.ics) with events of whole days."""


@dataclass(frozen=True, slots=True)
class Holidays:
    """What a calendar skips, and a sentence for each event that was left out."""

    skips: tuple[SkippedDates, ...]
    left_out: tuple[str, ...]


@dataclass(slots=True)
class _Event:
    """One VEVENT: its properties, each with its line, and the days that its rule leaves out."""

    line: int
    values: dict[str, tuple[int, str]] = field(default_factory=dict)
    excluded: set[str] = field(default_factory=set)


def read_holidays(
    content: bytes,
    today: date,
) -> Holidays:
    """Read the events from a month ago to five years ahead. Raises BadCalendar with the line."""
    if len(content) > MOST_BYTES:
        raise BadCalendar("A calendar file has at most 1 MB.")
    skips: dict[tuple[date, date], SkippedDates] = {}
    left_out: list[str] = []
    for number, event in enumerate(_events(_unfolded(content))):
        if number >= MOST_EVENTS:
            raise _broken(event.line, f"more than {MOST_EVENTS} events")
        try:
            for skip in _skips_of(event, today):
                skips[skip.first, skip.last] = skip
        except LeftOut as reason:
            left_out.append(f"Line {event.line} is left out: {reason}.")
        if len(skips) > MOST_SKIPS:
            raise _broken(event.line, f"more than {MOST_SKIPS} dates to skip")
    return Holidays(tuple(sorted(skips.values())), tuple(left_out[:MOST_LEFT_OUT]))


def _unfolded(content: bytes) -> Iterator[tuple[int, str]]:
    """Give each line with its number; one that begins with a space goes on (RFC 5545, 3.1)."""
    text = clean_text(content.decode("utf-8-sig", "replace"))
    begun = 0
    parts: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.rstrip("\r")
        if bare[:1] in {" ", "\t"} and parts:
            parts.append(bare[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        begun, parts = number, [bare]
    yield begun, "".join(parts)


def _events(
    lines: Iterator[tuple[int, str]],
) -> Iterator[_Event]:
    """Give the events; what is within them, like an alarm, is looked over."""
    open_parts: list[str] = []
    event = _Event(0)
    last = 0
    for number, line in lines:
        if not line.strip():
            continue
        last = number
        name, value = _split(number, line)
        if not open_parts and (name, value.upper()) != ("BEGIN", "VCALENDAR"):
            raise _broken(number, "BEGIN:VCALENDAR is expected")
        if name == "BEGIN":
            open_parts.append(value.upper())
            event = _Event(number) if value.upper() == "VEVENT" else event
        elif name == "END":
            if open_parts.pop() != value.upper():
                raise _broken(number, "this END has no BEGIN")
            if value.upper() == "VEVENT":
                yield event
        elif open_parts[-1] == "VEVENT":
            _note(event, number, name, value)
    if open_parts or not last:
        raise _broken(last, "the file ends too early")


def _split(
    number: int,
    line: str,
) -> tuple[str, str]:
    """Return name and value of `NAME;PARAMETERS:VALUE`; a colon in quotes splits nothing."""
    quoted = False
    for place, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            name = line[:place].split(";", 1)[0]
            return name.strip().upper(), line[place + 1 :].strip()
    raise _broken(number, "a name and a colon are expected")


def _note(
    event: _Event,
    number: int,
    name: str,
    value: str,
) -> None:
    if name == "EXDATE":
        event.excluded.update(day[:8] for day in value.split(","))
    elif name in event.values and name in ONCE:
        raise _broken(number, f"a second {name}")
    else:
        event.values[name] = (number, value)


def _skips_of(
    event: _Event,
    today: date,
) -> Iterator[SkippedDates]:
    """Give the days of an event that are not over. Raises LeftOut or BadCalendar."""
    first, last = _span(event)
    if event.values.get("STATUS", (0, ""))[1].upper() == "CANCELLED":
        raise LeftOut("it was cancelled")
    name = _unescaped(event.values.get("SUMMARY", (0, ""))[1])
    length = last - first
    kept_from = today - timedelta(days=31)
    end = date(min(today.year + YEARS_AHEAD, 2099), 12, 31)
    for begin in _begins(event, first, end):
        if f"{begin:%Y%m%d}" in event.excluded or begin + length < kept_from or begin > end:
            continue
        try:
            yield skip_days(begin, begin + length, name)
        except BadSkip as error:
            raise _broken(event.line, str(error)) from None


def _span(event: _Event) -> tuple[date, date]:
    """Return the first and the last day of an event; DTEND is the day after (3.8.2.2)."""
    if "DTSTART" not in event.values:
        raise _broken(event.line, "an event without DTSTART")
    first = _date(*event.values["DTSTART"])
    if "DTEND" in event.values:
        end = _date(*event.values["DTEND"])
        # Some programs write the same day twice.
        last = max(end - timedelta(days=1), first) if end >= first else None
        if last is None:
            raise _broken(event.values["DTEND"][0], "it ends before it begins")
        return first, last
    if "DURATION" in event.values:
        found = LENGTH.fullmatch(event.values["DURATION"][1])
        if found is None:
            raise LeftOut("its length is not in days")
        days = int(found[1]) * (7 if found[2] == "W" else 1)
        return first, first + timedelta(days=max(days, 1) - 1)
    return first, first


def _date(
    number: int,
    value: str,
) -> date:
    if "T" in value.upper() and DATE.match(value):
        raise LeftOut("it has a time of day")
    try:
        if DATE.fullmatch(value):
            found = date.fromisoformat(value)
            if 1900 <= found.year <= 2099:
                return found
    except ValueError:
        pass  # refused below, like what has no eight digits
    raise _broken(number, "no date like 20261225")


def _begins(
    event: _Event,
    first: date,
    end: date,
) -> Iterator[date]:
    """Give the first days of an event: its own, and by its rule those of other years."""
    if "RDATE" in event.values:
        raise LeftOut("it comes on dates of a list")
    if "RRULE" not in event.values:
        yield first
        return
    line, rule = event.values["RRULE"]
    try:
        yield from days_by_rule(rule, first, end)
    except BadRule as error:
        raise _broken(line, str(error)) from None


def _unescaped(text: str) -> str:
    """Return a text without its backslashes (RFC 5545, 3.3.11)."""
    return text.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";")


def _broken(
    line: int,
    reason: str,
) -> BadCalendar:
    return BadCalendar(f"Line {line} of the calendar file is broken: {reason}.")
