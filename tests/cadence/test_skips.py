"""Skipped dates: read as people write them, within limits, and no deadline comes on them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cadence.dates import (
    Cadence,
    NeverComes,
    check_comes,
    next_dates,
    next_due,
    previous_due,
)
from newsletter.cadence.reading import parse
from newsletter.cadence.skips import (
    BadSkip,
    SkippedDates,
    TooManySkips,
    lines_of,
    read_skip,
    read_skips,
    skip_days,
    without_past,
)
from newsletter.publications.dates import cadence_in
from tests.cadence.cadences import CADENCES, INSTANTS

NOVEMBER = datetime(2026, 11, 30, tzinfo=UTC)
DAYS = st.dates(date(2000, 1, 1), date(2098, 1, 1))
SKIPS = st.builds(
    lambda first, days, name: skip_days(first, first + timedelta(days=days), name),
    DAYS,
    st.integers(0, 100),
    st.one_of(st.text(max_size=70), st.sampled_from(["to 2027-01-01", ": x", "2027-01-01", "–"])),
)


@given(SKIPS)
def test_a_line_is_read_as_the_skip_that_it_was_printed_from(skip: SkippedDates) -> None:
    found = read_skip(str(skip))
    assert (found.first, found.last) == (skip.first, skip.last)
    assert str(read_skip(str(found))) == str(found)


@given(CADENCES, INSTANTS, st.lists(SKIPS, max_size=3))
def test_no_deadline_comes_on_a_skipped_date_and_all_others_stay(
    cadence: Cadence, at: datetime, skips: list[SkippedDates]
) -> None:
    skipping = replace(cadence, skips=tuple(skips))
    dates = next_dates(skipping, at, 3)
    assert dates == sorted(set(dates))
    # A clock that skips a night carries a deadline onto the next day.
    assert cadence.zone.key == "Pacific/Apia" or all(
        skipping.has(due_at.astimezone(cadence.zone).date()) for due_at in dates
    )
    following = next_due(skipping, at)
    assert previous_due(skipping, following) == following


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-12-25", "2026-12-25"),
        ("2026-12-24 to 2027-01-01 Holidays", "2026-12-24 to 2027-01-01: Holidays"),
        (" 2026-12-24..2027-01-01:  Off ", "2026-12-24 to 2027-01-01: Off"),
        ("2026-12-25 – 2026-12-26", "2026-12-25 to 2026-12-26"),
        ("2026-12-25 to 2026-12-25 Christmas", "2026-12-25: Christmas"),
    ],
)
def test_a_skip_is_kept_in_one_form(text: str, kept: str) -> None:
    assert str(read_skip(text)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Christmas",
        "25.12.2026",
        "2026-02-30",
        "2026-12-25 to",
        "2027-01-01 to 2026-12-24",
        "2026-01-01 to 2027-06-01",
        "9999-12-31",
        "----------",
        "2026-12-25" * 50,
    ],
)
def test_what_is_no_skip_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(BadSkip):
        read_skip(text)


def test_many_dates_are_refused_before_a_search_gets_long() -> None:
    every_other_day = [f"{date(2026, 1, 1) + timedelta(days=2 * day)}" for day in range(401)]
    with pytest.raises(TooManySkips):
        read_skips(every_other_day)
    with pytest.raises(TooManySkips):
        read_skips([f"{year}-01-01 to {year}-12-31" for year in (2027, 2028, 2029)])


def test_the_same_days_are_skipped_once_with_the_later_name() -> None:
    lines = ["2026-12-25 Feast", "2026-12-24", "2026-12-25 Christmas", " "]
    assert lines_of(read_skips(lines)) == ["2026-12-24", "2026-12-25: Christmas"]


def test_what_is_over_for_a_month_is_forgotten() -> None:
    skips = read_skips(["2026-10-01", "2026-11-15", "2026-09-01 to 2026-12-01"])
    assert [skip.first.month for skip in without_past(skips, NOVEMBER.date())] == [9, 11]


def test_a_cadence_that_never_comes_is_refused_with_words() -> None:
    never = {"cadence": "Tuesday 09:00 UTC", "skipped": [
        "2026-11-01 to 2027-10-31", "2027-11-01 to 2028-10-31",
    ]}  # fmt: skip
    with pytest.raises(NeverComes, match="before 7 November 2028"):
        check_comes(cadence_in(never), NOVEMBER)
    check_comes(parse("Tuesday 09:00 UTC"), NOVEMBER)
    later = parse("every 2 weeks from 2030-01-01 09:00 UTC")
    with pytest.raises(NeverComes, match="1 January 2030"):
        check_comes(later, NOVEMBER)
