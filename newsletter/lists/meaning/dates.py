"""Pure. Dates of lists: when somebody joined, confirmed or left, whoever wrote it down.

`5/6/2024` is two days. Which of them is meant, the rest of its column tells: each cell is evidence.
A date that is none, is to come, or is from before there were newsletters is lost, not its person.
"""

import re
from calendar import month_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from newsletter.formats.dates.reading import read_date
from newsletter.lists.meaning.answers import DAY_FIRST, MONTH_FIRST
from newsletter.lists.meaning.words import kind_of

ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?")  # nearly all times
EARLIEST = "1990-01-01"
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")  # of a spreadsheet: days since 30 December 1899
SERIAL_BEGINS = datetime(1899, 12, 30, tzinfo=UTC)
NUMBERS = re.compile(r"(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)[\s,T]*+(.*)")
# A year alone, or with its month: 2019, 2019-05, 05.2019, 6/2020, `May 2019`. Its first day counts.
YEAR_FIRST = re.compile(r"(\d{4})(?:\s?[年년./-]\s?(\d{1,2})?\s?[月월]?)?")
MONTH_FIRST_OF_ALL = re.compile(r"(\d{1,2})[./-](\d{4})")
NAME_AND_YEAR = re.compile(r"([^\W\d_]{3,12})[.,]?[\s-](?:de\s|del\s)?(\d{4})")
YEAR_AND_NAME = re.compile(r"(\d{4})[\s-]([^\W\d_]{3,12})\.?")
YEARS = range(1990, 2100)
MONTHS_OF_A_YEAR = 12
LAST_DAY = 31  # 2031 is to come
MONTH_NAMES = tuple(month_name)  # 0 has none
TURN_OF_CENTURY = 69  # two digits from here on are of 19.., as POSIX has it
MOST_CHARS = 60
MOST_EXAMPLES = 3
LOST = "lost"
EITHER = "either"

Cells = list[str]


