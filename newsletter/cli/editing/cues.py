"""`newsletter cues`: the file that says what counts as news."""

from pathlib import Path

import typer

from newsletter.cli.console import errors_shown, opened, say
from newsletter.errors import Refused
from newsletter.publications.cues import MOST_BYTES, checked_cues, decoded_cues, read_cue_file
from newsletter.publications.preferences import change

app = typer.Typer(
    help="Cues: what counts as news, in a file that you may change.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
USUAL = "usual"
FILE = typer.Argument(
    ...,
    exists=True,
    dir_okay=False,
    readable=True,
    help="A cue file (docs/cues.md).",
)
OWN = typer.Argument(..., help="A cue file (docs/cues.md), or the word usual.")


class UnreadableCueFile(Refused):
    """This is no file that can be read."""


@app.command("show")
def show_() -> None:
    """Print the cue file that stories are ranked by. Example: newsletter cues show > cues.toml"""
    with opened() as here:
        print(here.read(read_cue_file), end="")


@app.command()
def check(file: Path = FILE) -> None:
    """Say whether a cue file can be used, and change nothing.

    Example: newsletter cues check cues.toml
    """
    with errors_shown():
        checked_cues(_read(file))
        say(f"{file.name} can be used: newsletter cues use {file.name}")


@app.command()
def use(file: str = OWN) -> None:
    """Rank by a cue file of your own, or by the usual one. The file is copied.

    Example: newsletter cues use cues.toml
    """
    with opened() as here:
        here.write(change, cues="" if file == USUAL else _read(Path(file)))
        say(
            f"Stories are ranked by {'the usual cues' if file == USUAL else file}; "
            "an open issue sees it at its next refresh (`newsletter propose`)"
        )


def _read(file: Path) -> str:
    """Return the text of a file. Raises UnreadableCueFile or BadCueFile."""
    try:
        with file.open("rb") as opened_file:
            # No more than shows that it is too large.
            content = opened_file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableCueFile(f"{file} cannot be read: {error.strerror}") from error
    return decoded_cues(content)
