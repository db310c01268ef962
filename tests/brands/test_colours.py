"""Colours: contrast as WCAG counts it, and a mending that always can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.brands.colours import (
    READABLE,
    BadColour,
    contrast,
    is_readable,
    luminance,
    mend,
    mix,
    read_colour,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.01)


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_both_ways_and_never_below_one(first: str, second: str) -> None:
    assert 1 <= contrast(first, second) == contrast(second, first) <= 21.01


@given(COLOURS, COLOURS)
def test_for_one_ground_there_always_is_a_readable_lightness(colour: str, ground: str) -> None:
    mended = mend(colour, (ground,))
    assert mended
    assert contrast(mended, ground) >= READABLE
    assert mended == colour or not is_readable(colour, ground), "what passes stays"


@given(COLOURS, COLOURS, COLOURS)
def test_for_two_grounds_a_mended_colour_passes_on_both_or_there_is_none(
    colour: str, first: str, second: str
) -> None:
    mended = mend(colour, (first, second))
    assert mended is None or is_readable(mended, first, second)


def test_the_nearest_lightness_is_taken_and_the_hue_stays() -> None:
    assert mend("#ff0000", ("#ffffff",)) == "#ee0000"


@given(COLOURS, COLOURS, st.floats(0, 1))
def test_a_mixture_lies_between_in_each_channel(first: str, second: str, share: float) -> None:
    mixed = bytes.fromhex(mix(first, second, share)[1:])
    ends = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    assert all(min(pair) <= channel <= max(pair) for channel, pair in zip(mixed, ends, strict=True))


@pytest.mark.parametrize("text", ["#FC0", "fc0", " #FFCC00 "])
def test_a_colour_is_read_as_people_type_it(text: str) -> None:
    assert read_colour(text) == "#ffcc00"


@given(st.text(max_size=12))
def test_what_is_no_colour_is_refused(text: str) -> None:
    try:
        colour = read_colour(text)
    except BadColour:
        return
    assert 0 <= luminance(colour) <= 1
    assert len(colour) == 7


@pytest.mark.parametrize("text", ["", "#12", "#12345g", "red;}", "#١٢٣", "url(x)", "#1234567"])
def test_hostile_colours_are_refused(text: str) -> None:
    with pytest.raises(BadColour):
        read_colour(text)
