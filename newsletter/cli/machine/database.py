"""`newsletter database`: move to another one."""

import typer

from newsletter.cli.console import errors_shown, say
from newsletter.migrations.copying import copy as copy_rows
from newsletter.runtime import open_runtime, require_answer
from newsletter.setting_checks import check_database_url
from newsletter.settings import read_settings

app = typer.Typer(help="The database: copy.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def database() -> None:
    """The database: copy."""


@app.command()
def copy(
    to: str = typer.Option(
        ...,
        help="An empty database: postgresql://USER@HOST/NAME or sqlite:///FILE.",
    ),
) -> None:
    """Copy everything to another database and compare the counts.

    Stop the service first. The copy sends no issue until you let it: deliveries arrive paused,
    approved issues held, and the standing rule send as hold.

    Example: newsletter database copy --to postgresql://newsletter@db.example.org/newsletter
    """
    # Not `opened`: a database without a publication is copied, too.
    with errors_shown(), open_runtime(read_settings()) as runtime:
        check_database_url("--to", to)
        require_answer(to)
        total = copy_rows(runtime.database, to, _say_table)
        say(
            f"{total:,} rows, counts compared. Now set database_url to the copy; "
            "`newsletter adopt` makes it the one that sends. "
            "Deliveries that were under way wait for `newsletter delivery resume`, approved issues "
            "for their release at the desk, and the standing rule send is hold now: "
            "`newsletter publication set --rule send`."
        )


def _say_table(table: str, rows: int) -> None:
    say(f"  {table}: {rows:,}")
