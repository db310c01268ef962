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
    ImportEvidence,
    ImportProgress,
    account_of,
    begin_import,
    dry_run,
    imports_of,
    run_import,
)
from newsletter.lists.presets import TARGETS
from newsletter.lists.storing import ImportAccount
from newsletter.publications.preferences import change
from newsletter.runtime import Runtime
from subscribers.audiences import saved
from subscribers.exporting import COLUMNS, csv_text, export_rows
from subscribers.models import Import

app = typer.Typer(
    help="Subscribers: import, export, list.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
STATUSES = ("active", "unconfirmed", "unsubscribed")


MAPPED = typer.Option(
    [],
    "--map",
    help=f"COLUMN=TARGET; targets: {', '.join(filter(None, TARGETS))}, or nothing.",
)
SOURCE = typer.Option("", help="Where these people signed up, kept as evidence.")
WORDS = typer.Option("", help="The words they agreed to, kept as evidence.")
DRY = typer.Option(False, "--dry-run", help="Say what would happen to each row, and do nothing.")
IMPORT_ID = typer.Argument(..., help="Of `newsletter subscribers imports`.")
DAYS = typer.Option(14, help="How long they have to answer.")
YES = typer.Option(False, "--yes", help="Write to them.")
STATUS = typer.Option("", help=f"Only these: {', '.join(STATUSES)}.")
AUDIENCE = typer.Option("", help="Only those of a saved audience, by its name.")


class BadMap(Refused):
    """--map is COLUMN=TARGET, like --map "E-Mail=address"; the column as the file names it."""


@app.command("import")
def import_(
    file: Path,
    mapped: list[str] = MAPPED,
    source: str = SOURCE,
    words: str = WORDS,
    dry: bool = DRY,
    as_json: bool = JSON,
) -> None:
    """Import a table of people: CSV, TSV, from Excel or an export of another program.

    Rejected rows go to FILE.rejected.csv. Encoding, delimiter and columns are found, and named
    before anything is written. Who left or must not be mailed stays out. After a crash the same
    command goes on where it was.

    Example: newsletter subscribers import readers.csv --source "Spring event, Berlin"
    """
    with opened() as (runtime, publication):
        sheet = open_sheet(file)
        columns = _columns(sheet, mapped)
        _show_columns(file, sheet, columns)
        rejected = file.with_name(f"{file.stem}.rejected.csv")
        now = runtime.clock.now()
        database = runtime.database
        key = publication.key
        if dry:
            account = dry_run(database, key, file, columns, now=now, rejected_path=rejected)
        else:
            evidence = ImportEvidence("command line", source, words)
            record = database.write(begin_import, key, file, columns, evidence=evidence, now=now)
            account = _run(runtime, record, file, rejected)
        show([asdict(account)], as_json=as_json)
        if account.rejected:
            say(f"what was rejected, with line and reason: {rejected}")


@app.command("imports")
def imports(as_json: bool = JSON) -> None:
    """List the imports, their dates and their accounts. Example: newsletter subscribers imports"""
    with opened() as (runtime, publication):
        records = runtime.database.read(imports_of, publication.key)
        show([_import_row(record) for record in records], as_json=as_json)


@app.command("reconfirm")
def reconfirm(
    import_id: int = IMPORT_ID,
    days: int = DAYS,
    yes: bool = YES,
) -> None:
    """Ask the people of a doubtful list whether they want to stay.

    Who does not answer in time leaves by the daily routine.

    Example: newsletter subscribers reconfirm 3 --days 14 --yes
    """
    with opened() as (runtime, _):
        if not yes:
            raise Refused(
                "Everybody of this import gets a letter, and who does not answer leaves. "
                "Say --yes if that is meant."
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
    status: str = STATUS,
    audience: str = AUDIENCE,
) -> None:
    """Print subscribers as CSV that import reads.

    Example: newsletter subscribers export --status active > readers.csv
    """
    with opened() as (runtime, publication), runtime.database.reading() as session:
        if status not in ("", *STATUSES):
            raise Refused(f"--status is one of {', '.join(STATUSES)}, got {status!r}.")
        only = None
        if audience:
            wanted = saved.filter_of(saved.by_name(session, publication.key, audience))
            only = audience_condition(session, publication, wanted, runtime.clock.now())
        for text in csv_text(export_rows(session, publication.key, status=status, only=only)):
            sys.stdout.write(text.replace("\r\n", "\n"))


@app.command("shown-from")
def shown_from(count: int = typer.Argument(..., min=0, help="0 for never.")) -> None:
    """Let sign-up blocks and letters say how many readers there are, from so many on.

    Example: newsletter subscribers shown-from 1000
    """
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
    """The columns as guessed, save those that --map names. Raises BadMap."""
    targets = {}
    for entry in mapped:
        column, mark, target = entry.rpartition("=")
        if not mark or column not in sheet.header or target not in TARGETS:
            raise BadMap(f"{BadMap.__doc__} This file has: {', '.join(sheet.header)}.")
        targets[sheet.header.index(column)] = target
    return guess_columns(sheet.header, targets)


def _show_columns(file: Path, sheet: Sheet, columns: Columns) -> None:
    preset = f", an export of {columns.preset}" if columns.preset else ""
    say(f"{file.name}: {sheet.description}{preset}")
    for name, target in zip(columns.names, columns.targets, strict=True):
        say(f"  {name} → {TARGETS[target].lower()}")


def _run(
    runtime: Runtime,
    record: Import,
    file: Path,
    rejected: Path,
) -> ImportAccount:
    if record.through:
        say(f"goes on after {record.through}")
    finished = run_import(
        runtime.database,
        record.key,
        file,
        now=runtime.clock.now(),
        rejected_path=rejected,
        progress=_every_second(_show_progress),
    )
    return account_of(finished)


def _import_row(record: Import) -> dict[str, object]:
    row: dict[str, object] = {
        "id": record.id,
        "file": record.file_name,
        "status": record.status,
        "by": record.by,
        "started_at": record.started_at,
    }
    return row | asdict(account_of(record))


def _every_second(hear: Callable[[ImportProgress], None]) -> Callable[[ImportProgress], None]:
    """Pass on one report a second: a batch takes milliseconds, and a person reads the lines."""
    heard_at = time.monotonic()

    def hear_some(progress: ImportProgress) -> None:
        nonlocal heard_at
        if time.monotonic() - heard_at >= 1:
            heard_at = time.monotonic()
            hear(progress)

    return hear_some


def _show_progress(progress: ImportProgress) -> None:
    if not progress.total:
        say(f"  {progress.done:,} rows read")
        return
    percent = 100 * progress.done // progress.total
    say(f"  {progress.done:,} of {progress.total:,} rows, {percent} %")


app.command("tell")(person.tell)
app.command("forget")(person.forget)
