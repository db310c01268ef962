"""Pure. A theme: colours, sizes and habits of letters, and the limits of each."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from newsletter.errors import Refused

FILE = "theme.toml"
MOST_CHARS = 20_000
HEADERS = ("plain", "marker", "band", "logo")
# The least and the most of each number, in pixels but for the rail, which is a percentage.
LAYOUT = {
    "width": (480, 680),
    "pad": (12, 40),
    "pad_wide": (20, 64),
    "breakpoint": (400, 600),
    "gutter": (8, 48),
    "rail": (12, 30),
    "gap_section": (16, 96),
    "gap_row": (8, 64),
    "bar": (0, 8),
    "corner": (0, 24),
}
STYLE = {
    "header": HEADERS,
    "align": ("start", "center"),
    "links": ("text", "accent"),
    "buttons": ("text", "accent"),
    "dark_buttons": ("text", "accent"),
    "pages": ("own", "letter"),
}
FONTS = ("heading", "body", "label")
FACES = (
    *("nameplate", "display", "title", "small_title"),
    *("intro", "quote", "body", "small_text", "label", "meta"),
)
SMALLEST_PX = 14  # of type
FACE = {"size": (SMALLEST_PX, 72), "line": (16, 90), "weight": (400, 700)}
WIDE_FACE = {"wide": (SMALLEST_PX, 90), "line_wide": (16, 110)}
# One kind of block each. The footer is ours: it has what the law asks for.
BLOCKS = ("header", "lead", "stories", "brief", "tools", "promote", "similar", "poll")
SECTIONS = ("title", "about", "layout", "light", "dark", "style", "font", "type")


class BadTheme(Refused):
    """This theme cannot be used."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours that have a name, "" where none is given."""

    background: str = ""  # behind the sheet, and of pages
    paper: str = ""  # the sheet
    text: str = ""
    muted: str = ""  # dates, captions, small print
    accent: str = ""  # strokes, bands, panels and buttons
    on_accent: str = ""  # text on the accent


NAMES = tuple(field.name for field in fields(Palette))
OPTIONAL = ("panel",)  # the panel that sells, where it is not the accent


@dataclass(frozen=True, slots=True)
class Theme:
    """What theme.toml says. `blocks` are its own block templates, by their kind."""

    name: str
    title: str
    about: str
    light: Palette
    dark: Palette
    rules: tuple[str, str]  # hairlines, light and dark
    panels: tuple[str, str]
    layout: Mapping[str, int]
    style: Mapping[str, str]
    font: Mapping[str, str]
    type: Mapping[str, Mapping[str, Any]]
    blocks: tuple[tuple[str, str], ...] = ()
