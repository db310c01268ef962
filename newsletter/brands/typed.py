"""Pure. A brand as people type it: texts by name, from the form of the desk or the terminal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from newsletter.brands.brand import Brand, check_brand, read_links, write_links
from newsletter.brands.theme import NAMES, Palette
from newsletter.errors import Refused
from newsletter.text import is_number

SCHEMES = ("light", "dark")
COLOURS = tuple(f"{scheme}_{name}" for scheme in SCHEMES for name in NAMES)
THEME = "theme"  # is chosen before the rest: it may be in a folder of this machine
PICKED, SEEN = "pick_", "seen_"  # a browser's own field for colours, and what it showed
YES = "yes"
Typed = Mapping[str, str]


class BadCornerText(Refused):
    """A corner is a number of pixels from 0 to 24, or nothing for that of the theme."""


@dataclass(frozen=True, slots=True)
class TypedBrand:
    """A brand with all that could be read; `errors` has the sentence for each text that could
    not."""

    brand: Brand
    errors: Mapping[str, str]


def read_typed(
    typed: Typed,
    brand: Brand,
) -> TypedBrand:
    """Read texts over a brand; a name that is missing changes nothing."""
    errors = {}
    for name, text in with_picked(typed).items():
        try:
            brand = _changed(
                brand,
                name,
                text,
            )
        except Refused as error:
            errors[name] = str(error)
    return TypedBrand(brand, errors)


def show_typed(brand: Brand) -> dict[str, str]:
    """Return a brand as texts, which `read_typed` reads back."""
    colours = {name: getattr(*_place(brand, name)) for name in COLOURS}
    return {
        THEME: brand.theme,
        "header": brand.header,
        "heading_font": brand.heading_font,
        "text_font": brand.text_font,
        "corner": "" if brand.corner is None else str(brand.corner),
        "footer": brand.footer,
        "links": write_links(brand.links),
        **colours,
        **_logo_texts(brand),
    }


def with_picked(typed: Typed) -> Typed:
    """Let a colour that was picked stand for what is typed beside it.

    Each such field always has a colour: it was picked if it is another than was shown.
    """
    picked = {
        name: typed[PICKED + name]
        for name in COLOURS
        if typed.get(PICKED + name, "") != typed.get(SEEN + name, "")
    }
    return {**typed, **picked}


def _changed(
    brand: Brand,
    name: str,
    text: str,
) -> Brand:
    if name in COLOURS:
        return check_brand(
            _with_colour(
                brand,
                name,
                text,
            )
        )
    change = READERS.get(name)
    return check_brand(change(brand, text)) if change else brand


def _place(
    brand: Brand,
    name: str,
) -> tuple[Palette, str]:
    scheme, _, colour = name.partition("_")
    return getattr(brand, scheme), colour


def _with_colour(
    brand: Brand,
    name: str,
    text: str,
) -> Brand:
    palette, colour = _place(brand, name)
    changed = replace(palette, **{colour: text})
    return replace(brand, light=changed) if palette is brand.light else replace(brand, dark=changed)


def _logo_texts(brand: Brand) -> dict[str, str]:
    if brand.logo is None:
        return {}
    return {"alt": brand.logo.alt, "plate": YES if brand.logo.plate else "no"}


def _with_corner(
    brand: Brand,
    text: str,
) -> Brand:
    typed = text.strip()
    if typed and not is_number(typed):
        raise BadCornerText
    return replace(brand, corner=int(typed) if typed else None)


def _with_alt(
    brand: Brand,
    text: str,
) -> Brand:
    return replace(brand, logo=brand.logo and replace(brand.logo, alt=text))


def _with_plate(
    brand: Brand,
    text: str,
) -> Brand:
    return replace(brand, logo=brand.logo and replace(brand.logo, plate=text == YES))


READERS: Mapping[str, Callable[[Brand, str], Brand]] = {
    "header": lambda brand, text: replace(brand, header=text),
    "heading_font": lambda brand, text: replace(brand, heading_font=text),
    "text_font": lambda brand, text: replace(brand, text_font=text),
    "corner": _with_corner,
    "footer": lambda brand, text: replace(brand, footer=text),
    "links": lambda brand, text: replace(brand, links=read_links(text)),
    "alt": _with_alt,
    "plate": _with_plate,
}
