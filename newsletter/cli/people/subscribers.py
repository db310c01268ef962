"""`newsletter subscribers`: in and out."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.people import person
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
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
from subscribers.audiences import saved
from subscribers.conditions import Condition
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


class AskingNotConfirmed(Refused):
    """Everybody of this import gets a letter, and who does not answer leaves.
    Say --yes if that is meant."""


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
    with opened() as here:
        sheet = open_sheet(file)
        columns = _columns(sheet, mapped)
        # Before anything is written: a wrong guess is seen here, and ^C costs nothing.
        _show_columns(file, sheet, columns)
        if dry:
            account = _dry_run(here, file, columns)
        else:
            evidence = ImportEvidence("command line", source, words)
            account = _run(here, file, columns, evidence)
        show([asdict(account)], as_json=as_json)
        if account.rejected:
            say(f"what was rejected, with line and reason: {_rejected_path(file)}")


@app.command("imports")
def imports(as_json: bool = JSON) -> None:
    """List the imports, their dates and their accounts. Example: newsletter subscribers imports"""
    with opened() as here:
        show(here.read(_import_rows), as_json=as_json)


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
    with opened() as here:
        if not yes:
            raise AskingNotConfirmed
        asked = ask_to_stay(
            here.database,
            import_id,
            days,
            urls=here.urls,
            signer=here.runtime.signer,
            now=here.now(),
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
    with opened() as here, here.database.reading() as session:
        if status not in ("", *STATUSES):
            raise Refused(f"--status is one of {', '.join(STATUSES)}, got {status!r}.")
        only = _members(session, here, audience) if audience else None
        for text in csv_text(export_rows(session, here.key, status=status, only=only)):
            # RFC 4180 has \r\n; a terminal's tools take the \r for a part of the last cell.
            sys.stdout.write(text.replace("\r\n", "\n"))


@app.command("shown-from")
def shown_from(count: int = typer.Argument(..., min=0, help="0 for never.")) -> None:
    """Let sign-up blocks and letters say how many readers there are, from so many on.

    Example: newsletter subscribers shown-from 1000
    """
    with opened() as here:
        here.write(change, readers_from=count)
        limit = f"shown from {count:,} on" if count else "not shown"
        say(f"the number of readers is {limit}")


@app.command("list")
def list_(limit: int = typer.Option(50, help="How many."), as_json: bool = JSON) -> None:
    """List subscribers. Example: newsletter subscribers list --limit 10"""
    with opened() as here:
        show(here.read(_subscriber_rows, limit), as_json=as_json)


def _columns(sheet: Sheet, mapped: list[str]) -> Columns:
    """The columns as guessed, save those that --map names. Raises BadMap."""
    return guess_columns(sheet.header, dict(_read_map(entry, sheet.header) for entry in mapped))


def _read_map(entry: str, header: Sequence[str]) -> tuple[int, str]:
    """Return the place of a column and its target. Raises BadMap."""
    # From the right: the name of a column may have a "=", a target has none.
    column, mark, target = entry.rpartition("=")
    if not mark or column not in header or target not in TARGETS:
        raise BadMap(f"{BadMap.__doc__} This file has: {', '.join(header)}.")
    return header.index(column), target


def _show_columns(file: Path, sheet: Sheet, columns: Columns) -> None:
    preset = f", an export of {columns.preset}" if columns.preset else ""
    say(f"{file.name}: {sheet.description}{preset}")
    for name, target in zip(columns.names, columns.targets, strict=True):
        say(f"  {name} → {TARGETS[target].lower()}")


def _dry_run(here: Workplace, file: Path, columns: Columns) -> ImportAccount:
    return dry_run(
        here.database,
        here.key,
        file,
        columns,
        now=here.now(),
        rejected_path=_rejected_path(file),
    )


def _run(
    here: Workplace,
    file: Path,
    columns: Columns,
    evidence: ImportEvidence,
) -> ImportAccount:
    record = here.write(begin_import, file, columns, evidence=evidence, now=here.now())
    # The same file was begun before, and did not come to its end.
    if record.through:
        say(f"goes on after {record.through}")
    finished = run_import(
        here.database,
        record.key,
        file,
        now=here.now(),
        rejected_path=_rejected_path(file),
        progress=_every_second(_show_progress),
    )
    return account_of(finished)


def _rejected_path(file: Path) -> Path:
    return file.with_name(f"{file.stem}.rejected.csv")


def _import_rows(session: Session, publication_id: int) -> list[TableRow]:
    return [_import_row(record) for record in imports_of(session, publication_id)]


def _import_row(record: Import) -> TableRow:
    return {
        "id": record.id,
        "file": record.file_name,
        "status": record.status,
        "by": record.by,
        "started_at": record.started_at,
        **asdict(account_of(record)),
    }


def _members(session: Session, here: Workplace, audience: str) -> Condition:
    """The condition that somebody is of a saved audience now."""
    wanted = saved.filter_of(saved.by_name(session, here.key, audience))
    return audience_condition(session, here.publication, wanted, here.now())


def _subscriber_rows(session: Session, publication_id: int, limit: int) -> list[TableRow]:
    # Cut off here, and read in groups there: a list has a million people.
    first = islice(export_rows(session, publication_id), limit)
    return [dict(zip(COLUMNS, row, strict=True)) for row in first]


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
    # How many rows there are is known when all are read.
    if not progress.total:
        say(f"  {progress.done:,} rows read")
        return
    percent = 100 * progress.done // progress.total
    say(f"  {progress.done:,} of {progress.total:,} rows, {percent} %")


# These have a file of their own, and are words of `newsletter subscribers` all the same.
app.command("tell")(person.tell)
app.command("forget")(person.forget)
