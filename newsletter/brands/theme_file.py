"""Pure. The file of a theme, theme.toml: read with its limits; a slip is named with its line."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from newsletter.brands.colours import BadColour, read_colour
from newsletter.brands.fonts import STACKS
from newsletter.brands.theme import (
    FACE,
    FACES,
    FILE,
    FONTS,
    LAYOUT,
    MOST_CHARS,
    NAMES,
    OPTIONAL,
    SECTIONS,
    STYLE,
    WIDE_FACE,
    BadTheme,
    Palette,
    Theme,
)

Table = Mapping[str, Any]


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
        return found

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
