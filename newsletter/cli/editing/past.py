"""`newsletter issue import`: issues that were sent elsewhere, and `newsletter redirect`: where old addresses lead."""

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
    help="Old addresses, and where they lead for ever.", no_args_is_help=True, rich_markup_mode=None
)


class SomeRefused(Refused):
    """Not all of it could be kept: what was refused is said above. Mend it and import it again; what was kept is kept once."""


def import_(
    files: list[Path] = typer.Argument(
        ...,
        exists=True,
        dir_okay=False,
        readable=True,
        metavar="FILE…",
        help="HTML, or Markdown with a head.",
    ),
    is_dry: bool = typer.Option(
        False, "--dry-run", help="Say what would be kept, and keep nothing."
    ),
    as_json: bool = JSON,
) -> None:
    """Import past issues: they stand in the archive, what they linked is never proposed again, their old addresses lead here.

    Markdown begins with a line ---, then lines like `title: …`, `date: 2024-05-12`, `url: https://old.example/p/tides` and `number: 12`,
    then a line ---. HTML says these itself, or its name does: 2024-05-12-issue-12.html. The same file again changes what was kept.

    Example: newsletter issue import past/*.html
    """
    with opened() as (runtime, publication):
        zone = ZoneInfo(publication.cadence.split()[-1])
        read: list[tuple[Path, PastFile]] = []
        rows: list[dict[str, object]] = []
        for file in files:
            try:
                read.append((file, read_past_file(file.name, file.read_bytes(), zone)))
            except NewsletterError as error:
                say(f"{file.name}: {error.with_hint}")
                rows.append(_row(file, outcome=error.with_hint))
        for place, (file, past) in enumerate(sorted(read, key=lambda one: (one[1].at, one[0])), 1):
            rows.append(_kept(runtime, publication, file, past, is_dry=is_dry))
            if not place % 20:
                say(f"  {place} of {len(read)}")
        while runtime.database.write(index_batch, publication.key, runtime.clock.now()):
            pass  # what was imported can be searched at once
        show(rows, as_json=as_json)
        if any(row["outcome"] not in ("kept", "would be kept") for row in rows):
            raise SomeRefused


@app.command("import")
def import_redirects(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, readable=True),
) -> None:
    """Import a table of two columns: the old address, and the new one. Example: newsletter redirect import redirects.csv"""
    with opened() as (runtime, publication):
        done = runtime.database.write(
            redirects.add_redirects, publication.key, decode(file.read_bytes())
        )
        for one in done:
            if one.error:
                say(
                    f"line {one.line}: {one.old or '(nothing)'} → {one.new or '(nothing)'}: {one.error}"
                )
        say(f"{sum(not one.error for one in done)} of {len(done)} old addresses lead on")
        if any(one.error for one in done):
            raise SomeRefused


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the old addresses and where each leads. Example: newsletter redirect list"""
    with opened() as (runtime, publication):
        rows = [
            {"old": one.path, "new": one.target}
            for one in runtime.database.read(redirects.all_redirects, publication.key)
        ]
        show(rows, as_json=as_json)


@app.command()
def remove(old: str) -> None:
    """Let an old address lead nowhere. Browsers may remember it. Example: newsletter redirect remove /p/tides"""
    with opened() as (runtime, publication):
        runtime.database.write(redirects.remove_redirect, publication.key, old)
        say(f"{old} leads nowhere now")


def _kept(
    runtime: Runtime, publication: Publication, file: Path, past: PastFile, *, is_dry: bool
) -> dict[str, object]:
    if is_dry:
        return _row(file, past, number=past.number, outcome="would be kept")
    try:
        issue = runtime.database.write(keep_past_issue, publication.key, past, runtime.clock.now())
    except NewsletterError as error:
        return _row(file, past, outcome=error.with_hint)
    return _row(file, past, number=issue.number, outcome="kept")


def _row(
    file: Path, past: PastFile | None = None, *, number: int | None = None, outcome: str
) -> dict[str, object]:
    told = (
        {"date": f"{past.at:%Y-%m-%d}", "title": past.title, "links": len(past.links)}
        if past
        else {"date": "", "title": "", "links": ""}
    )
    return {"file": file.name, "number": number or "", **told, "outcome": outcome}
