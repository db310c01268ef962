"""The style of pages: nothing for the present look, and readable pairs for any other."""

from hypothesis import given, settings

from newsletter.brands.brand import Brand
from newsletter.brands.colours import READABLE, contrast
from newsletter.brands.page_style import page_style, page_tones
from newsletter.brands.theme import Palette
from newsletter.brands.themes import look_of_brand, shipped_theme
from newsletter.brands.tones import tones_of
from tests.brands.test_tones import PALETTES

SIGNALS = ("--accent", "--ok", "--warn", "--bad")


def test_the_present_look_changes_no_page() -> None:
    assert "{" not in page_style(look_of_brand(Brand()))


def test_a_chosen_colour_reaches_the_pages_by_day_and_by_night() -> None:
    style = page_style(look_of_brand(Brand(light=Palette(background="#f8f0ff"))))
    assert "--paper: light-dark(#f8f0ff, #0d0f0e);" in style


def test_a_chosen_font_alone_changes_the_font_alone() -> None:
    style = page_style(look_of_brand(Brand(heading_font="verdana")))
    assert style == ":root {\n  --serif: Verdana,Geneva,sans-serif;\n}\n"


@settings(max_examples=150)
@given(PALETTES)
def test_every_text_of_a_page_can_be_read_on_every_ground(palette: Palette) -> None:
    tones = page_tones(tones_of(shipped_theme("bulletin"), palette, "light")[0])
    plain = ("--paper", "--surface", "--sunken", "--hover")
    for text in ("--ink", "--ink-2", "--ink-3"):
        grounds = (*plain, *(f"{signal}-soft" for signal in SIGNALS))
        assert min(contrast(tones[text], tones[ground]) for ground in grounds) >= READABLE
    for signal in SIGNALS:
        grounds = (*plain, f"{signal}-soft")
        assert min(contrast(tones[signal], tones[ground]) for ground in grounds) >= READABLE
    assert contrast(tones["--on-fill"], tones["--accent-fill"]) >= READABLE
