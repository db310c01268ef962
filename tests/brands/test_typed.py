"""A brand as it is typed: read back as it was shown, with a sentence for each slip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.brands.brand import Brand
from newsletter.brands.theme import Palette
from newsletter.brands.typed import COLOURS, read_typed, show_typed
from tests.brands.test_brand import FULL


@pytest.mark.parametrize("brand", [Brand(), FULL])
def test_what_is_shown_is_read_back(brand: Brand) -> None:
    read = read_typed(show_typed(brand), brand)
    assert read.brand == brand
    assert not read.errors


def test_each_slip_has_its_own_sentence_and_the_rest_is_read() -> None:
    read = read_typed(
        {"light_text": "blue", "corner": "round", "header": "neon", "footer": "Made here."},
        Brand(),
    )
    assert read.brand == Brand(footer="Made here.")
    assert read.errors.keys() == {"light_text", "corner", "header"}
    assert all(" " in sentence for sentence in read.errors.values())


def test_a_colour_that_was_picked_wins_and_one_that_was_only_shown_does_not() -> None:
    shown = {"light_accent": "", "pick_light_accent": "#e6f15a", "seen_light_accent": "#e6f15a"}
    assert read_typed(shown, Brand()).brand == Brand()
    picked = {**shown, "pick_light_accent": "#123456"}
    assert read_typed(picked, Brand()).brand.light == Palette(accent="#123456")


@given(st.dictionaries(st.sampled_from([*COLOURS, "corner", "links", "alt", "x"]), st.text()))
def test_any_texts_are_read_or_refused(typed: dict[str, str]) -> None:
    read = read_typed(typed, Brand())
    assert set(read.errors) <= set(typed)
