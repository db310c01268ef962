"""Pure. The look of a publication: a theme with a brand over it, ready for templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from newsletter.brands.brand import Brand, Logo, LogoFile, SocialLink
from newsletter.brands.colours import VISIBLE, contrast
from newsletter.brands.fonts import STACKS
from newsletter.brands.theme import Theme
from newsletter.brands.tones import Mending, Tones, tones_of


@dataclass(frozen=True, slots=True)
class Look:
    """All that templates print of how a publication looks. Every text in it is checked."""

    name: str  # of the theme
    light: Tones
    dark: Tones
    mended: tuple[Mending, ...]
    layout: Mapping[str, int]
    font: Mapping[str, str]  # stacks, by what they are for
    type: Mapping[str, Mapping[str, Any]]
    header: str
    align: str
    corner: int
    footer: str
    links: tuple[SocialLink, ...]
    logo: Logo | None
    blocks: tuple[tuple[str, str], ...]  # an operator's own templates, by kind
    colours_pages: bool  # pages have the letter's colours, not those of the service
    heading_font: str  # chosen by an editor; "" for that of the theme
    text_font: str

    @property
    def changes_pages(self) -> bool:
        """True if pages look other than as the service ships them."""
        chosen = (self.colours_pages, self.heading_font, self.text_font)
        return any(chosen) or self.light_plate or self.dark_plate

    @property
    def light_logo(self) -> LogoFile | None:
        """The logo on light paper."""
        return self.logo.light if self.logo else None

    @property
    def dark_logo(self) -> LogoFile | None:
        """The logo on dark paper."""
        return self.logo.dark or self.logo.light if self.logo else None

    @property
    def light_plate(self) -> bool:
        """True if the logo gets a plate on light paper."""
        return self._has_plate and is_hard_to_see(self.light_logo, self.light)

    @property
    def dark_plate(self) -> bool:
        """True if the logo gets a plate on dark paper."""
        return self._has_plate and is_hard_to_see(self.dark_logo, self.dark)

    @property
    def _has_plate(self) -> bool:
        return self.logo is not None and self.logo.plate


def look_of(
    theme: Theme,
    brand: Brand,
) -> Look:
    """Return the look of a brand over its theme."""
    light, mended_light = tones_of(
        theme,
        brand.light,
        "light",
    )
    dark, mended_dark = tones_of(
        theme,
        brand.dark,
        "dark",
    )
    return Look(
        name=theme.name,
        light=light,
        dark=dark,
        mended=mended_light + mended_dark,
        layout=theme.layout,
        font=_fonts(theme, brand),
        type=theme.type,
        header=_header(theme, brand),
        align=theme.style["align"],
        corner=_corner(theme, brand),
        footer=brand.footer,
        links=brand.links,
        logo=brand.logo,
        blocks=theme.blocks,
        colours_pages=brand.has_colours or theme.style["pages"] == "letter",
        heading_font=brand.heading_font,
        text_font=brand.text_font,
    )


def notes_on(look: Look) -> tuple[str, ...]:
    """Return what an editor should know of a look: each colour mended, a logo hard to see."""
    mended = (mending.sentence for mending in look.mended)
    return (*mended, *_logo_notes(look))


def is_hard_to_see(
    file: LogoFile | None,
    tones: Tones,
) -> bool:
    """True if a logo lets the paper through, and is nearly as bright."""
    return bool(file and file.is_transparent) and _logo_contrast(file, tones) < VISIBLE


def _logo_contrast(
    file: LogoFile | None,
    tones: Tones,
) -> float:
    return contrast(file.tone, tones.paper) if file else VISIBLE


def _logo_notes(look: Look) -> Iterator[str]:
    if is_hard_to_see(look.light_logo, look.light):
        yield _logo_note(
            "light",
            look,
            _logo_contrast(look.light_logo, look.light),
        )
    if is_hard_to_see(look.dark_logo, look.dark):
        yield _logo_note(
            "dark",
            look,
            _logo_contrast(look.dark_logo, look.dark),
        )


def _logo_note(
    scheme: str,
    look: Look,
    ratio: float,
) -> str:
    has_plate = look.logo and look.logo.plate
    help_ = "It stands on a plate." if has_plate else "A plate behind it would help."
    return (
        f"{scheme.title()}: the logo is transparent and has a contrast of {ratio:.1f} : 1 "
        f"with the sheet. {help_} Better is a logo made for {scheme}."
    )


def _header(
    theme: Theme,
    brand: Brand,
) -> str:
    header = brand.header or theme.style["header"]
    # Without a logo there would be a hole: the name stands there.
    return "plain" if header == "logo" and not brand.logo else header


def _corner(
    theme: Theme,
    brand: Brand,
) -> int:
    return theme.layout["corner"] if brand.corner is None else brand.corner


def _fonts(
    theme: Theme,
    brand: Brand,
) -> Mapping[str, str]:
    names = dict(theme.font) | _chosen_fonts(brand)
    return {use: STACKS[name] for use, name in names.items()}


def _chosen_fonts(brand: Brand) -> dict[str, str]:
    chosen = {"heading": brand.heading_font, "body": brand.text_font, "label": brand.text_font}
    return {use: name for use, name in chosen.items() if name}
