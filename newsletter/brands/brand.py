"""Pure. A brand: what an editor chose over a theme, as it is stored with the publication."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from newsletter.brands.colours import read_colour
from newsletter.brands.fonts import STACKS
from newsletter.brands.theme import HEADERS, Palette
from newsletter.errors import Refused
from newsletter.text import one_line

DEFAULT_THEME = "marked"
MOST_CORNER = 24
MOST_FOOTER = 300
MOST_LINKS = 6
MOST_LABEL = 30
MOST_URL = 500
MOST_ALT = 120
OF_MARKUP = frozenset(" \"'<>\\")


class UnknownHeader(Refused):
    """The header is one of: plain, marker, band, logo."""


class UnknownFont(Refused):
    """There is no such font. The fonts are those that readers' computers have."""


class BadCorner(Refused):
    """A corner is a number of pixels from 0 to 24."""


class BadFooter(Refused):
    """The words at the foot have at most 300 characters."""


class BadLinks(Refused):
    """A link at the foot is a name of up to 30 characters and an address that begins with
    https:// or http://. There may be six.
    """


class BadAlt(Refused):
    """The words for those who do not see the logo have at most 120 characters."""


@dataclass(frozen=True, slots=True)
class SocialLink:
    """A page of the publication elsewhere."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class LogoFile:
    """A stored picture of a logo, by its digest; its size is that in which it is shown."""

    digest: str
    width: int
    height: int
    tone: str  # its mean colour
    is_transparent: bool


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo: for light and, if there is another, for dark, and the icon made of it."""

    light: LogoFile
    icon: str  # the digest of a square picture
    dark: LogoFile | None = None
    alt: str = ""
    plate: bool = True  # behind it where it would be hard to see


@dataclass(frozen=True, slots=True)
class Brand:
    """How a publication differs from its theme. What is empty is as the theme has it."""

    theme: str = DEFAULT_THEME
    # The files of an operator's theme, by name. They are kept with the publication: what is
    # printed needs no folder of this machine, and a change of the folder changes no approved issue.
    files: tuple[tuple[str, str], ...] = ()
    light: Palette = field(default_factory=Palette)
    dark: Palette = field(default_factory=Palette)
    heading_font: str = ""
    text_font: str = ""
    corner: int | None = None
    header: str = ""
    footer: str = ""
    links: tuple[SocialLink, ...] = ()
    logo: Logo | None = None

    @property
    def has_colours(self) -> bool:
        """True if a colour of its own was chosen."""
        return self.light != Palette() or self.dark != Palette()


def check_brand(brand: Brand) -> Brand:
    """Return a brand tidied, if it can be. Raises the error of the first value that cannot."""
    tidy = _tidied(brand)
    for check in CHECKS:
        check(tidy)
    return tidy


def _tidied(brand: Brand) -> Brand:
    return replace(
        brand,
        light=_checked_palette(brand.light),
        dark=_checked_palette(brand.dark),
        footer=one_line(brand.footer),
        links=tuple(map(_checked_link, brand.links)),
        logo=_tidied_logo(brand.logo),
    )


def _tidied_logo(logo: Logo | None) -> Logo | None:
    return replace(logo, alt=one_line(logo.alt)) if logo else None


def _check_header(brand: Brand) -> None:
    if brand.header not in ("", *HEADERS):
        raise UnknownHeader


def _check_fonts(brand: Brand) -> None:
    if not {brand.heading_font, brand.text_font} <= {"", *STACKS}:
        raise UnknownFont


def _check_corner(brand: Brand) -> None:
    if not 0 <= (brand.corner or 0) <= MOST_CORNER:
        raise BadCorner


def _check_footer(brand: Brand) -> None:
    if len(brand.footer) > MOST_FOOTER:
        raise BadFooter


def _check_links(brand: Brand) -> None:
    if len(brand.links) > MOST_LINKS:
        raise BadLinks


def _check_alt(brand: Brand) -> None:
    if brand.logo and len(brand.logo.alt) > MOST_ALT:
        raise BadAlt


CHECKS = (_check_header, _check_fonts, _check_corner, _check_footer, _check_links, _check_alt)


def store_brand(brand: Brand) -> dict[str, Any]:
    """Return a brand as its column has it: only what was chosen."""
    chosen = asdict(brand)
    return {name: value for name, value in chosen.items() if value != asdict(Brand())[name]}


def load_brand(
    stored: Mapping[str, Any],
) -> Brand:
    """Return a brand from its column."""
    known = {name: stored[name] for name in _names(Brand) if name in stored}
    return Brand(**{name: LOADERS.get(name, _as_is)(value) for name, value in known.items()})


def read_links(text: str) -> tuple[SocialLink, ...]:
    """Read the links at the foot: a line each, a name and an address. Raises BadLinks."""
    links = tuple(_typed_link(line) for line in text.splitlines() if line.strip())
    if len(links) > MOST_LINKS:
        raise BadLinks
    return links


def write_links(
    links: tuple[SocialLink, ...],
) -> str:
    """Write links as `read_links` reads them."""
    return "\n".join(f"{link.label} {link.url}" for link in links)


def _typed_link(line: str) -> SocialLink:
    *words, url = line.split()
    return _checked_link(SocialLink(" ".join(words), url))


def _as_is(value: Any) -> Any:
    return value


def _loaded_files(stored: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in stored)


def _loaded_links(stored: Any) -> tuple[SocialLink, ...]:
    return tuple(SocialLink(**link) for link in stored)


def _loaded_palette(stored: Any) -> Palette:
    return Palette(**stored)


def _loaded_file(stored: Any) -> LogoFile | None:
    return LogoFile(**stored) if stored else None


def _loaded_logo(stored: Any) -> Logo | None:
    if not stored:
        return None
    files = {name: _loaded_file(stored[name]) for name in ("light", "dark")}
    return Logo(**{**stored, **files})


LOADERS: Mapping[str, Callable[[Any], Any]] = {
    "files": _loaded_files,
    "light": _loaded_palette,
    "dark": _loaded_palette,
    "links": _loaded_links,
    "logo": _loaded_logo,
}


def _checked_palette(palette: Palette) -> Palette:
    names = _names(Palette)
    return Palette(*(_checked_colour(getattr(palette, name)) for name in names))


def _checked_colour(text: str) -> str:
    return read_colour(text) if text.strip() else ""


def _checked_link(link: SocialLink) -> SocialLink:
    tidy = SocialLink(one_line(link.label), link.url.strip())
    if not 1 <= len(tidy.label) <= MOST_LABEL or not _is_address(tidy.url):
        raise BadLinks
    return tidy


def _is_address(url: str) -> bool:
    # What a browser would run is no address: the schemes are named, not what is forbidden.
    is_web = url.lower().startswith(("https://", "http://"))
    return is_web and len(url) <= MOST_URL and not set(url) & OF_MARKUP


def _names(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))
