"""Figures beside what is to be reached: which fall short, and how a table says so."""

import pytest

from bench.figures import REPORTED, SHORT, Figure, median, row


@pytest.mark.parametrize(
    ("value", "reach", "is_short"),
    [
        (80.0, "≤ 80", False),
        (80.1, "≤ 80", True),
        (0.75, "≥ 0.75", False),
        (0.7499, "≥ 0.75", True),
        (-0.02, "≤ 0.10", False),  # the ledger may cost nothing within the noise
        (1e9, REPORTED, False),
    ],
)
def test_a_figure_falls_short_on_the_wrong_side_of_its_reach(
    value: float, reach: str, is_short: bool
) -> None:
    figure = Figure("a ratio", value, "×", reach)
    assert figure.is_short is is_short
    assert figure.as_json()["short"] is is_short
    assert row([figure]).endswith(SHORT) is is_short


def test_the_median_of_the_rounds_is_judged_and_their_spread_is_shown() -> None:
    rounds = [Figure("a ratio", value, "×", "≥ 0.7") for value in (0.2, 0.9, 0.8)]
    assert median(rounds).value == 0.8
    assert "(0.2 … 0.9)" in row(rounds)
    assert SHORT not in row(rounds)


def test_a_reach_that_nobody_can_read_is_an_error() -> None:
    with pytest.raises(KeyError):
        _ = Figure("a ratio", 1.0, "×", "about 1").is_short
