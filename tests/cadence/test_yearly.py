"""Events of each year: on their days, for the years of their rule, and no others."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cadence.yearly import BadRule, LeftOut, days_by_rule

FIRST = date(2026, 12, 25)
END = date(2031, 12, 31)
WORDS = """
    FREQ=YEARLY FREQ=DAILY INTERVAL=0 INTERVAL=2 COUNT=3 COUNT=x UNTIL=20280101 UNTIL=99999999
    BYMONTH=2 BYMONTH=0 BYMONTHDAY=-31 BYMONTHDAY=30 BYDAY=5FR BYDAY=-5MO BYDAY=XX WKST=MO X
"""
PARTS = st.sampled_from(WORDS.split())


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=YEARLY", [f"{year}-12-25" for year in range(2026, 2032)]),
        ("freq=yearly;until=20280101", ["2026-12-25", "2027-12-25"]),
        ("FREQ=YEARLY;COUNT=2", ["2026-12-25", "2027-12-25"]),
        ("FREQ=YEARLY;INTERVAL=2", ["2026-12-25", "2028-12-25", "2030-12-25"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2", ["2027-11-25", "2028-11-23"]),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2", ["2027-05-31", "2028-05-29"]),
        (
            "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1;COUNT=3",
            ["2027-01-01", "2027-07-01", "2028-01-01"],
        ),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29"]),
        ("FREQ=YEARLY;BYMONTHDAY=-1;COUNT=1", ["2026-12-31"]),
        ("FREQ=YEARLY;BYMONTH=2;BYDAY=5SU", []),
    ],
)
def test_a_rule_gives_its_days(rule: str, days: list[str]) -> None:
    assert [f"{day}" for day in days_by_rule(rule, FIRST, END)] == days


@given(st.one_of(st.text(max_size=40), st.lists(PARTS, max_size=6).map(";".join)))
def test_any_rule_is_read_left_out_or_refused(rule: str) -> None:
    try:
        days = list(days_by_rule(rule, FIRST, END))
    except (LeftOut, BadRule) as reason:
        assert str(reason)
        return
    assert days == sorted(set(days))
    assert all(FIRST <= day <= END for day in days)
