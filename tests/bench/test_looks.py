"""Looks in Chromium: a letter with any brand keeps the rules for those who see badly.

`python -m bench.looks` looks at all of them; here each brand is looked at in one theme.
"""

from dataclasses import replace

import pytest

from bench.looks import BRANDS, READABLE, face_of_brand, letters, look_at, measure
from newsletter.brands.brand import Brand
from newsletter.brands.page_style import page_tones
from newsletter.brands.themes import look_of_brand, shipped_names
from tests.doubles.browser import chromium


@pytest.mark.parametrize("name", BRANDS)
def test_no_brand_makes_a_letter_that_cannot_be_read_in_any_theme(name: str) -> None:
    for theme in shipped_names():
        look = look_of_brand(replace(BRANDS[name], theme=theme))
        assert look.light.least_contrast() >= READABLE
        assert look.dark.least_contrast() >= READABLE
        assert page_tones(look.light).keys() == page_tones(look.dark).keys()


def test_letters_keep_the_rules_in_a_browser_wide_by_day_and_narrow_by_night() -> None:
    themes = shipped_names()
    brands = {"as it ships": Brand(), **BRANDS}
    broken = []
    with chromium() as browser:
        for number, (name, brand) in enumerate(brands.items()):
            face = face_of_brand(replace(brand, theme=themes[number % len(themes)]))
            for kind, html in letters(face):
                for width, scheme in ((640, "light"), (375, "dark")):
                    page = look_at(browser, html, width, scheme)
                    faults = measure(page).faults
                    page.close()
                    broken += [f"{name}, {kind}, {width}: {fault}" for fault in faults]
    assert not broken, "\n".join(broken)


def test_a_letter_in_hebrew_keeps_the_rules() -> None:
    with chromium() as browser:
        for _, html in letters(face_of_brand(Brand(), "he")):
            page = look_at(browser, html, 375, "light")
            assert not measure(page).faults
            page.close()
