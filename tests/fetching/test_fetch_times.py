"""How long a source is left alone: longer after each failure, a day at most."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.fetching.fetch_times import EVERY, LONGEST, back_off, wait_asked_for
from tests.samples.times import NOON


@given(st.integers(1, 40), st.integers(1, 10_000))
def test_each_failure_makes_the_wait_longer_up_to_a_day_give_or_take_a_seventh(
    failures: int, key: int
) -> None:
    plain = min(LONGEST, EVERY * 2 ** min(failures - 1, 10))
    assert plain * 6 / 7 <= back_off(failures, key) <= plain * 8 / 7
    assert back_off(failures, key) == back_off(failures, key), "the same each time it is asked"


def test_sources_that_failed_together_do_not_come_back_together() -> None:
    assert len({back_off(1, key) for key in range(200)}) == 200


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("99999999999999999999", LONGEST),
        ("Tue, 12 May 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Fri, 31 Dec 2099 23:59:59 GMT", LONGEST),
        ("Tue, 12 May 2020 13:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("१२", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_capped(
    header: str, expected: timedelta | None
) -> None:
    assert wait_asked_for(header, datetime(2026, 5, 12, 12, 0, tzinfo=UTC)) == expected


@given(st.text(max_size=40))
def test_no_retry_after_breaks_the_reader(header: str) -> None:
    assert (
        wait_asked_for(header, NOON) is None
        or timedelta() <= wait_asked_for(header, NOON) <= LONGEST
    )  # type: ignore[operator]
