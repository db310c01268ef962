"""Cadence: always strictly ahead, always at the local hour, right over daylight saving."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.schedule.cadence import BadCadence, next_due, parse, previous_due, week_of

BERLIN = parse("Tuesday 09:00 Europe/Berlin")
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC)
)


@given(INSTANTS)
def test_the_next_deadline_is_ahead_and_within_a_week(after: datetime) -> None:
    due_at = next_due(BERLIN, after)
    assert timedelta(0) < due_at - after <= timedelta(days=7, hours=1)
    local = due_at.astimezone(BERLIN.zone)
    assert (local.weekday(), local.hour, local.minute) == (1, 9, 0)


@given(INSTANTS)
def test_previous_and_next_enclose_every_instant(at: datetime) -> None:
    before = previous_due(BERLIN, at)
    assert before <= at < next_due(BERLIN, before)


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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tuesday",
        "Someday 09:00 Europe/Berlin",
        "Tuesday 25:00 UTC",
        "Tuesday 09:00 Mars/Base",
        "Tuesday 09:00 localtime",  # another time on another machine
        "Tuesday 09:00 Factory",
        "Tuesday 09:00 right/Europe/Berlin",  # half a minute off: it counts leap seconds
    ],
)
def test_a_bad_cadence_says_what_is_expected(text: str) -> None:
    with pytest.raises(BadCadence, match="Tuesday 09:00"):
        parse(text)


@given(INSTANTS)
def test_each_deadline_has_a_week_of_its_own(at: datetime) -> None:
    monday, next_monday = week_of(BERLIN, at)
    assert monday <= at < next_monday
    assert monday <= next_due(BERLIN, monday) < next_monday
    assert week_of(BERLIN, next_monday)[0] == next_monday
