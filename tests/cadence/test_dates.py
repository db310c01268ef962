"""Dates of a cadence: strictly ahead, at the local hour, right over daylight saving."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given

from newsletter.cadence.dates import Cadence, month_due, next_dates, next_due, previous_due, span_of
from newsletter.cadence.patterns import Weekdays
from newsletter.cadence.reading import parse
from tests.cadence.cadences import CADENCES, INSTANTS

BERLIN = parse("Tuesday 09:00 Europe/Berlin")
NOVEMBER = datetime(2026, 11, 30, tzinfo=UTC)


@given(INSTANTS)
def test_the_next_deadline_is_ahead_and_within_a_week(after: datetime) -> None:
    due_at = next_due(BERLIN, after)
    assert timedelta(0) < due_at - after <= timedelta(days=7, hours=1)
    local = due_at.astimezone(BERLIN.zone)
    assert (local.weekday(), local.hour, local.minute) == (1, 9, 0)


@given(CADENCES, INSTANTS)
def test_deadlines_rise_strictly_and_are_at_the_local_hour_of_a_day_of_the_cadence(
    cadence: Cadence, after: datetime
) -> None:
    dates = next_dates(cadence, after, 5)
    assert [after, *dates] == sorted({after, *dates})
    for due_at in dates:
        local = due_at.astimezone(cadence.zone)
        is_in_gap = local.replace(tzinfo=None) != _written(cadence, local.date())
        # A clock that skips a night carries the deadline onto the next day.
        assert is_in_gap or cadence.pattern.has(local.date())
        assert (
            not is_in_gap
            or local.utcoffset()
            != (due_at - timedelta(days=2)).astimezone(cadence.zone).utcoffset()
        )


@given(CADENCES, INSTANTS)
def test_previous_undoes_next_and_both_enclose_every_instant(
    cadence: Cadence, at: datetime
) -> None:
    following = next_due(cadence, at)
    assert previous_due(cadence, following) == following
    before = previous_due(cadence, at)
    if before is None:
        assert isinstance(cadence.pattern, Weekdays)
        assert cadence.pattern.start
    else:
        assert before <= at < next_due(cadence, before) == following


@given(CADENCES, INSTANTS)
def test_each_deadline_lies_in_its_span_and_no_other_deadline_does(
    cadence: Cadence, at: datetime
) -> None:
    first, second = next_dates(cadence, at, 2)
    begins_at, ends_at = span_of(cadence, first)
    assert begins_at <= first < ends_at <= second or ends_at - begins_at < timedelta(days=1)


def test_nine_in_the_morning_stays_nine_when_the_clocks_change() -> None:
    march = next_due(BERLIN, datetime(2026, 3, 25, tzinfo=UTC))
    assert march == datetime(2026, 3, 31, 7, 0, tzinfo=UTC)
    assert march - timedelta(days=7) + timedelta(hours=1) == datetime(2026, 3, 24, 8, 0, tzinfo=UTC)


def test_an_hour_that_does_not_exist_falls_after_the_gap() -> None:
    assert next_due(
        parse("Sunday 02:30 Europe/Berlin"), datetime(2026, 3, 28, tzinfo=UTC)
    ) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_counts_once() -> None:
    first = next_due(parse("Sunday 02:30 Europe/Berlin"), datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_due(parse("Sunday 02:30 Europe/Berlin"), first) > first + timedelta(days=6)


def test_a_day_that_a_zone_left_out_has_no_second_deadline() -> None:
    """Apia went from 29 to 31 December 2011."""
    daily = parse("daily 09:00 Pacific/Apia")
    dates = next_dates(daily, datetime(2011, 12, 28, 12, tzinfo=UTC), 3)
    assert [f"{at.astimezone(daily.zone):%d}" for at in dates] == ["28", "29", "31"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon, Thu 09:00 UTC", ["11-30", "12-03", "12-07"]),
        ("every 2 weeks from 2026-12-22 09:00 UTC", ["12-22", "01-05", "01-19"]),
        ("31 of the month 09:00 UTC", ["11-30", "12-31", "01-31"]),
        ("last Friday of the month 09:00 UTC", ["12-25", "01-29", "02-26"]),
        ("first Tuesday of the month 09:00 UTC", ["12-01", "01-05", "02-02"]),
    ],
)
def test_a_cadence_comes_on_the_days_that_its_words_say(text: str, days: list[str]) -> None:
    assert [f"{at:%m-%d}" for at in next_dates(parse(text), NOVEMBER, 3)] == days


def test_what_has_not_begun_has_no_deadline_before() -> None:
    assert previous_due(parse("every 2 weeks from 2026-12-22 09:00 UTC"), NOVEMBER) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Tuesday 09:00 UTC", 7),
        ("daily 09:00 UTC", 1),
        ("Mon, Thu 09:00 UTC", 1),
        ("every 2 weeks from 2026-12-01 09:00 UTC", 7),
        ("last day of the month 09:00 UTC", 7),
    ],
)
def test_a_deadline_stands_for_its_week_or_where_a_week_has_several_for_its_day(
    text: str, days: int
) -> None:
    begins_at, ends_at = span_of(parse(text), next_due(parse(text), NOVEMBER))
    assert ends_at - begins_at == timedelta(days=days)
    assert days == 1 or begins_at.weekday() == 0


def test_the_best_of_a_month_is_due_on_the_third_of_the_next() -> None:
    assert month_due(BERLIN, NOVEMBER) == (date(2026, 10, 1), datetime(2026, 11, 3, 8, tzinfo=UTC))


def _written(cadence: Cadence, day: date) -> datetime:
    return datetime.combine(day, cadence.at)
