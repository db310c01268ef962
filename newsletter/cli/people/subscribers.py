"""`newsletter subscribers`: in and out."""

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.people import person
from newsletter.delivery.activity import audience_condition
from newsletter.errors import Refused
from newsletter.letters.reconfirming import ask_to_stay
from newsletter.lists.columns import Columns, guess_columns
from newsletter.lists.csv_files import Sheet, open_sheet
from newsletter.lists.importing import (
    Evidence,
    ImportProgress,
    account_of,
    begin_import,
    dry_run,
    imports_of,
    run_import,
)
from newsletter.lists.presets import TARGETS
from newsletter.publications.preferences import change
from subscribers.audiences import saved
from subscribers.exporting import COLUMNS, csv_text, export_rows

app = typer.Typer(
    help="Subscribers: import, export, list.", no_args_is_help=True, rich_markup_mode=None
)
STATUSES = ("active", "unconfirmed", "unsubscribed")


class BadMap(Refused):
    """--map says COLUMN=TARGET, like --map "E-Mail=address"; the column as the file names it."""


@app.command("import")
def import_(
    file: Path,
    mapped: list[str] = typer.Option(
        [], "--map", help=f"COLUMN=TARGET; targets: {', '.join(filter(None, TARGETS))}, or nothing."
    ),
    source: str = typer.Option("", help="Where these people signed up, kept as evidence."),
    words: str = typer.Option("", help="The words they agreed to, kept as evidence."),
    dry: bool = typer.Option(
        False, "--dry-run", help="Say what would happen to each row, and do nothing."
    ),
    as_json: bool = JSON,
) -> None:
    """Import a table of people: CSV, TSV, from Excel or an export of another program. Rejected rows go to FILE.rejected.csv.

    Encoding, delimiter and columns are found by themselves and said. Who left or must not be mailed stays out. After a crash the
    same command goes on where it was.

    Example: newsletter subscribers import readers.csv --source "Spring event, Berlin" --words "Send me the newsletter"
    """
    with opened() as (runtime, publication):
        sheet = open_sheet(file)
        columns = _columns(sheet, mapped)
        say(
            f"{file.name}: {sheet.description}{f', an export of {columns.preset}' if columns.preset else ''}"
        )
        for name, target in zip(columns.names, columns.targets, strict=True):
            say(f"  {name} → {TARGETS[target].lower()}")
        rejected = file.with_name(f"{file.stem}.rejected.csv")
        now, key, database = runtime.clock.now(), publication.key, runtime.database
        if dry:
            account = dry_run(database, key, file, columns, now=now, rejected_path=rejected)
        else:
            record = database.write(
                begin_import,
                key,
                file,
                columns,
                evidence=Evidence("command line", source, words),
                now=now,
            )
            if record.through:
                say(f"goes on after {record.through}")
            account = account_of(
                run_import(
                    database,
                    record.key,
                    file,
                    now=now,
                    rejected_path=rejected,
                    progress=_every_second(_tell),
                )
            )
        show([asdict(account)], as_json=as_json)
        if account.rejected:
            say(f"what was rejected, with line and reason: {rejected}")


@app.command("imports")
def imports(as_json: bool = JSON) -> None:
    """List what was imported, when, and what became of it. Example: newsletter subscribers imports"""
    with opened() as (runtime, publication):
        records = runtime.database.read(imports_of, publication.key)
        told = [
            {
                "id": one.id,
                "file": one.file_name,
                "status": one.status,
                "by": one.by,
                "started_at": one.started_at,
            }
            for one in records
        ]
        show(
            [row | asdict(account_of(one)) for row, one in zip(told, records, strict=True)],
            as_json=as_json,
        )


@app.command("reconfirm")
def reconfirm(
    import_id: int = typer.Argument(..., help="Of `newsletter subscribers imports`."),
    days: int = typer.Option(14, help="How long they have to answer."),
    yes: bool = typer.Option(False, "--yes", help="Write to them."),
) -> None:
    """Ask the people of a doubtful list whether they want to stay. Who does not answer in time leaves by the daily routine.

    Example: newsletter subscribers reconfirm 3 --days 14 --yes
    """
    with opened() as (runtime, _):
        if not yes:
            raise Refused(
                "Everybody of this import gets a letter, and who does not answer leaves. Say --yes if that is meant."
            )
        asked = ask_to_stay(
            runtime.database,
            import_id,
            days,
            urls=runtime.urls,
            signer=runtime.signer,
            now=runtime.clock.now(),
        )
        say(f"{asked:,} are asked; who has not answered in {days} days leaves")


@app.command("export")
def export(
    status: str = typer.Option("", help=f"Only these: {', '.join(STATUSES)}."),
    audience: str = typer.Option("", help="Only those of a saved audience, by its name."),
) -> None:
    """Print subscribers as CSV that import reads. Example: newsletter subscribers export --status active > readers.csv"""
    with opened() as (runtime, publication), runtime.database.reading() as session:
        if status not in ("", *STATUSES):
            raise Refused(f"--status is one of {', '.join(STATUSES)}, got {status!r}.")
        key, only = publication.key, None
        if audience:
            one = saved.filter_of(saved.by_name(session, key, audience))
            only = audience_condition(session, publication, one, runtime.clock.now())
        for text in csv_text(export_rows(session, key, status=status, only=only)):
            sys.stdout.write(text.replace("\r\n", "\n"))


@app.command("shown-from")
def shown_from(count: int = typer.Argument(..., min=0, help="0 for never.")) -> None:
    """Let sign-up blocks and letters say how many readers there are, from so many on. Example: newsletter subscribers shown-from 1000"""
    with opened() as (runtime, publication):
        runtime.database.write(change, publication.key, readers_from=count)
        say(
            f"the number of readers is shown from {count:,} on"
            if count
            else "the number of readers is not shown"
        )


@app.command("list")
def list_(limit: int = typer.Option(50, help="How many."), as_json: bool = JSON) -> None:
    """List subscribers. Example: newsletter subscribers list --limit 10"""
    with opened() as (runtime, publication), runtime.database.reading() as session:
        rows = [
            dict(zip(COLUMNS, row, strict=True))
            for row, _ in zip(export_rows(session, publication.key), range(limit), strict=False)
        ]
        show(rows, as_json=as_json)


def _columns(sheet: Sheet, mapped: list[str]) -> Columns:
    """The columns as guessed, save those that --map names."""
    said = {}
    for one in mapped:
        column, mark, target = one.rpartition("=")
        if not mark or column not in sheet.header or target not in TARGETS:
            raise BadMap(f"{BadMap.__doc__} This file has: {', '.join(sheet.header)}.")
        said[sheet.header.index(column)] = target
    return guess_columns(sheet.header, said)


def _every_second(tell: Callable[[ImportProgress], None]) -> Callable[[ImportProgress], None]:
    """A slice takes milliseconds; a person reads one line a second."""
    told_at = time.monotonic()

    def hears(progress: ImportProgress) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= 1:
            told_at = time.monotonic()
            tell(progress)

    return hears


def _tell(progress: ImportProgress) -> None:
    if progress.total:
        say(
            f"  {progress.done:,} of {progress.total:,} rows, {100 * progress.done // progress.total} %"
        )
    else:
        say(f"  {progress.done:,} rows read")


app.command("tell")(person.tell)
app.command("forget")(person.forget)
