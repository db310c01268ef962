"""`newsletter issue import`: issues sent elsewhere; `newsletter redirect`: their old addresses."""

from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from newsletter.archive.importing import keep_past_issue
from newsletter.archive.past_files import PastFile, read_past_file
from newsletter.archive.search import index_batch
from newsletter.cli.console import JSON, opened, say, show
from newsletter.errors import NewsletterError, Refused
from newsletter.formats.decoding import decode
from newsletter.publications import redirects
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime

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
    with opened() as (runtime, publication):
        past, rows = _read_files(files, ZoneInfo(publication.cadence.split()[-1]))
        for place, (file, issue) in enumerate(past, 1):
            rows.append(_kept(runtime, publication, file, issue, is_dry=is_dry))
            if place % 20 == 0:
                say(f"  {place} of {len(past)}")
        # Index at once, so that the imported issues can be searched.
        while runtime.database.write(index_batch, publication.key, runtime.clock.now()):
            pass
        show(rows, as_json=as_json)
        if any(row["outcome"] not in ("kept", "would be kept") for row in rows):
            raise SomeRefused


@app.command("import")
def import_redirects(
    file: Path = FILE,
) -> None:
    """Import a table of two columns: the old address, and the new one.

    Example: newsletter redirect import redirects.csv
    """
    with opened() as (runtime, publication):
        table = decode(file.read_bytes())
        added = runtime.database.write(redirects.add_redirects, publication.key, table)
        refused = [line for line in added if line.error]
        for line in refused:
            old = line.old or "(nothing)"
            new = line.new or "(nothing)"
            say(f"line {line.line}: {old} → {new}: {line.error}")
        say(f"{len(added) - len(refused)} of {len(added)} old addresses lead on")
        if refused:
            raise SomeRefused


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the old addresses and where each leads. Example: newsletter redirect list"""
    with opened() as (runtime, publication):
        rows = [
            {"old": redirect.path, "new": redirect.target}
            for redirect in runtime.database.read(redirects.all_redirects, publication.key)
        ]
        show(rows, as_json=as_json)


@app.command()
def remove(old: str) -> None:
    """Let an old address lead nowhere. Browsers may remember it.

    Example: newsletter redirect remove /p/tides
    """
    with opened() as (runtime, publication):
        runtime.database.write(redirects.remove_redirect, publication.key, old)
        say(f"{old} leads nowhere now")


def _read_files(
    files: list[Path], zone: ZoneInfo
) -> tuple[list[tuple[Path, PastFile]], list[dict[str, object]]]:
    """Return the past issues of these files, oldest first, and a row for each that is none."""
    past: list[tuple[Path, PastFile]] = []
    refused: list[dict[str, object]] = []
    for file in files:
        try:
            past.append((file, read_past_file(file.name, file.read_bytes(), zone)))
        except NewsletterError as error:
            say(f"{file.name}: {error.with_hint}")
            refused.append(_row(file, outcome=error.with_hint))
    past.sort(key=lambda entry: (entry[1].at, entry[0]))
    return past, refused


def _kept(
    runtime: Runtime,
    publication: Publication,
    file: Path,
    past: PastFile,
    *,
    is_dry: bool,
) -> dict[str, object]:
    if is_dry:
        return _row(file, past, number=past.number, outcome="would be kept")
    try:
        issue = runtime.database.write(keep_past_issue, publication.key, past, runtime.clock.now())
    except NewsletterError as error:
        say(f"{file.name}: {error.with_hint}")
        return _row(file, past, outcome=error.with_hint)
    return _row(file, past, number=issue.number, outcome="kept")


def _row(
    file: Path,
    past: PastFile | None = None,
    *,
    number: int | None = None,
    outcome: str,
) -> dict[str, object]:
    row: dict[str, object] = {"file": file.name, "number": number or ""}
    row |= {"date": "", "title": "", "links": ""}
    if past is not None:
        row |= {"date": f"{past.at:%Y-%m-%d}", "title": past.title, "links": len(past.links)}
    return row | {"outcome": outcome}
