"""`newsletter editor`: who may log in at the desk."""

import typer

from newsletter.cli.console import opened, say
from newsletter.desk import editors

app = typer.Typer(
    help="Editors: who may log in at the desk.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
NAME = typer.Option("", help="How the desk calls them.")
# Asked for, so that it is in no history of a shell.
PASSWORD = typer.Option(..., prompt=True, hide_input=True, help="Asked for if not given.")


@app.callback()
def group() -> None:
    """Editors: who may log in at the desk."""


@app.command()
def add(
    address: str,
    name: str = NAME,
    password: str = PASSWORD,
) -> None:
    """Add an editor. Example: newsletter editor add mara@example.org --name Mara"""
    with opened() as here:
        here.database.write(editors.add_editor, address, name, password, here.now())
        say(f"{address} may log in at {here.urls.desk()}")
