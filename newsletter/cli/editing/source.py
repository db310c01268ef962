"""`newsletter source`: the places that articles are read from."""

import asyncio
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.editing import source_voice
from newsletter.cli.tables import TableRow
from newsletter.errors import Refused
from newsletter.fetching.limits import Limits
from newsletter.formats.opml import OutlineList, read_opml, write_opml
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.source_health import Health
from newsletter.gathering.sources import NewSource
from newsletter.issues.approval import carried_articles

if TYPE_CHECKING:
    from newsletter.gathering.discovery import Discovery
    from newsletter.gathering.source_answers import SourceReport

app = typer.Typer(
    help="Sources: the feeds, sitemaps and pages that articles are read from.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("show")(source_voice.show_)
app.command()(source_voice.change)
app.command()(source_voice.forget)
TITLE = typer.Option("", help="Its name, if not the one it gives itself.")
WEIGHT = typer.Option(1.0, help="0 to 2.")
KIND = typer.Option("", help="feed, sitemap or page; found by itself unless given.")
CATEGORY = typer.Option("", help="A folder to keep it in.")
OWN = typer.Option(False, "--own", help="The publication's own site: its articles are kept whole.")
YES = typer.Option(False, "--yes", help="Save without asking, as scripts do.")
SOURCE = typer.Argument(help="Its number or address, as `newsletter source list` shows it.")
FILE = typer.Argument(
    ...,
    exists=True,
    dir_okay=False,
    readable=True,
    help="OPML, as feed readers export it.",
)


class NotSaved(Refused):
    """Nothing was saved. If that is the source you mean, say it again with --yes."""


@app.command()
def add(
    url: str,
    title: str = TITLE,
    weight: float = WEIGHT,
    kind: str = KIND,
    category: str = CATEGORY,
    own: bool = OWN,
    yes: bool = YES,
) -> None:
    """Find what to read at an address, show its last items, and save it.

    Example: newsletter source add https://example.org
    """
    with opened() as here:
        # Late, here and below: a list of sources waits for no reader of feeds and pages.
        from newsletter.gathering import discovery

        if kind not in ("", *discovery.KINDS):
            raise discovery.NoSourceKind
        # Before a site is searched: it takes a while, and what is known already is refused.
        here.read(sources.check_new, url)
        found = asyncio.run(_discover(url, kind, here.runtime.limits))
        say(_discovery_lines(found))
        # People often mean another feed than the one that a site names first.
        if not (yes or _confirms()):
            raise NotSaved
        new = replace(
            _new_source(found, title),
            weight=weight,
            category=category,
            is_own=own,
        )
        source = here.write(sources.add, new, now=here.now())
        say(f"added {source.url}; `newsletter gather` reads it")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the sources and their health. Example: newsletter source list --json"""
    with opened() as here:
        show(here.read(_rows, here.now(), as_json), as_json=as_json)


@app.command()
def check(as_json: bool = JSON) -> None:
    """Fetch every source now, and show what each gave. Exit code 6 if one is broken.

    Example: newsletter source check
    """
    from newsletter.gathering.gather import gather

    with opened() as here:
        gathered = gather(
            here.database,
            here.key,
            here.runtime.clock,
            # The sources themselves are what is checked, not the pages of their articles.
            replace(here.runtime.limits, pages=0),
            progress=lambda report: say(report_line(report)),
            carried=carried_articles,
        )
        show([_report_row(report) for report in gathered.reports], as_json=as_json)
        if any(report.error for report in gathered.reports):
            raise typer.Exit(6)


@app.command()
def retire(source: str = SOURCE) -> None:
    """Read a source no more; its articles stay. Example: newsletter source retire 7"""
    with opened() as here:
        retired = here.write(sources.retire, source)
        say(f"retired {_name(retired)}; its articles stay")


@app.command()
def restore(source: str = SOURCE) -> None:
    """Read a retired source again. Example: newsletter source restore 7"""
    with opened() as here:
        restored = here.write(sources.restore, source)
        say(f"restored {_name(restored)}; `newsletter gather` reads it")


@app.command("import")
def import_(
    file: Path = FILE,
    as_json: bool = JSON,
) -> None:
    """Add the feeds of an OPML file; those that are there already stay as they are.

    Example: newsletter source import feeds.opml
    """
    with opened() as here:
        listed = read_opml(file.read_bytes())
        added = here.write(sources.add_outlines, listed.outlines, here.now())
        _say_import(file.name, listed, added)
        # People have read it already; a table would say it twice.
        if as_json:
            show([_import_row(listed, added)], as_json=True)


@app.command()
def export() -> None:
    """Print the active feeds as OPML 2.0, in their folders.

    Example: newsletter source export > feeds.opml
    """
    with opened() as here:
        feeds, others = here.read(sources.feed_outlines)
        sys.stdout.write(write_opml(here.publication.name, feeds).decode())
        if others:
            say(f"{others} sources are no feeds, which OPML cannot say: left out")


def report_line(report: "SourceReport") -> str:
    """Return one line about what one source gave."""
    name = _name(report)
    if report.error:
        return f"  {name}: {report.error}"
    if report.unchanged:
        return f"  {name}: unchanged"
    line = f"  {name}: {report.found} items, {report.added} new"
    if report.at_one_address:
        line += f"; {report.at_one_address} of them share one address"
    return line


def _confirms() -> bool:
    # A script has no terminal to answer at: it says --yes.
    return sys.stdin.isatty() and typer.confirm("Save it?", default=True, err=True)


def _new_source(found: "Discovery", title: str) -> NewSource:
    return NewSource(
        found.url,
        title or found.title,
        kind=found.kind,
        home_url=found.home_url,
    )


async def _discover(
    url: str,
    kind: str,
    limits: Limits,
) -> "Discovery":
    from newsletter.gathering import discovery
    from newsletter.gathering.children.outside import open_outside

    async with open_outside(limits, processes=1) as outside:
        return await discovery.discover(
            outside,
            url,
            kind,
            progress=lambda place: say(f"looking at {place}"),
        )


def _discovery_lines(found: "Discovery") -> str:
    """The kind of source that was found, and its last items."""
    name = _name(found)
    head = f"{name}: a {found.kind} with {len(found.found)} items, at {found.url}"
    items = [f"  {_day(item.published_at)}  {item.title or item.url}" for item in found.latest]
    return "\n".join([head, *items])


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "no date   "


def _name(source: "Source | Discovery | SourceReport") -> str:
    # A page may have no title, and a source that never answered has none yet.
    return source.title or source.url


def _rows(
    session: Session,
    publication_id: int,
    now: datetime,
    as_json: bool,
) -> list[TableRow]:
    return [
        _row(source, health, as_json)
        for source, health in sources.all_with_health(session, publication_id, now)
    ]


def _row(
    source: Source,
    health: Health,
    as_json: bool,
) -> TableRow:
    row: TableRow = {
        "id": source.id,
        "title": source.title,
        "url": source.url,
        "kind": source.kind,
        "category": source.category,
        "weight": source.weight,
        "genre": source.genre,
        "health": health.sentence,
    }
    # A script gets the figures of which the sentence is made.
    return row | _health_values(source, health) if as_json else row


def _health_values(source: Source, health: Health) -> TableRow:
    return {
        "own": source.is_own,
        "firm": source.speaks_for or source.guessed_firm,
        "status": source.status,
        "failures": source.failures,
        "error": source.error,
        "weekly": health.items_per_week,
        "added": source.added_at,
        "fetched": source.fetched_at,
        "succeeded": source.succeeded_at,
        "new": source.new_at,
    }


def _report_row(report: "SourceReport") -> TableRow:
    return {
        "title": report.title,
        "url": report.url,
        "found": report.found,
        "error": report.error,
    }


def _say_import(
    name: str,
    listed: OutlineList,
    added: int,
) -> None:
    for line in listed.bad:
        say(f"  {line}")
    read = len(listed.outlines)
    say(
        f"{read} feeds in {name}: {added} added, {read - added} known already, "
        f"{len(listed.bad)} lines not taken"
    )


def _import_row(listed: OutlineList, added: int) -> TableRow:
    read = len(listed.outlines)
    return {"read": read, "added": added, "known": read - added, "bad": list(listed.bad)}
