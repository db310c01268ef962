"""What is typed is read whatever its spelling; what is no value of its kind is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import Refused
from newsletter.publications.fields import kinds
from newsletter.publications.fields.preference import Preference
from newsletter.publications.fields.table import PREFERENCES


@pytest.mark.parametrize(
    ("typed", "value"), [("7", 7), (" 1,000 ", 1000), ("12 000", 12_000), ("+3", 3), ("-4", -4)]
)
def test_a_whole_number_is_read_as_people_write_it(typed: str, value: int) -> None:
    assert kinds.NUMBER.read(typed) == value


@pytest.mark.parametrize(
    "typed", ["", "seven", "1.5", "\N{ARABIC-INDIC DIGIT THREE}", "9" * 5000, "0x10", "1_0"]
)
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(kinds.NoNumber):
        kinds.NUMBER.read(typed)


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "1e999", "", "a"])
def test_no_number_without_an_end_is_read(typed: str) -> None:
    with pytest.raises(kinds.NoNumber):
        kinds.DECIMAL.read(typed)


def test_a_comma_may_stand_before_a_fraction() -> None:
    assert kinds.DECIMAL.read("2,5") == 2.5


def test_a_list_has_a_value_on_each_line() -> None:
    assert kinds.LIST.read("  Tides \r\n\r\nShips\n") == ["Tides", "Ships"]


def test_speeds_are_shown_as_they_are_typed() -> None:
    rates = kinds.RATES.read("Big.example = 10\nslow.example 0.5")
    assert kinds.RATES.show(rates) == "big.example 10\nslow.example 0.5"


@given(st.text(max_size=400))
def test_whatever_is_typed_is_kept_clean_or_refused_in_words(typed: str) -> None:
    """No text ends in another error, and what is kept is shown and read back the same."""
    for preference in PREFERENCES.values():
        if preference.name != "cues":  # tests/publications/test_cues.py
            _try(preference, typed)


def _try(preference: Preference, typed: str) -> None:
    try:
        kept = preference.read(typed)
    except Refused as refusal:
        assert str(refusal)
    else:
        assert preference.read(preference.show(kept)) == kept
