"""Tones: whatever colours are chosen, in each theme every text can be read on its ground."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.brands.colours import READABLE, contrast
from newsletter.brands.theme import NAMES, Palette
from newsletter.brands.themes import shipped_names, shipped_theme
from newsletter.brands.tones import Scheme, tones_of

COLOURS = st.one_of(st.just(""), st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
PALETTES = st.builds(Palette, **dict.fromkeys(NAMES, COLOURS))


@settings(max_examples=150)
@given(PALETTES, st.sampled_from(shipped_names()), st.sampled_from(["light", "dark"]))
def test_every_text_of_every_palette_can_be_read(
    palette: Palette, theme: str, scheme: Scheme
) -> None:
    tones, mended = tones_of(shipped_theme(theme), palette, scheme)
    assert tones.least_contrast() >= READABLE
    for mending in mended:
        assert mending.before != mending.after
        assert mending.ratio < READABLE
        assert mending.after in mending.sentence


@pytest.mark.parametrize("theme", shipped_names())
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_theme_that_ships_needs_no_mending(theme: str, scheme: Scheme) -> None:
    tones, mended = tones_of(shipped_theme(theme), Palette(), scheme)
    assert not mended
    assert tones.least_contrast() >= 5


def test_a_colour_that_passes_stays_as_it_was_chosen() -> None:
    chosen = Palette("#f0f0f0", "#ffffff", "#202020", "#505050", "#005ad2", "#ffffff")
    tones, mended = tones_of(shipped_theme("bulletin"), chosen, "light")
    assert not mended
    shown = (tones.background, tones.paper, tones.text, tones.muted, tones.accent, tones.on_accent)
    assert shown == ("#f0f0f0", "#ffffff", "#202020", "#505050", "#005ad2", "#ffffff")
    assert tones.link == "#005ad2"


def test_where_no_text_can_be_read_on_both_grounds_what_is_behind_the_sheet_gives_way() -> None:
    chosen = Palette(background="#808080", paper="#000000", text="#ffffff")
    tones, mended = tones_of(shipped_theme("marked"), chosen, "light")
    assert tones.paper == "#000000"
    assert contrast(tones.text, tones.background) >= READABLE
    assert mended[0].name == "background"


def test_an_accent_like_the_sheet_makes_no_button_that_nobody_sees() -> None:
    tones, _ = tones_of(shipped_theme("bulletin"), Palette(accent="#fefefe"), "light")
    assert contrast(tones.button, tones.paper) >= 3
    assert contrast(tones.panel_button, tones.panel) >= 3
