"""Cadences of every form, for property tests."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from newsletter.cadence.dates import Cadence
from newsletter.cadence.patterns import (
    LAST,
    MOST_WEEKS,
    MonthDays,
    MonthWeekdays,
    Pattern,
    Weekdays,
    begin_on,
)

# Clocks that go forward at midnight, that skipped a day, and that are off by 45 minutes.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Argentina/Buenos_Aires",
)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC)
)
_DAYS = st.dates(date(2001, 1, 1), date(2089, 1, 1))


def _tuples(values: st.SearchStrategy[int], most: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.sets(values, min_size=1, max_size=most).map(lambda days: tuple(sorted(days)))


_WEEKDAYS = _tuples(st.integers(0, 6), 7)
_ORDERS = st.tuples(st.sampled_from((1, 2, 3, 4, LAST)), st.integers(0, 6))
PATTERNS: st.SearchStrategy[Pattern] = st.one_of(
    _WEEKDAYS.map(Weekdays),
    # Two days at most: the line of text has its limit.
    st.builds(begin_on, _tuples(st.integers(0, 6), 2), st.integers(2, MOST_WEEKS), _DAYS),
    _tuples(st.integers(1, 31), 4).map(MonthDays),
    st.sets(_ORDERS, min_size=1, max_size=2).map(
        lambda days: MonthWeekdays(tuple(sorted(days, key=lambda day: (day[0] % 6, day[1]))))
    ),
)
CADENCES = st.builds(
    Cadence,
    PATTERNS,
    st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES).map(ZoneInfo),
)
