"""`newsletter issue import`: issues sent elsewhere; `newsletter redirect`: their old addresses."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from newsletter.archive.importing import keep_past_issue
from newsletter.archive.past_files import PastFile, read_past_file
from newsletter.archive.search import index_batch
from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
from newsletter.errors import NewsletterError, Refused
from newsletter.formats.decoding import decode
from newsletter.publications import redirects
from newsletter.publications.redirects import RedirectLine

app = typer.Typer(
    help="Old addresses, and where they lead for ever.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
FILES = typer.Argument(
    ...,
    exists=True,
    dir_okay=False,
    readable=True,
    metavar="FILE…",
    help="HTML, or Markdown with a head.",
)
IS_DRY = typer.Option(False, "--dry-run", help="Say what would be kept, and keep nothing.")
FILE = typer.Argument(..., exists=True, dir_okay=False, readable=True)
NOTHING = "(nothing)"  # in the place of an address that a line leaves out

PastFiles = list[tuple[Path, PastFile]]  # each with the file that it was read from


class SomeRefused(Refused):
    """Not all of it could be kept; the reasons are above. Mend it and import again."""


def import_(
    files: list[Path] = FILES,
    is_dry: bool = IS_DRY,
    as_json: bool = JSON,
) -> None:
    """Import past issues into the archive.

    Their links are never proposed again, and their old addresses lead here. Markdown begins with
    a line ---, then lines like `title: …`, `date: 2024-05-12`, `url: https://old.example/p/tides`
    and `number: 12`, then a line ---. HTML has these itself, or its name has:
    2024-05-12-issue-12.html. The same file again changes what was kept.

    Example: newsletter issue import past/*.html
    """
    with opened() as here:
        past, rows = _read_files(files, here.cadence.zone)
        rows += _keep_all(here, past, is_dry=is_dry)
        # Index at once, so that the imported issues can be searched.
        while here.write(index_batch, here.now()):
            pass
        show(rows, as_json=as_json)
        if not all(map(_is_kept, rows)):
            raise SomeRefused


@app.command("import")
def import_redirects(
    file: Path = FILE,
) -> None:
    """Import a table of two columns: the old address, and the new one.

    Example: newsletter redirect import redirects.csv
    """
    with opened() as here:
        added = here.write(redirects.add_redirects, decode(file.read_bytes()))
        refused = [line for line in added if line.error]
        for line in refused:
            _say_refused(line)
        say(f"{len(added) - len(refused)} of {len(added)} old addresses lead on")
        if refused:
            raise SomeRefused


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the old addresses and where each leads. Example: newsletter redirect list"""
    with opened() as here:
        show(here.read(_redirect_rows), as_json=as_json)


@app.command()
def remove(old: str) -> None:
    """Let an old address lead nowhere. Browsers may remember it.

    Example: newsletter redirect remove /p/tides
    """
    with opened() as here:
        here.write(redirects.remove_redirect, old)
        say(f"{old} leads nowhere now")


def _redirect_rows(session: Session, publication_id: int) -> list[TableRow]:
    found = redirects.all_redirects(session, publication_id)
    return [{"old": redirect.path, "new": redirect.target} for redirect in found]


def _say_refused(line: RedirectLine) -> None:
    say(f"line {line.line}: {line.old or NOTHING} → {line.new or NOTHING}: {line.error}")


def _read_files(files: list[Path], zone: ZoneInfo) -> tuple[PastFiles, list[TableRow]]:
    """Return the past issues of these files, oldest first, and a row for each that is none."""
    past: PastFiles = []
    refused: list[TableRow] = []
    for file in files:
        try:
            past.append((file, read_past_file(file.name, file.read_bytes(), zone)))
        except NewsletterError as error:
            refused.append(_refused_row(file, error))
    # Those without a number take the next free one, so the oldest comes first.
    past.sort(key=lambda entry: (entry[1].at, entry[0]))
    return past, refused


def _keep_all(
    here: Workplace,
    past: PastFiles,
    *,
    is_dry: bool,
) -> Iterator[TableRow]:
    for place, (file, issue) in enumerate(past, 1):
        yield _keep(here, file, issue, is_dry=is_dry)
        if place % 20 == 0:
            say(f"  {place} of {len(past)}")


def _keep(
    here: Workplace,
    file: Path,
    past: PastFile,
    *,
    is_dry: bool,
) -> TableRow:
    if is_dry:
        return _row(file, past, past.number, "would be kept")
    try:
        issue = here.write(keep_past_issue, past, here.now())
    except NewsletterError as error:
        # One file that cannot be kept does not stop the others.
        return _refused_row(file, error, past)
    return _row(file, past, issue.number, "kept")


def _refused_row(
    file: Path,
    error: NewsletterError,
    past: PastFile | None = None,
) -> TableRow:
    say(f"{file.name}: {error.with_hint}")
    return _row(file, past, None, error.with_hint)


def _row(
    file: Path,
    past: PastFile | None,
    number: int | None,
    outcome: str,
) -> TableRow:
    return {
        "file": file.name,
        "number": number or "",
        "date": f"{past.at:%Y-%m-%d}" if past else "",
        "title": past.title if past else "",
        "links": len(past.links) if past else "",
        "outcome": outcome,
    }


def _is_kept(row: TableRow) -> bool:
    return row["outcome"] in ("kept", "would be kept")
