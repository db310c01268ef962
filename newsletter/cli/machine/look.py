"""`newsletter look`: how the publication looks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from sqlmodel import Session

from newsletter.brands.brand import Brand
from newsletter.brands.logos import MOST_BYTES, DecodedLogo, decode_logo, set_logo, without_logo
from newsletter.brands.look import notes_on
from newsletter.brands.themes import look_of_brand
from newsletter.brands.typed import COLOURS, THEME, read_typed, show_typed
from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
from newsletter.editions.own_themes import choose
from newsletter.errors import Refused
from newsletter.publications.looks import brand_of, change_brand
from newsletter.publications.reading import read_publication_to_change

app = typer.Typer(
    help="Look: colours, fonts, logo and theme of letters and pages.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
CHANGES = typer.Argument(help="NAME=VALUE, as `newsletter look show` names them; NAME= for none.")
FILE = typer.Argument(
    help="A PNG, JPEG, GIF or WebP of up to 5 MB.",
    exists=True,
    dir_okay=False,
)
DARK = typer.Option(
    False,
    "--dark",
    help="For dark paper, beside the one for light.",
)


class BadLook(Refused):
    """Some of this cannot be."""


@app.command("show")
def show_(as_json: bool = JSON) -> None:
    """Show what was chosen, and what is printed. Example: newsletter look show"""
    with opened() as here:
        show(here.read(_rows), as_json=as_json)


@app.command("set")
def set_(changes: list[str] = CHANGES) -> None:
    """Set colours, fonts, corner, header, foot or theme.

    Example: newsletter look set theme=bulletin light_accent=#0a5c3a header=band
    """
    with opened() as here:
        typed = dict(_parted(change) for change in changes)
        _say_notes(
            here.write(
                _change,
                here,
                typed,
            )
        )


@app.command()
def logo(
    file: Path = FILE,
    dark: bool = DARK,
) -> None:
    """Send in a logo. Example: newsletter look logo logo.png"""
    with opened() as here:
        with file.open("rb") as picture:
            decoded = decode_logo(picture.read(MOST_BYTES + 1))
        _say_notes(
            here.write(
                _keep_logo,
                here,
                decoded,
                dark,
            )
        )


@app.command("no-logo")
def no_logo() -> None:
    """Take the logo away; letters that went out still show it. Example: newsletter look no-logo"""
    with opened() as here:
        _say_notes(here.write(_drop_logo))


@app.command()
def reset() -> None:
    """Look as the service ships. Example: newsletter look reset"""
    with opened() as here:
        here.write(change_brand, Brand())
        say("It looks as it did in the beginning.")


def _rows(
    session: Session,
    publication_id: int,
) -> Sequence[TableRow]:
    brand = _brand(session, publication_id)
    printed = _printed(brand)
    chosen = show_typed(brand)
    return [
        {"name": name, "chosen": text, "printed": printed.get(name, text)}
        for name, text in chosen.items()
    ]


def _printed(brand: Brand) -> Mapping[str, object]:
    """Return what is printed, where it may be other than what was chosen."""
    look = look_of_brand(brand)
    places = {name: name.partition("_") for name in COLOURS}
    colours = {
        name: getattr(getattr(look, scheme), colour) for name, (scheme, _, colour) in places.items()
    }
    return {**colours, "header": look.header, "corner": look.corner}


def _parted(change: str) -> tuple[str, str]:
    name, equals, text = change.partition("=")
    if not equals or name not in {*show_typed(Brand()), "alt", "plate"}:
        raise BadLook(f"“{change}” sets nothing: `newsletter look show` lists the names.")
    return name, text


def _change(
    session: Session,
    publication_id: int,
    here: Workplace,
    typed: Mapping[str, str],
) -> Brand:
    brand = _brand(session, publication_id)
    if THEME in typed:
        brand = choose(
            brand,
            here.runtime.themes,
            typed[THEME],
        )
    read = read_typed(typed, brand)
    if read.errors:
        raise BadLook(" ".join(f"{name}: {words}" for name, words in read.errors.items()))
    change_brand(
        session,
        publication_id,
        read.brand,
    )
    return read.brand


def _keep_logo(
    session: Session,
    publication_id: int,
    here: Workplace,
    decoded: DecodedLogo,
    dark: bool,
) -> Brand:
    former = _brand(session, publication_id)
    brand = set_logo(
        session,
        former,
        decoded,
        here.now(),
        dark=dark,
    )
    change_brand(
        session,
        publication_id,
        brand,
    )
    return brand


def _drop_logo(
    session: Session,
    publication_id: int,
) -> Brand:
    brand = without_logo(_brand(session, publication_id))
    change_brand(
        session,
        publication_id,
        brand,
    )
    return brand


def _brand(
    session: Session,
    publication_id: int,
) -> Brand:
    return brand_of(read_publication_to_change(session, publication_id))


def _say_notes(brand: Brand) -> None:
    say("Counts for issues that are not approved yet; an approved one stays as it was read.")
    for note in notes_on(look_of_brand(brand)):
        say(note)
