"""`newsletter source`: the places that articles are read from."""

import asyncio
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.errors import Refused
from newsletter.fetching.limits import Limits
from newsletter.formats.opml import read_opml, write_opml
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.source_health import Health
from newsletter.gathering.sources import NewSource

if TYPE_CHECKING:
    from newsletter.gathering.discovery import Discovery
    from newsletter.gathering.source_answers import SourceReport

app = typer.Typer(
    help="Sources: the feeds, sitemaps and pages that articles are read from.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


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
    with opened() as (runtime, publication):
        # Late, here and below: a list of sources waits for no reader of feeds and pages.
        from newsletter.gathering import discovery

        if kind not in ("", *discovery.KINDS):
            raise discovery.NoSourceKind
        runtime.database.read(sources.check_new, publication.key, url)
        found = asyncio.run(_discover(url, kind, runtime.limits))
        say(_discovery_lines(found))
        if not (yes or _confirms()):
            raise NotSaved
        new = replace(_new_source(found), weight=weight, category=category, is_own=own)
        if title:
            new = replace(new, title=title)
        now = runtime.clock.now()
        source = runtime.database.write(sources.add, publication.key, new, now=now)
        say(f"added {source.url}; `newsletter gather` reads it")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the sources and their health. Example: newsletter source list --json"""
    with opened() as (runtime, publication):
        listed = runtime.database.read(
            sources.all_with_health,
            publication.key,
            runtime.clock.now(),
        )
        show([_row(source, health, as_json) for source, health in listed], as_json=as_json)


@app.command()
def check(as_json: bool = JSON) -> None:
    """Fetch every source now, and show what each gave. Exit code 6 if one is broken.

    Example: newsletter source check
    """
    from newsletter.gathering.gather import gather

    with opened() as (runtime, publication):
        gathered = gather(
            runtime.database,
            publication.key,
            runtime.clock,
            replace(runtime.limits, pages=0),
            progress=lambda report: say(report_line(report)),
        )
        show([_report_row(report) for report in gathered.reports], as_json=as_json)
        if any(report.error for report in gathered.reports):
            raise typer.Exit(6)


@app.command()
def retire(
    source: str = SOURCE,
) -> None:
    """Read a source no more; its articles stay. Example: newsletter source retire 7"""
    with opened() as (runtime, publication):
        retired = runtime.database.write(sources.retire, publication.key, source)
        say(f"retired {retired.title or retired.url}; its articles stay")


@app.command()
def restore(
    source: str = SOURCE,
) -> None:
    """Read a retired source again. Example: newsletter source restore 7"""
    with opened() as (runtime, publication):
        restored = runtime.database.write(sources.restore, publication.key, source)
        say(f"restored {restored.title or restored.url}; `newsletter gather` reads it")


@app.command("import")
def import_(
    file: Path = FILE,
    as_json: bool = JSON,
) -> None:
    """Add the feeds of an OPML file; those that are there already stay as they are.

    Example: newsletter source import feeds.opml
    """
    with opened() as (runtime, publication):
        listed = read_opml(file.read_bytes())
        read = len(listed.outlines)
        added = runtime.database.write(
            sources.add_outlines,
            publication.key,
            listed.outlines,
            runtime.clock.now(),
        )
        for line in listed.bad:
            say(f"  {line}")
        say(
            f"{read} feeds in {file.name}: {added} added, {read - added} known already, "
            f"{len(listed.bad)} lines not taken"
        )
        if as_json:
            bad = list(listed.bad)
            show([{"read": read, "added": added, "known": read - added, "bad": bad}], as_json=True)


@app.command()
def export() -> None:
    """Print the active feeds as OPML 2.0, in their folders.

    Example: newsletter source export > feeds.opml
    """
    with opened() as (runtime, publication):
        feeds, others = runtime.database.read(sources.feed_outlines, publication.key)
        sys.stdout.write(write_opml(publication.name, feeds).decode())
        if others:
            say(f"{others} sources are no feeds, which OPML cannot say: left out")


def report_line(report: "SourceReport") -> str:
    """Return one line about what one source gave."""
    name = report.title or report.url
    if report.error:
        return f"  {name}: {report.error}"
    if report.unchanged:
        return f"  {name}: unchanged"
    return f"  {name}: {report.found} items, {report.added} new"


def _confirms() -> bool:
    # A script has no terminal to answer at: it says --yes.
    return sys.stdin.isatty() and typer.confirm("Save it?", default=True, err=True)


def _new_source(found: "Discovery") -> NewSource:
    return NewSource(found.url, found.title, kind=found.kind, home_url=found.home_url)


async def _discover(url: str, kind: str, limits: Limits) -> "Discovery":
    from newsletter.fetching.fetcher import open_fetcher
    from newsletter.gathering import discovery

    async with open_fetcher(limits) as fetcher:
        return await discovery.discover(
            fetcher,
            url,
            kind,
            progress=lambda place: say(f"looking at {place}"),
        )


def _discovery_lines(found: "Discovery") -> str:
    """The kind of source that was found, and its last items."""
    name = found.title or found.url
    head = f"{name}: a {found.kind} with {len(found.found)} items, at {found.url}"
    items = [f"  {_day(item.published_at)}  {item.title or item.url}" for item in found.latest]
    return "\n".join([head, *items])


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "no date   "


def _row(source: Source, health: Health, as_json: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "id": source.id,
        "title": source.title,
        "url": source.url,
        "kind": source.kind,
        "category": source.category,
        "weight": source.weight,
        "health": health.sentence,
    }
    if not as_json:
        return row
    return row | {
        "own": source.is_own,
        "status": source.status,
        "failures": source.failures,
        "error": source.error,
        "weekly": health.items_per_week,
        "added": source.added_at,
        "fetched": source.fetched_at,
        "succeeded": source.succeeded_at,
        "new": source.new_at,
    }


def _report_row(report: "SourceReport") -> dict[str, object]:
    return {
        "title": report.title,
        "url": report.url,
        "found": report.found,
        "error": report.error,
    }
