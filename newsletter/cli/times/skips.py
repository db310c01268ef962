"""`newsletter publication dates` and `skip`: when issues come out, and when not."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer

from newsletter.cadence.dates import next_dates
from newsletter.cadence.printing import words_of
from newsletter.cadence.skips import read_skip, read_skips
from newsletter.cli.console import JSON, local_time, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
from newsletter.publications.reading import read_publication
from newsletter.schedule import skipping

app = typer.Typer(
    help="The dates on which no issue comes out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
COUNT = typer.Option(6, min=1, max=100, help="How many dates.")


def dates(
    count: int = COUNT,
    as_json: bool = JSON,
) -> None:
    """Show when the next issues come out. Example: newsletter publication dates --count 12"""
    with opened() as here:
        if not as_json:
            say(f"{here.publication.name} comes out {words_of(here.cadence)}.")
        coming = next_dates(here.cadence, here.now(), count)
        show([_date_row(due_at, as_json) for due_at in coming], as_json=as_json)


@app.command("add")
def add_skip(words: list[str], as_json: bool = JSON) -> None:
    """Let no issue come out on a day, or from a day to another; a name may follow.

    Example: newsletter publication skip add 2026-12-24 to 2027-01-01 Holidays
    """
    with opened() as here:
        added = [read_skip(" ".join(words))]
        _show_skips(here, here.write(skipping.add, added, here.now()), as_json)


@app.command("remove")
def remove_skip(first: str, as_json: bool = JSON) -> None:
    """Let issues come out again; the date is the first of those that are skipped.

    Example: newsletter publication skip remove 2026-12-24
    """
    with opened() as here:
        _show_skips(here, here.write(skipping.remove, first, here.now()), as_json)


@app.command("list")
def list_skips(as_json: bool = JSON) -> None:
    """Show the skipped dates. Example: newsletter publication skip list"""
    with opened() as here:
        _show_skips(here, (), as_json)


@app.command("import")
def import_skips(file: Path, as_json: bool = JSON) -> None:
    """Skip the events of whole days of a calendar file.

    Example: newsletter publication skip import holidays.ics
    """
    with opened() as here:
        imported = here.write(skipping.add_holidays, file.read_bytes(), here.now())
        say(f"{imported.count} dates are skipped.")
        _show_skips(here, [*imported.left_out, *imported.effects], as_json)


def _show_skips(here: Workplace, sentences: Sequence[str], as_json: bool) -> None:
    for sentence in sentences:
        say(sentence)
    kept = read_skips(here.read(read_publication).skipped)
    rows = [{"from": f"{skip.first}", "to": f"{skip.last}", "name": skip.name} for skip in kept]
    show(rows, as_json=as_json)


def _date_row(due_at: datetime, as_json: bool) -> TableRow:
    return {"due": due_at.isoformat() if as_json else local_time(due_at)}
