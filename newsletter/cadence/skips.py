"""Pure. Skipped dates: days and spans on which no issue comes out, each with a name if it has one.

They are kept as lines of text: `2026-12-24 to 2027-01-01: Holidays`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from newsletter.errors import Refused
from newsletter.text import one_line

MOST_SKIPS = 400
MOST_SPAN_DAYS = 366
# All together: so a search for the next deadline always ends soon.
MOST_DAYS = 1000
NAME_CHARS = 60
A_MONTH = timedelta(days=31)
READ_CHARS = 200
YEARS = range(2000, 2100)
LINE = re.compile(
    r"([0-9-]{10})(?: ?(?:to|\.\.|–) ?([0-9-]{10}))?(?:: ?(.*)| (?!to\b|–|\.\.)(.*))?"
)


class BadSkip(Refused):
    """A skipped date looks like 2026-12-25, or like 2026-12-24 to 2027-01-01: Holidays."""


class TooManySkips(Refused):
    """At most 400 dates and spans can be skipped, and 1,000 days all together.

    Remove those that are over.
    """


@dataclass(frozen=True, slots=True, order=True)
class SkippedDates:
    """The days from `first` to `last`, both counted."""

    first: date
    last: date
    name: str = ""

    def __str__(self) -> str:
        # The colon: else a name that begins with "to" and a date would be read as the end.
        return f"{self._span}: {self.name}" if self.name else self._span

    @property
    def _span(self) -> str:
        return f"{self.first} to {self.last}" if self.days > 1 else f"{self.first}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def read_skip(text: str) -> SkippedDates:
    """Read one line. Raises BadSkip."""
    words = " ".join(one_line(text[:READ_CHARS]).split())
    found = LINE.fullmatch(words)
    if found is None:
        raise BadSkip(f"“{words[:NAME_CHARS]}” cannot be read. {BadSkip()}")
    return skip_days(_day(found[1]), _day(found[2] or found[1]), found[3] or found[4] or "")


def skip_days(
    first: date,
    last: date,
    name: str = "",
) -> SkippedDates:
    """Return a skip of these days. Raises BadSkip if they are none, or too many."""
    if first.year not in YEARS or last.year not in YEARS:
        raise BadSkip(f"{first} to {last} is too far away to be skipped.")
    if last < first:
        raise BadSkip(f"{first} to {last} ends before it begins.")
    skip = SkippedDates(first, last, one_line(name)[:NAME_CHARS].strip())
    if skip.days > MOST_SPAN_DAYS:
        raise BadSkip(f"{first} to {last} is more than a year.")
    return skip


def read_skips(lines: Iterable[str]) -> tuple[SkippedDates, ...]:
    """Read lines, in the order of their dates, each of them once.

    Raises BadSkip or TooManySkips.
    """
    return sorted_skips(read_skip(line) for line in lines if line.strip())


def sorted_skips(skips: Iterable[SkippedDates]) -> tuple[SkippedDates, ...]:
    """Return skips in the order of their dates, each span of days once. Raises TooManySkips."""
    # Of two names for the same days the last one stays.
    by_days = {(skip.first, skip.last): skip for skip in skips}
    if len(by_days) > MOST_SKIPS or sum(skip.days for skip in by_days.values()) > MOST_DAYS:
        raise TooManySkips
    return tuple(sorted(by_days.values()))


def without_past(
    skips: Iterable[SkippedDates],
    today: date,
) -> tuple[SkippedDates, ...]:
    """Return the skips that are not over, or not long: a page may show what was just skipped."""
    return tuple(skip for skip in skips if skip.last >= today - A_MONTH)


def lines_of(skips: Sequence[SkippedDates]) -> list[str]:
    """Return the lines in which skips are kept."""
    return [str(skip) for skip in skips]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadSkip(f"{text} is no date. {BadSkip()}") from None
