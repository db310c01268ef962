"""`newsletter subscribers`: in and out."""

import csv
import sys
from pathlib import Path

import typer

from newsletter.cli.opening import JSON, opened, say, show
from newsletter.publications.opening import show_readers
from subscribers.exporting import export_rows
from subscribers.importing import import_rows

app = typer.Typer(help="Subscribers: import, export, list.", no_args_is_help=True, rich_markup_mode=None)


@app.command("import")
def import_(file: Path, as_json: bool = JSON) -> None:
    """Import a CSV file with an `address` (or `email`) column. Refused rows are written to FILE.rejected.csv.

    Example: newsletter subscribers import readers.csv
    """
    with opened() as (runtime, publication):
        rejected = file.with_name(f"{file.stem}.rejected.csv")
        done = import_rows(
            runtime.database,
            publication.id or 0,
            file,
            now=runtime.clock.now(),
            progress=lambda read: say(f"  {read:,} rows"),
            rejected_path=rejected,
        )
        row = {"read": done.read, "added": done.added, "known": done.known, "rejected": done.rejected}
        show([row], as_json=as_json)
        if done.rejected:
            say(f"what was refused, with line and reason: {rejected}")


@app.command("export")
def export() -> None:
    """Print all subscribers as CSV. Example: newsletter subscribers export > readers.csv"""
    with opened() as (runtime, publication), runtime.database.reading() as session:
        writer = None
        for row in export_rows(session, publication.id or 0):
            if writer is None:
                writer = csv.DictWriter(sys.stdout, fieldnames=list(row))
                writer.writeheader()
            writer.writerow(row)


@app.command("shown-from")
def shown_from(count: int = typer.Argument(..., min=0, help="0 for never.")) -> None:
    """Let the sign-up block say how many readers there are, from so many on. Example: newsletter subscribers shown-from 1000"""
    with opened() as (runtime, publication):
        runtime.database.write(show_readers, publication.id or 0, count)
        say(f"the number of readers is shown from {count:,} on" if count else "the number of readers is not shown")


@app.command("list")
def list_(limit: int = typer.Option(50, help="How many."), as_json: bool = JSON) -> None:
    """List subscribers. Example: newsletter subscribers list --limit 10"""
    with opened() as (runtime, publication), runtime.database.reading() as session:
        rows = [row for row, _ in zip(export_rows(session, publication.id or 0), range(limit), strict=False)]
        show(rows, as_json=as_json)
