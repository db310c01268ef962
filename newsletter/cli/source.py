"""`newsletter source`: the places that articles are read from."""

import typer

from newsletter.cli.opening import JSON, opened, say, show
from newsletter.gathering import sources
from newsletter.gathering.gather import gather
from newsletter.gathering.health import health
from newsletter.gathering.keeping import SourceReport

app = typer.Typer(help="Sources: the feeds that articles are read from.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def add(url: str, title: str = typer.Option("", help="Its name."), weight: float = typer.Option(1.0, help="0 to 2.")) -> None:
    """Add a feed. Example: newsletter source add https://example.org/feed.xml --title "Example" """
    with opened() as (runtime, publication):
        source = runtime.database.write(sources.add, publication.id or 0, url, title, weight)
        say(f"added {source.url}; `newsletter gather` reads it")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the sources and their health. Example: newsletter source list --json"""
    with opened() as (runtime, publication):
        rows = [
            {"id": s.id, "title": s.title, "url": s.url, "weight": s.weight, "health": health(s)}
            for s in runtime.database.read(sources.every, publication.id or 0)
        ]
        show(rows, as_json=as_json)


@app.command()
def check(as_json: bool = JSON) -> None:
    """Fetch every source now and say what each gave. Exit code 6 if one is broken. Example: newsletter source check"""
    with opened() as (runtime, publication):
        gathered = gather(
            runtime.database, publication.id or 0, runtime.clock, runtime.limits, progress=lambda report: say(told_of(report))
        )
        rows = [{"title": r.title, "url": r.url, "found": r.found, "error": r.error} for r in gathered.reports]
        show(rows, as_json=as_json)
        if any(report.error for report in gathered.reports):
            raise typer.Exit(6)


def told_of(report: SourceReport) -> str:
    """One line about one source."""
    name = report.title or report.url
    if report.error:
        return f"  {name}: {report.error}"
    return f"  {name}: unchanged" if report.unchanged else f"  {name}: {report.found} items, {report.added} new"
