"""Themes: those that ship with the service, and the folders that an operator adds."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from newsletter.brands.brand import DEFAULT_THEME, Brand, load_brand
from newsletter.brands.look import Look, look_of
from newsletter.brands.theme import BLOCKS, FILE, BadTheme, Theme
from newsletter.brands.theme_file import read_theme
from newsletter.errors import NotFound
from newsletter.text import slug

SHIPPED = Path(__file__).parents[2] / "templates" / "email" / "themes"
MOST_BLOCK_BYTES = 100_000
BLOCK_FOLDER, BLOCK_END = "blocks", ".mjml.j2"
ANY_THEME = f"*/{FILE}"
Files = Mapping[str, str]


class NoSuchTheme(NotFound):
    """There is no theme of that name."""

    hint = "`newsletter theme list` names them."


def shipped_names() -> tuple[str, ...]:
    """Return the names of the themes that ship, the present look first."""
    names = sorted(folder.name for folder in SHIPPED.iterdir())
    return tuple(sorted(names, key=_is_no_default))


def _is_no_default(name: str) -> bool:
    return name != DEFAULT_THEME


def own_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the themes in an operator's folder, which may be absent."""
    found = (file.parent.name for file in folder.glob(ANY_THEME))
    return tuple(sorted(filter(_is_free, found)))


def _is_free(name: str) -> bool:
    # A name that ships stays ours, so that nobody's look changes when a folder is added.
    return name == slug(name) and name not in shipped_names()


def read_files(
    folder: Path,
    name: str,
) -> Files:
    """Return the files of an operator's theme by their name. Raises NoSuchTheme, BadTheme."""
    if name not in own_names(folder):
        raise NoSuchTheme
    root = folder / name
    files = [root / FILE, *sorted((root / BLOCK_FOLDER).glob(f"*{BLOCK_END}"))]
    return {file.relative_to(root).as_posix(): _text(file) for file in files}


def choose_theme(
    folder: Path,
    name: str,
) -> tuple[tuple[str, str], ...]:
    """Return what a brand keeps of a theme: nothing of one that ships, all files of another."""
    is_shipped = name in shipped_names()
    return () if is_shipped else tuple(read_files(folder, name).items())


def all_themes(folder: Path) -> tuple[Theme, ...]:
    """Return the themes that can be chosen: those that ship, and the sound ones of a folder."""
    shipped = (shipped_theme(name) for name in shipped_names())
    own = (_own_theme(folder, name) for name in own_names(folder))
    return (*shipped, *filter(None, own))


def _own_theme(folder: Path, name: str) -> Theme | None:
    try:
        return theme_of_files(name, read_files(folder, name))
    except BadTheme:
        # It is broken: the others can be chosen all the same, and `theme show` says why.
        return None


def theme_of_files(
    name: str,
    files: Files,
) -> Theme:
    """Return an operator's theme. Raises BadTheme."""
    return read_theme(
        name,
        files.get(FILE, ""),
        tuple(_blocks(files)),
    )


def shipped_theme(name: str) -> Theme:
    """Return a theme that ships. Raises NoSuchTheme."""
    if name not in shipped_names():
        raise NoSuchTheme
    return _shipped(name)


def look_of_brand(brand: Brand) -> Look:
    """Return how a brand looks. A theme that no longer ships looks as the first does."""
    if brand.files:
        return look_of(theme_of_files(brand.theme, dict(brand.files)), brand)
    name = brand.theme if brand.theme in shipped_names() else DEFAULT_THEME
    return look_of(_shipped(name), brand)


def look_of_stored(
    stored: Mapping[str, Any],
) -> Look:
    """Return how a publication looks by its column."""
    return _look(json.dumps(stored, sort_keys=True))


# A look is asked for with each page and letter, and made of the same column each time.
@lru_cache(maxsize=64)
def _look(stored: str) -> Look:
    brand = load_brand(json.loads(stored))
    try:
        return look_of_brand(brand)
    except BadTheme:
        # It was sound by the limits of the version in which it was chosen. Letters go on.
        return look_of_brand(replace(brand, theme=DEFAULT_THEME, files=()))


@lru_cache(maxsize=8)
def _shipped(name: str) -> Theme:
    return read_theme(name, (SHIPPED / name / FILE).read_text("utf-8"))


def _blocks(files: Files) -> Iterator[tuple[str, str]]:
    for name, text in files.items():
        if name != FILE:
            yield _kind_of(name), text


def _kind_of(name: str) -> str:
    """Return the kind of block of a file. Raises BadTheme."""
    kind = name.removeprefix(f"{BLOCK_FOLDER}/").removesuffix(BLOCK_END)
    if kind not in BLOCKS or name != block_file(kind):
        raise BadTheme(f"“{name}” is no block that a theme may have: {', '.join(BLOCKS)}.")
    return kind


def block_file(kind: str) -> str:
    """Return the name of the file of a block in a theme."""
    return f"{BLOCK_FOLDER}/{kind}{BLOCK_END}"


def _text(file: Path) -> str:
    """Return the text of a file of a theme. Raises BadTheme."""
    # A link would bring in any file of this machine, to be read in a letter.
    if file.is_symlink() or file.stat().st_size > MOST_BLOCK_BYTES:
        raise BadTheme(f"“{file.name}” is a link, or has over {MOST_BLOCK_BYTES:,} bytes.")
    try:
        return file.read_text("utf-8")
    except UnicodeError:
        raise BadTheme(f"“{file.name}” is not UTF-8.") from None
