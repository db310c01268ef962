"""`newsletter`: all commands. A command's modules are imported when it is called, not before.

The whole program takes seconds to import, and `newsletter --help` needs none of it.
"""

import gc
from typing import Any

import typer
from typer.core import TyperGroup

from newsletter.cli.commands import COMMANDS, LateCommands, named
from newsletter.host.private import keep_to_ourselves


class LateGroup(TyperGroup):
    """A group whose commands are imported when they are called; its help lists COMMANDS."""

    def __init__(self, **attributes: Any) -> None:  # typer's own signature
        super().__init__(**attributes | {"commands": None})
        # Typer reads this mapping only: names to list and suggest, one command to call.
        self.commands = LateCommands()  # type: ignore[assignment]

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """List the commands by their table: to ask each of them would import them all."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


PUBLICATION = typer.Option(
    "",
    envvar="NEWSLETTER_PUBLICATION",
    help="The slug of the publication to work on; needed where there are several.",
)
app = typer.Typer(
    cls=LateGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def newsletter(publication: str = PUBLICATION) -> None:
    """Gathers the week, prints an issue, sends it to each subscriber once.

    Exit codes: 0 done, 2 wrong usage, 3 not found, 4 refused, 5 conflict, 6 unavailable.
    """
    named.set(publication)
    gc.enable()  # the command's modules are loaded: see main


def main() -> None:
    """Run the command line."""
    keep_to_ourselves()
    # Modules stay: looks for garbage among what they make are a tenth of a start.
    gc.disable()
    app()
