"""`newsletter subscribers import`: people come in once it is clear who may be written to."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.workplace import Workplace
from newsletter.errors import Refused
from newsletter.lists.columns import Columns, guess_columns, named
from newsletter.lists.importing import (
    ImportEvidence,
    ImportProgress,
    account_of,
    begin_import,
    check_file,
    run_import,
)
from newsletter.lists.meaning.answers import (
    DATE_ORDERS,
    MEANINGS,
    Answers,
    BadAnswer,
    Meanings,
    read_meanings,
)
from newsletter.lists.meaning.questions import Unclear, advice
from newsletter.lists.presets import TARGETS
from newsletter.lists.storing import ImportAccount
from newsletter.lists.tables.rows import first_rows
from newsletter.lists.tables.shapes import Sheet, open_sheet
from newsletter.lists.tables.workbooks import ReadBook, readable

MAPPED = typer.Option(
    [],
    "--map",
    help=f"COLUMN=TARGET; targets: {', '.join(filter(None, TARGETS))}, or nothing.",
)
STATUS = typer.Option(
    [],
    "--status",
    help=(
        "COLUMN=WORD:MEANING,WORD:MEANING: what the words of a column say, like "
        '"Opted out=yes:unsubscribed,no:active". A word is a cell, or yes, no, date, empty, '
        f"or * for all others; meanings: {', '.join(MEANINGS)}."
    ),
)
EVERYBODY = typer.Option("", help="What all people of the file are: one of the same meanings.")
DATES = typer.Option("", help="day if 5/6/2024 is in June, month if it is in May.")
SOURCE = typer.Option("", help="Where these people signed up, kept as evidence.")
WORDS = typer.Option("", help="The words they agreed to, kept as evidence.")
DRY = typer.Option(False, "--dry-run", help="Say what would happen to each row, and do nothing.")


class BadMap(Refused):
    """--map is COLUMN=TARGET, like --map "E-Mail=address"; the column as the file names it."""


class BadMeaning(Refused):
    """--everybody is one of the meanings of --status, --dates is day or month."""


class StillUnclear(Refused):
    """Nobody was stored."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file at the terminal: the path that was given, and the table of text that it holds."""

    given: Path
    table: Path
    columns: Columns

    @property
    def rejected_path(self) -> Path:
        return self.given.with_name(f"{self.given.stem}.rejected.csv")


def import_(
    file: Path,
    mapped: list[str] = MAPPED,
    status: list[str] = STATUS,
    everybody: str = EVERYBODY,
    dates: str = DATES,
    source: str = SOURCE,
    words: str = WORDS,
    dry: bool = DRY,
    as_json: bool = JSON,
) -> None:
    """Import a table of people: CSV, TSV, xlsx, a plain list, or an export of another program.

    Rejected rows go to FILE.rejected.csv. Encoding, delimiter and columns are found, and named
    before anything is written. Who left or must not be mailed stays out. If a column may say that
    people left, bounced or did not agree, nothing is written (exit code 4) until --status says
    what its words mean. After a crash the same command goes on where it was.

    Example: newsletter subscribers import readers.csv --source "Spring event, Berlin"

    Example: newsletter subscribers import list.csv --status "Opted out=yes:unsubscribed,no:active"
    """
    with opened() as here, readable(file) as (table, read):
        sheet = open_sheet(table)
        answers = _answers(sheet, status, everybody, dates)
        columns = named(_columns(sheet, mapped, answers), _full_name(file, read))
        # Before anything is written: a wrong guess is seen here, and ^C costs nothing.
        _show_columns(file, sheet, columns, read)
        given = _File(file, table, columns)
        evidence = ImportEvidence("command line", source, words)
        try:
            account = _dry_run(here, given) if dry else _run(here, given, evidence)
        except Unclear as unclear:
            raise StillUnclear(_explain(columns, unclear)) from None
        _show_account(account, given, as_json)


def _show_account(account: ImportAccount, given: _File, as_json: bool) -> None:
    show([asdict(account)], as_json=as_json)
    if account.rejected:
        say(f"what was rejected, with line and reason: {given.rejected_path}")


