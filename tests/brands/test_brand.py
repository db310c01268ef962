"""A brand: kept as it was chosen, and refused where a letter could not print it."""

from dataclasses import replace

import pytest

from newsletter.brands import brand as brands
from newsletter.brands.brand import (
    Brand,
    Logo,
    LogoFile,
    SocialLink,
    check_brand,
    load_brand,
    read_links,
    store_brand,
    write_links,
)
from newsletter.brands.colours import BadColour
from newsletter.brands.theme import Palette
from newsletter.errors import Refused

FILE = LogoFile("a" * 64, 200, 60, "#112233", True)
FULL = Brand(
    theme="own",
    files=(("theme.toml", "x"),),
    light=Palette(accent="#112233"),
    heading_font="verdana",
    text_font="tahoma",
    corner=4,
    header="logo",
    footer="Made in a harbour.",
    links=(SocialLink("Mastodon", "https://social.example/@tide"),),
    logo=Logo(FILE, "b" * 64, alt="The Tide"),
)


@pytest.mark.parametrize("brand", [Brand(), FULL, replace(FULL, logo=Logo(FILE, "c", FILE))])
def test_a_brand_comes_back_as_it_was_stored(brand: Brand) -> None:
    assert load_brand(store_brand(brand)) == brand


def test_what_is_as_the_theme_has_it_is_not_stored() -> None:
    assert store_brand(Brand()) == {}
    assert store_brand(Brand(header="plain")) == {"header": "plain"}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (Brand(header="neon"), brands.UnknownHeader),
        (Brand(heading_font="Comic Sans"), brands.UnknownFont),
        (Brand(text_font="x;}"), brands.UnknownFont),
        (Brand(corner=-1), brands.BadCorner),
        (Brand(corner=400), brands.BadCorner),
        (Brand(footer="x" * 301), brands.BadFooter),
        (Brand(dark=Palette(text="neon")), BadColour),
        (Brand(links=(SocialLink("x", "javascript:alert(1)"),)), brands.BadLinks),
        (Brand(links=(SocialLink("x", 'https://x.example/"><b>'),)), brands.BadLinks),
        (Brand(links=(SocialLink("", "https://x.example"),)), brands.BadLinks),
        (Brand(links=(SocialLink("x", "https://x.example"),) * 7), brands.BadLinks),
        (Brand(logo=Logo(FILE, "b", alt="x" * 121)), brands.BadAlt),
    ],
)
def test_what_cannot_be_printed_is_refused(wrong: Brand, error: type[Refused]) -> None:
    with pytest.raises(error):
        check_brand(wrong)


def test_a_brand_is_tidied() -> None:
    typed = Brand(light=Palette(accent=" FC0 "), footer=" two \n lines ")
    assert check_brand(typed) == Brand(light=Palette(accent="#ffcc00"), footer="two lines")


def test_links_are_lines_of_a_name_and_an_address() -> None:
    text = "Our Mastodon https://social.example/@tide\nVideos https://video.example/tide"
    assert write_links(read_links(text)) == text
    assert read_links(" \n") == ()
    for wrong in ("https://x.example", "x ftp://x.example", "a https://x.example\n" * 7):
        with pytest.raises(brands.BadLinks):
            read_links(wrong)
