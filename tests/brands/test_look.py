"""A look: a brand over its theme, and what an editor is told of it."""

from dataclasses import replace

from newsletter.brands.brand import Brand, Logo, LogoFile
from newsletter.brands.look import notes_on
from newsletter.brands.theme import Palette
from newsletter.brands.themes import look_of_brand

BLACK = LogoFile("a" * 64, 200, 60, "#111111", True)
WHITE = replace(BLACK, tone="#f4f4f4")


def test_what_a_brand_says_nothing_of_is_as_the_theme_has_it() -> None:
    plain = look_of_brand(Brand(theme="bulletin"))
    assert (plain.header, plain.corner, plain.font["heading"]) == (
        "band",
        8,
        "Helvetica,Arial,sans-serif",
    )
    own = look_of_brand(Brand("bulletin", header="marker", corner=0, heading_font="georgia"))
    assert (own.header, own.corner, own.font["heading"]) == ("marker", 0, "Georgia,serif")
    assert own.font["body"] == plain.font["body"]


def test_a_header_with_a_logo_that_is_missing_shows_the_name() -> None:
    assert look_of_brand(Brand(header="logo")).header == "plain"


def test_a_transparent_logo_that_the_night_hides_gets_a_plate_and_is_spoken_of() -> None:
    look = look_of_brand(Brand(header="logo", logo=Logo(BLACK, "b")))
    assert (look.light_plate, look.dark_plate) == (False, True)
    assert [note for note in notes_on(look) if note.startswith("Dark: the logo is transparent")]
    bare = look_of_brand(Brand(header="logo", logo=Logo(BLACK, "b", plate=False)))
    assert not bare.dark_plate
    assert "A plate behind it would help." in notes_on(bare)[0]


def test_a_logo_for_the_night_needs_no_plate_there() -> None:
    look = look_of_brand(Brand(header="logo", logo=Logo(BLACK, "b", dark=WHITE)))
    assert not notes_on(look)
    assert not look.dark_plate


def test_a_white_logo_gets_its_plate_by_day() -> None:
    assert look_of_brand(Brand(logo=Logo(WHITE, "b"))).light_plate


def test_each_mended_colour_is_said() -> None:
    notes = notes_on(look_of_brand(Brand(light=Palette(text="#dddddd"))))
    assert notes == (
        "Light: the text #dddddd had a contrast of 1.2 : 1 on the sheet; it is printed as #6b6b6b.",
    )