def _explain(columns: Columns, unclear: Unclear) -> str:
    """What is not clear, and what to write with the same command."""
    lines = advice(columns, unclear.questions)
    if not lines:
        return str(unclear)
    return "\n".join([f"{unclear} Write what fits with the same command:", *lines])


def _full_name(file: Path, read: ReadBook | None) -> str:
    return read.named(file.name) if read else file.name


def _answers(sheet: Sheet, status: Sequence[str], everybody: str, dates: str) -> Answers:
    """What the options say of the file. Raises BadAnswer or BadMeaning."""
    if everybody not in ("", *MEANINGS) or dates not in DATE_ORDERS:
        raise BadMeaning(f"{BadMeaning.__doc__} Meanings: {', '.join(MEANINGS)}.")
    return Answers(dict(_read_status(entry, sheet.header) for entry in status), everybody, dates)


def _read_status(entry: str, header: Sequence[str]) -> tuple[int, Meanings]:
    """Return the place of a column and the meanings of its words. Raises BadAnswer."""
    # The name of a column may have a "=", and so may a word of it. `#3` is the third column.
    for place, name in enumerate(header):
        for column in (name, f"#{place + 1}"):
            if column and entry.startswith(f"{column}="):
                return place, read_meanings(entry.removeprefix(f"{column}="))
    raise BadAnswer(f"{BadAnswer()} This file has: {', '.join(header)}.")


def _columns(sheet: Sheet, mapped: Sequence[str], answers: Answers) -> Columns:
    """The columns as guessed, save those that --map names. Raises BadMap."""
    chosen = dict(_read_map(entry, sheet.header) for entry in mapped)
    return guess_columns(sheet.header, chosen, answers, first_rows(sheet))


def _read_map(entry: str, header: Sequence[str]) -> tuple[int, str]:
    """Return the place of a column and its target. Raises BadMap."""
    # From the right: the name of a column may have a "=", a target has none.
    column, mark, target = entry.rpartition("=")
    if not mark or column not in header or target not in TARGETS:
        raise BadMap(f"{BadMap.__doc__} This file has: {', '.join(header)}.")
    return header.index(column), target


def _show_columns(file: Path, sheet: Sheet, columns: Columns, read: ReadBook | None) -> None:
    preset = f", an export of {columns.preset}" if columns.preset else ""
    say(f"{file.name}: {sheet.description}{preset}")
    if read:
        _show_sheets(read)
    for place, (name, target) in enumerate(zip(columns.names, columns.targets, strict=True)):
        say(f"  {name} → {_goes_to(columns, place, target)}")
    if columns.everybody:
        say(f"  all of its people: {MEANINGS[columns.everybody]}")


def _show_sheets(read: ReadBook) -> None:
    count = "sheet" if len(read.titles) == 1 else "sheets"
    others = f"; without addresses: {', '.join(read.others)}" if read.others else ""
    say(f"  the {count} {', '.join(read.titles)} of the workbook{others}")


def _goes_to(columns: Columns, place: int, target: str) -> str:
    label = TARGETS[target].lower()
    return f"{label}, and who may be written to" if place in columns.meanings else label


def _dry_run(here: Workplace, given: _File) -> ImportAccount:
    checked = check_file(
        here.database,
        here.key,
        given.table,
        given.columns,
        now=here.now(),
        rejected_path=given.rejected_path,
    )
    _say_notes(checked.notes)
    return checked.account


def _run(here: Workplace, given: _File, evidence: ImportEvidence) -> ImportAccount:
    record = here.write(
        begin_import,
        given.table,
        given.columns,
        evidence=evidence,
        name=given.columns.file_name,
        now=here.now(),
    )
    # The same file was begun before, and did not come to its end.
    if record.through:
        say(f"goes on after {record.through}")
    finished = run_import(
        here.database,
        record.key,
        given.table,
        now=here.now(),
        rejected_path=given.rejected_path,
        progress=_every_second(_show_progress),
        on_notes=_say_notes,
    )
    return account_of(finished)


def _say_notes(notes: Sequence[str]) -> None:
    for note in notes:
        say(note)


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