@dataclass(slots=True)
class DateNotes:
    """What the dates of one column show: how many begin with the day, the month, or with either.

    `lost` were no dates that anybody can believe.
    """

    day: int = 0
    month: int = 0
    either: int = 0
    lost: int = 0
    examples: list[str] = field(default_factory=list)

    def note(
        self,
        evidence: str,
        cell: str,
    ) -> None:
        """Count one cell."""
        setattr(self, evidence, getattr(self, evidence) + 1)
        if evidence == LOST and len(self.examples) < MOST_EXAMPLES:
            self.examples.append(cell[:MOST_CHARS])

    def add(self, other: "DateNotes") -> None:
        """Count what another reader of the same column saw."""
        for name in ("day", "month", "either", "lost"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.examples = (self.examples + other.examples)[:MOST_EXAMPLES]

    @property
    def order(self) -> str:
        """DAY_FIRST or MONTH_FIRST as far as this column shows; "" if it shows none, or both."""
        if bool(self.day) == bool(self.month):
            return ""
        return DAY_FIRST if self.day else MONTH_FIRST


def orders_of(notes: Mapping[int, DateNotes], answered: str) -> Mapping[int, str]:
    """Return the order for each column: its own, else that of the others, else the answer."""
    shown = {found.order for found in notes.values()} - {""}
    of_others = shown.pop() if len(shown) == 1 else ""
    # A column that shows both orders has no order, whatever the others are like.
    return {
        place: found.order or ("" if found.day and found.month else answered or of_others)
        for place, found in notes.items()
    }


def time_cell_reader(
    at: int,
    latest: str,
    order: str,
    notes: DateNotes,
) -> Callable[[Cells], str]:
    """Return the reader of a column of times: as the database writes them, "" for none."""

    def read_time(cells: Cells) -> str:
        cell = cells[at]
        if not cell:
            return ""
        if ISO.fullmatch(cell) and cell >= EARLIEST:
            try:
                datetime.fromisoformat(cell)
            except ValueError:
                pass
            else:
                # Cut out, not formatted, which is slower: nearly all times are of this form.
                time = f"{cell[:10]} {cell[11:19]}.000000"
                if time <= latest:
                    return time
        time, evidence = _read_odd(cell, order, latest)
        if evidence:
            notes.note(evidence, cell)
        return time

    return read_time


def written(at: datetime) -> str:
    """Return a time as the database writes it: UTC, without saying so; no zone is taken for UTC."""
    if at.tzinfo is not None and at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(" ", "microseconds")[:26]


# Cached: a file that has such times has each of them, mostly a day, many times.
@lru_cache(maxsize=4096)
def _read_odd(
    cell: str,
    order: str,
    latest: str,
) -> tuple[str, str]:
    """Return any other time, "" for none, and the evidence: a field of DateNotes, or ""."""
    if kind_of(cell) in ("empty", "yes", "no"):
        return "", ""  # words have their own question
    at, evidence = _moment(cell.strip())
    if evidence == EITHER:
        at = _by_order(cell.strip(), order)
        if at is None:
            return "", EITHER
    time = _believed(at, latest)
    return time, evidence if time else LOST


def _moment(text: str) -> tuple[datetime | None, str]:
    """Return the time that a cell means, and which order of day and month it is evidence for."""
    if SERIAL.fullmatch(text):
        return SERIAL_BEGINS + timedelta(days=float(text)), ""
    numbers = NUMBERS.fullmatch(text)
    if numbers is None:
        return _of_month(text) or _in_words(text), ""
    first, mark, second = int(numbers[1]), numbers[2], int(numbers[3])
    if len(numbers[4]) == len("24") and mark != "." and _may_be_year(mark, first):
        return None, ""  # `19-03-04` may begin with its year: it is lost, not guessed
    # With dots the day comes first, everywhere.
    if mark == "." or first > MONTHS_OF_A_YEAR or first == second:
        return _ordered(numbers, DAY_FIRST), DAY_FIRST if first > MONTHS_OF_A_YEAR else ""
    if second > MONTHS_OF_A_YEAR:
        return _ordered(numbers, MONTH_FIRST), MONTH_FIRST
    return None, EITHER


def _may_be_year(mark: str, first: int) -> bool:
    return first < LAST_DAY and (mark == "-" or first > MONTHS_OF_A_YEAR)


def _by_order(text: str, order: str) -> datetime | None:
    numbers = NUMBERS.fullmatch(text)
    return _ordered(numbers, order) if numbers and order else None


def _ordered(numbers: re.Match[str], order: str) -> datetime | None:
    first, _, second, year, rest = numbers.groups()
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    if not 1 <= int(month) <= MONTHS_OF_A_YEAR:
        return None
    # With the name of its month it can be read in one way only, and `5:00 PM` behind it, too.
    return read_date(f"{day} {MONTH_NAMES[int(month)]} {_full_year(year)} {rest}")


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == len("1999"):
        return year
    return year + (2000 if year < TURN_OF_CENTURY else 1900)


def _of_month(text: str) -> datetime | None:
    """The first day of a month, or of a year, that is written without a day."""
    if len(text) > MOST_CHARS:
        return None
    if found := YEAR_FIRST.fullmatch(text):
        return _first_day(found[1], found[2] or "1")
    if found := MONTH_FIRST_OF_ALL.fullmatch(text):
        return _first_day(found[2], found[1])
    if found := NAME_AND_YEAR.fullmatch(text):
        return read_date(f"1 {found[1]} {found[2]}")
    if found := YEAR_AND_NAME.fullmatch(text):
        return read_date(f"1 {found[2]} {found[1]}")
    return None


def _first_day(year: str, month: str) -> datetime | None:
    if int(year) in YEARS and 1 <= int(month) <= MONTHS_OF_A_YEAR:
        return datetime(int(year), int(month), 1, tzinfo=UTC)
    return None


def _in_words(text: str) -> datetime | None:
    """A time of ISO 8601, of an epoch, or with the name of its month."""
    if len(text) > MOST_CHARS:
        return None
    if text.isdigit() and len(text) != len("20241231"):
        return read_date(text)  # ISO 8601 would take an epoch for a day and an hour
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return read_date(text)
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def _believed(at: datetime | None, latest: str) -> str:
    """Return a time as it is written, if it can be one of a reader; "" if it cannot."""
    if at is None:
        return ""
    time = written(at)
    if time <= latest:
        return time if time >= EARLIEST else ""
    # A clock of another zone is ahead of ours by some hours.
    ahead = at - datetime.fromisoformat(latest).replace(tzinfo=UTC)
    return latest if ahead <= timedelta(days=1) else ""
