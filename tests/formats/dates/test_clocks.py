"""The time of day, as each language writes it."""

import pytest

from newsletter.formats.dates.clocks import take_clock


@pytest.mark.parametrize(
    "text",
    [
        *("17:00", "5 p.m.", "5:00 p. m.", "17h", "17h00", "17 uhr", "17.00 uhr", "kl. 17.00"),
        *(
            "klo 17",
            "ore 17",
            "pukul 17.00",
            "下午5:00",
            "오후 5:00",
            "午後5時",
            "17点00分",
            "5:00 μ.μ.",
        ),
        *("5:00 μ.μ.", "5:00 م", "4 may, 17.00", "at 17:00:00"),
    ],
)
def test_five_in_the_afternoon_is_seventeen(text: str) -> None:
    clock, _, rest = take_clock(text)
    assert clock == (17, 0, 0)
    assert "17" not in rest


@pytest.mark.parametrize("text", ["5 may 2026", "1.2.26", "version 17", "5.6.2026", ""])
def test_a_day_is_no_time_of_day(text: str) -> None:
    assert take_clock(text) == (None, "", text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        *(("17:00 +0200", "+0200"), ("17:00 (europe/rome)", "europe/rome"), ("17 uhr mez", "mez")),
        *(("17:00 eastern time", "eastern time"), ("09:00 mai 5", ""), ("17:00", "")),
    ],
)
def test_the_zone_is_behind_the_time(text: str, zone: str) -> None:
    assert take_clock(text)[1] == zone


def test_german_am_is_no_morning() -> None:
    assert take_clock("17:30 am 5. mai")[0] == (17, 30, 0)
    assert take_clock("12 am")[0] == (0, 0, 0)
    assert take_clock("12:30 pm")[0] == (12, 30, 0)
