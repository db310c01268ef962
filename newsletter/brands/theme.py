"""Pure. A theme: colours, sizes and habits of letters, as its file theme.toml has them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from newsletter.brands.colours import BadColour, read_colour
from newsletter.brands.fonts import STACKS
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
Table = Mapping[str, Any]


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


def read_theme(name: str, text: str, blocks: tuple[tuple[str, str], ...] = ()) -> Theme:
    """Read a theme.toml. Raises BadTheme, which names the line."""
    document = _parsed(text)
    found = _ThemeReader(text)
    found.refuse_unknown("", document, SECTIONS)
    light = found.table(document, "light")
    dark = found.table(document, "dark")
    return Theme(
        name,
        found.words(document, "title", 40),
        found.words(document, "about", 200),
        found.palette("light", light),
        found.palette("dark", dark),
        (found.colour("light", light, "rule"), found.colour("dark", dark, "rule")),
        (found.panel("light", light), found.panel("dark", dark)),
        found.numbers("layout", found.table(document, "layout"), LAYOUT),
        found.choices("style", found.table(document, "style"), STYLE),
        found.choices("font", found.table(document, "font"), dict.fromkeys(FONTS, tuple(STACKS))),
        found.faces(found.table(document, "type")),
        blocks,
    )


def _parsed(text: str) -> Table:
    if len(text) > MOST_CHARS:
        raise BadTheme(f"{FILE} has over {MOST_CHARS:,} characters.")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        # The reader's own words have line and column.
        raise BadTheme(f"{FILE}: {error}.") from None


@dataclass(frozen=True, slots=True)
class _ThemeReader:
    """Takes values out of a document; each refusal names the line of its text."""

    text: str

    def refuse_unknown(self, section: str, table: Table, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                where = f" in [{section}]" if section else ""
                self._refuse(section, key, f"there is no “{key}”{where}: {', '.join(known)}")

    def table(self, document: Table, section: str) -> Table:
        found = document.get(section)
        if not isinstance(found, dict):
            raise BadTheme(f"{FILE}: the section [{section}] is missing.")
        return cast(Table, found)

    def words(self, document: Table, key: str, most: int) -> str:
        found = document.get(key)
        if not isinstance(found, str) or not 1 <= len(found.strip()) <= most:
            self._refuse("", key, f"“{key}” is a text of 1 to {most} characters")
        return " ".join(str(found).split())

    def palette(self, section: str, table: Table) -> Palette:
        self.refuse_unknown(section, table, (*NAMES, "rule", *OPTIONAL))
        return Palette(**{name: self.colour(section, table, name) for name in NAMES})

    def panel(self, section: str, table: Table) -> str:
        return self.colour(section, table, "panel") if "panel" in table else ""

    def colour(self, section: str, table: Table, key: str) -> str:
        found = table.get(key)
        try:
            return read_colour(found if isinstance(found, str) else "")
        except BadColour:
            self._refuse(section, key, f"“{key}” is a colour like #1a73e8")
            raise

    def numbers(
        self,
        section: str,
        table: Table,
        limits: Mapping[str, tuple[int, int]],
    ) -> Mapping[str, int]:
        self.refuse_unknown(section, table, tuple(limits))
        for key, (least, most) in limits.items():
            found = table.get(key)
            # A bool is an int to Python, and no size.
            if type(found) is not int or not least <= found <= most:
                self._refuse(section, key, f"“{key}” is a number from {least} to {most}")
        return dict(table)

    def choices(
        self,
        section: str,
        table: Table,
        known: Mapping[str, tuple[str, ...]],
    ) -> Mapping[str, str]:
        self.refuse_unknown(section, table, tuple(known))
        for key, words in known.items():
            if table.get(key) not in words:
                self._refuse(section, key, f"“{key}” is one of {', '.join(words)}")
        return dict(table)

    def faces(self, table: Table) -> Mapping[str, Mapping[str, Any]]:
        self.refuse_unknown("type", table, FACES)
        return {name: self._face(f"type.{name}", table.get(name)) for name in FACES}

    def _face(self, section: str, found: object) -> Mapping[str, Any]:
        if not isinstance(found, dict):
            raise BadTheme(f"{FILE}: the section [{section}] is missing.")
        table = cast(dict[str, Any], found)
        numbers = FACE | (WIDE_FACE if "wide" in table or "line_wide" in table else {})
        self.refuse_unknown(section, table, (*FACE, *WIDE_FACE, "font"))
        font = {"font": table.pop("font", None)}
        return {
            **self.numbers(section, table, numbers),
            **self.choices(section, font, {"font": FONTS}),
        }

    def _refuse(self, section: str, key: str, message: str) -> None:
        raise BadTheme(f"{FILE}, line {line_of(self.text, section, key)}: {message}.")


def line_of(text: str, section: str, key: str) -> int:
    """Return the line on which a key stands, else that of its section, else the first."""
    # [light.sheet] opens "sheet" in "light".
    opened = f"{section}.{key}".lstrip(".")
    wanted = ((section, key), (opened, ""), (section, ""))
    lines = {(where, name): number for number, where, name in reversed([*_keys(text)])}
    return next((lines[place] for place in wanted if place in lines), 1)


def _keys(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each line of a TOML file that opens a section or sets a key: number, section, key."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            section = _section_of(bare)
            yield number, section, ""
        elif "=" in bare and not bare.startswith("#"):
            yield number, section, _key_of(bare)


def _section_of(line: str) -> str:
    return line.strip("[").partition("]")[0].strip()


def _key_of(line: str) -> str:
    return line.partition("=")[0].strip().strip("\"'")
