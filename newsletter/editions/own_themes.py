"""An operator's theme, checked before anybody chooses it: an issue and a letter are printed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from newsletter.brands.brand import Brand
from newsletter.brands.look import Look
from newsletter.brands.theme import BadTheme
from newsletter.brands.themes import choose_theme, look_of_brand, own_names
from newsletter.editions.blocks.own_blocks import check_blocks
from newsletter.editions.content import Face
from newsletter.editions.mjml import TemplateBroken
from newsletter.editions.press import press, press_letter
from newsletter.editions.specimen import specimen

HOME = "https://specimen.example/"
FACE = Face(
    "The Specimen",
    "A week in made-up words",
    "en",
    HOME,
    HOME,
    HOME,
    "1 Quay Street",
)
# What every issue has, whatever its theme: the law asks for a way to leave.
ASKED_FOR = ("unsubscribe_url", "preferences_url", "view_url")
LETTER = {"email": "reader@specimen.example", "confirm_url": HOME, "confirm_expires": "tomorrow"}


def choose(brand: Brand, folder: Path, name: str) -> Brand:
    """Return a brand with another theme: one that ships, or a sound one of an operator's folder.

    Raises NoSuchTheme or BadTheme.
    """
    # A theme whose folder is gone stays as it is kept, until another is chosen.
    if name == brand.theme and name not in own_names(folder):
        return brand
    files = choose_theme(folder, name)
    if files:
        check_theme(name, dict(files))
    return replace(brand, theme=name, files=files)


def check_theme(
    name: str,
    files: Mapping[str, str],
) -> Look:
    """Return how an operator's theme looks. Raises BadTheme with the file, and where it can
    with line and column."""
    return _checked(name, tuple(files.items()))


# A theme is looked at again with each preview of a colour.
@lru_cache(maxsize=8)
def _checked(
    name: str,
    files: tuple[tuple[str, str], ...],
) -> Look:
    look = look_of_brand(Brand(name, files))
    check_blocks(look.blocks)
    if look.blocks:
        _print(replace(FACE, look=look))
    return look


def _print(face: Face) -> None:
    try:
        printed = press(specimen(face))
        press_letter(
            "confirm",
            face,
            LETTER,
        )
    except TemplateBroken as broken:
        raise BadTheme(str(broken)) from broken
    for marker in ASKED_FOR:
        if printed.markers.spell(marker) not in printed.html:
            raise BadTheme(f"An issue printed with this theme has no {marker}.")
    if printed.html.count("<h1") != 1:
        raise BadTheme("An issue has one heading of the first level, <h1>, in its header.")
