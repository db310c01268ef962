"""Days of a cadence: counted from a date and never from a week's number, whole in short months."""

from datetime import date, timedelta

import pytest

from newsletter.cadence.patterns import LAST, MonthDays, MonthWeekdays, Weekdays, begin_on

TUESDAY = date(2026, 12, 1)


def test_every_second_week_goes_on_over_a_year_of_53_weeks() -> None:
    """2026 has 53 weeks: by the week's number two issues in a row would come, or none."""
    pattern = begin_on((1,), 2, TUESDAY)
    days = [TUESDAY + timedelta(days=number) for number in range(70)]
    found = [day for day in days if pattern.has(day)]
    assert found == [TUESDAY + timedelta(weeks=2 * number) for number in range(5)]


def test_weeks_count_from_the_first_day_of_the_cadence_at_or_after_the_date() -> None:
    assert begin_on((0, 3), 2, TUESDAY) == Weekdays((0, 3), 2, date(2026, 12, 3))
    assert not begin_on((0, 3), 2, TUESDAY).has(date(2026, 11, 30))


@pytest.mark.parametrize(
    ("days", "last"),
    [((31,), 28), ((30,), 28), ((29, 31), 28), ((28,), 28), ((15,), 15), ((15, 31), 28)],
)
def test_the_last_day_of_a_short_month_stands_for_a_later_one(
    days: tuple[int, ...], last: int
) -> None:
    february = [date(2027, 2, day) for day in range(1, 29)]
    found = [day.day for day in february if MonthDays(days).has(day)]
    assert found[-1] == last
    assert len(found) == len({min(day, 28) for day in days})


def test_the_last_weekday_of_a_month_is_its_fourth_or_its_fifth() -> None:
    last_friday = MonthWeekdays(((LAST, 4),))
    assert last_friday.has(date(2027, 1, 29))
    assert not last_friday.has(date(2027, 1, 22))
    assert last_friday.has(date(2027, 2, 26))
