"""Markers: a text is split at them and joined with a value in each place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.editions.personalising import UnknownMarker, split_at_markers


@given(st.text(max_size=40), st.text(max_size=40))
def test_joining_gives_back_the_text_with_values_in_place(before: str, value: str) -> None:
    before = before.replace("[", "(")
    assert (
        split_at_markers(f"{before}[[email]]!").join({"email": value}, escape=False)
        == f"{before}{value}!"
    )


def test_a_missing_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UnknownMarker):
        split_at_markers("[[email]]").join({}, escape=True)
