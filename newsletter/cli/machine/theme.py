"""`newsletter theme`: the themes of this machine, and themes as files."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import typer

from newsletter.brands.brand import Brand
from newsletter.brands.exchange import MOST_ZIP_BYTES, pack_theme, unpack_theme
from newsletter.brands.look import Look, notes_on
from newsletter.brands.theme import FILE
from newsletter.brands.themes import (
    SHIPPED,
    all_themes,
    look_of_brand,
    read_files,
    shipped_names,
)
from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.editions.own_themes import check_theme
from newsletter.errors import Conflict
from newsletter.text import slug

app = typer.Typer(
    help="Themes: those that ship, and your own as folders or files.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
TO = typer.Argument(help="The file to write, like tide.zip.", dir_okay=False)
FROM = typer.Argument(help="A file that `newsletter theme export` wrote.", exists=True)
NAME = typer.Option("", help="What to call it; else as the file is called.")


class ThemeExists(Conflict):
    """There is a theme of that name already. Give another with --name, or remove its folder."""


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the themes. Example: newsletter theme list"""
    with opened() as here:
        show(list(_rows(here.runtime.themes)), as_json=as_json)


@app.command("show")
def show_(
    name: str,
    as_json: bool = JSON,
) -> None:
    """Check a theme, and show its colours. Example: newsletter theme show bulletin"""
    with opened() as here:
        look = _look(here.runtime.themes, name)
        show(list(_colours(look)), as_json=as_json)
        for note in notes_on(look):
            say(note)


@app.command()
def export(
    name: str,
    file: Path = TO,
) -> None:
    """Write a theme as one file. Example: newsletter theme export bulletin bulletin.zip"""
    with opened() as here:
        file.write_bytes(pack_theme(_files(here.runtime.themes, name)))
        say(f"{file} is written; `newsletter theme import` takes it in elsewhere")


@app.command("import")
def import_(
    file: Path = FROM,
    name: str = NAME,
) -> None:
    """Take a theme in from one file, once it is checked.

    Example: newsletter theme import tide.zip
    """
    with opened() as here:
        with file.open("rb") as packed:
            files = unpack_theme(packed.read(MOST_ZIP_BYTES + 1))
        word = slug(name or file.stem)
        check_theme(word, files)
        _write(
            here.runtime.themes / word,
            word,
            files,
        )
        say(f"{word} is taken in; `newsletter look set theme={word}` uses it")


def _rows(folder: Path) -> Iterator[TableRow]:
    for theme in all_themes(folder):
        where = "ships" if theme.name in shipped_names() else str(folder / theme.name)
        yield {"name": theme.name, "title": theme.title, "about": theme.about, "where": where}


def _look(
    folder: Path,
    name: str,
) -> Look:
    if name in shipped_names():
        return look_of_brand(Brand(name))
    return check_theme(name, read_files(folder, name))


def _colours(look: Look) -> Iterator[TableRow]:
    for name in ("background", "paper", "text", "muted", "accent", "on_accent", "link"):
        yield {"name": name, "light": getattr(look.light, name), "dark": getattr(look.dark, name)}


def _files(
    folder: Path,
    name: str,
) -> Mapping[str, str]:
    if name in shipped_names():
        return {FILE: (SHIPPED / name / FILE).read_text("utf-8")}
    return read_files(folder, name)


def _write(
    folder: Path,
    word: str,
    files: Mapping[str, str],
) -> None:
    if folder.exists() or word in shipped_names():
        raise ThemeExists
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
