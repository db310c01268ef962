"""`newsletter tool source`: the lists, feeds and sites that tools are gathered from."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, UNAVAILABLE, opened, print_json, say, show
from newsletter.cli.editing.tool_import import sentence_of
from newsletter.cli.tables import TableRow
from newsletter.errors import Refused
from newsletter.fetching.limits import Limits

if TYPE_CHECKING:
    from newsletter.tool_sources.finding import FoundToolSource
    from newsletter.tool_sources.looks import LookReport
    from newsletter.tool_sources.models import ToolSource

app = typer.Typer(
    help="Tool sources: the lists, feeds and sites that tools are gathered from.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ADDRESS = typer.Argument(
    help="A list (CSV or JSON), a feed, a sitemap or its site; or a list that is a file."
)
ID = typer.Argument(help="Its number, as `newsletter tool source list` shows it.")
WHICH = typer.Argument(None, help="Its number; default: all of them.")
KIND = typer.Option("", help="list, feed or pages; found by itself unless given.")
TITLE = typer.Option("", help="Its name; default: the host.")
BELOW = typer.Option("", help="Of pages: only those below this path, like /tools/.")
RULE = typer.Option("ask", help="New tools: ask (they wait for a yes) or accept (they come in).")
NEW_TITLE = typer.Option(None, "--title", help="Its name.")
NEW_BELOW = typer.Option(None, "--below", help="Of pages: only those below this path.")
NEW_RULE = typer.Option(None, "--rule", help="ask or accept.")
UNSEEN = {"publication_id", "body_hash"}
SHOWN = 10  # rows with a reason; --json has all
YES = typer.Option(False, "--yes", help="Save without asking, as scripts do.")


class ToolSourceNotSaved(Refused):
    """Nothing was saved. If that is the tool source you mean, say it again with --yes."""


@app.command()
def add(
    address: str = ADDRESS,
    kind: str = KIND,
    title: str = TITLE,
    below: str = BELOW,
    rule: str = RULE,
    yes: bool = YES,
) -> None:
    """Look at an address, show what is there, and save it as a tool source.

    Example: newsletter tool source add https://shelf.example/sitemap.xml --below /tools/
    """
    with opened() as here:
        # Late, here and below: a list of sources waits for no reader of feeds and pages.
        from newsletter.tool_sources import sources

        url = _url_of(address)
        here.read(sources.check_new, url)
        found = asyncio.run(_find(url, kind, below, here.runtime.limits))
        say(_found_lines(found))
        if not (yes or _confirms()):
            raise ToolSourceNotSaved
        new = sources.NewToolSource(found.url, found.kind, title, below, rule)
        source = here.write(sources.add, new, here.now())
        say(f"added tool source {source.id}; `newsletter tool source look {source.id}` reads it")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the tool sources, and how each is doing. Example: newsletter tool source list"""
    with opened() as here:
        show(here.read(_rows), as_json=as_json)


@app.command("show")
def show_(tool_source_id: int = ID) -> None:
    """Show one tool source with the account of its last look, as JSON.

    Example: newsletter tool source show 2
    """
    from newsletter.tool_sources import sources

    with opened() as here:
        source = here.read(sources.read_source, tool_source_id)
        print_json(source.model_dump(exclude=UNSEEN))


@app.command()
def change(
    tool_source_id: int = ID,
    title: str | None = NEW_TITLE,
    below: str | None = NEW_BELOW,
    rule: str | None = NEW_RULE,
) -> None:
    """Change a tool source; what is not given stays.

    Example: newsletter tool source change 2 --rule accept
    """
    from newsletter.tool_sources import sources

    with opened() as here:
        source = here.read(sources.read_source, tool_source_id)
        changed = here.write(
            sources.change,
            tool_source_id,
            title=source.title if title is None else title,
            below=source.below if below is None else below,
            rule=source.rule if rule is None else rule,
        )
        say(f"{changed.title}: new tools {_rule_in_words(changed.rule)}")


@app.command()
def remove(tool_source_id: int = ID) -> None:
    """Look at a source no more; its tools stay. Example: newsletter tool source remove 2"""
    from newsletter.tool_sources import sources

    with opened() as here:
        removed = here.write(sources.remove, tool_source_id)
        say(f"removed {removed.title}; its tools stay, and adding it again brings it back")


@app.command()
def look(tool_source_id: int | None = WHICH, as_json: bool = JSON) -> None:
    """Look at one tool source now, or at all. Exit code 6 if one is broken.

    Example: newsletter tool source look 2
    """
    from newsletter.tool_sources import looking

    with opened() as here:
        reports = looking.look(
            here.database,
            here.key,
            here.runtime.clock,
            here.runtime.limits,
            source_id=tool_source_id,
            progress=lambda report: say(_report_line(report)),
        )
        if as_json:
            show([_report_row(report) for report in reports], as_json=True)
        if any(report.error for report in reports):
            raise typer.Exit(UNAVAILABLE)


def _url_of(address: str) -> str:
    from newsletter.tool_sources.sources import file_address

    # A name of a file has no scheme; a person who means a site says which.
    return address if "://" in address else file_address(Path(address))


async def _find(
    url: str,
    kind: str,
    below: str,
    limits: Limits,
) -> "FoundToolSource":
    from newsletter.gathering.children.outside import open_outside
    from newsletter.tool_sources.finding import find_tool_source

    async with open_outside(limits, processes=1) as outside:
        return await find_tool_source(outside, url, kind, below, limits.max_bytes)


def _found_lines(found: "FoundToolSource") -> str:
    noun = "page" if found.kind == "pages" else "tool"
    noun += "" if found.count == 1 else "s"
    head = f"{found.kind} with {found.count:,} {noun}, at {found.url}"
    shown = [f"  {tool.name}  {tool.url}" for tool in found.tools]
    shown += [f"  {page}" for page in found.pages]
    return "\n".join(filter(None, [head, *shown, found.note]))


def _confirms() -> bool:
    # A script has no terminal to answer at: it says --yes.
    return sys.stdin.isatty() and typer.confirm("Save it?", default=True, err=True)


def _rule_in_words(rule: str) -> str:
    return "come in" if rule == "accept" else "wait for a yes"


def _rows(session: Session, publication_id: int) -> list[TableRow]:
    from newsletter.tool_sources import sources

    counts = sources.count_tools(session, publication_id)
    return [
        {
            "id": source.id,
            "title": source.title,
            "kind": source.kind,
            "url": source.url,
            "rule": source.rule,
            "waiting": counts.get((source.key, "waiting"), 0),
            "accepted": counts.get((source.key, "accepted"), 0),
            "refused": counts.get((source.key, "refused"), 0),
            "health": health_of(source),
        }
        for source in sources.all_sources(session, publication_id)
    ]


def health_of(source: "ToolSource") -> str:
    """Return in words how a tool source is doing."""
    if source.error:
        return f"Failed {_times(source.failures)}: {source.error}"
    return source.note or ("Healthy." if source.succeeded_at else "Not looked at yet.")


def _times(failures: int) -> str:
    return "once" if failures == 1 else f"{failures} times in a row"


def _report_line(report: "LookReport") -> str:
    if report.error:
        return f"  {report.title}: {report.error}"
    if report.outcome == "unchanged" and not report.account.read:
        return f"  {report.title}: unchanged, {report.pages} links looked at"
    rows = report.account.rows[:SHOWN]
    reasons = [f"    row {row['row']}: {row['name']}: {row['reason']}" for row in rows]
    return "\n".join([f"  {report.title}: {sentence_of(report.account)}", *reasons])


def _report_row(report: "LookReport") -> TableRow:
    account = report.account
    return {
        "id": report.source_id,
        "title": report.title,
        "outcome": report.outcome,
        "error": report.error,
        "pages": report.pages,
        "read": account.read,
        "new": account.new,
        "same": account.same,
        "changed": account.changed,
        "double": account.double,
        "refused": account.refused,
        "came_in": account.came_in,
        "waiting": account.waiting,
        "note": account.note,
        "rows": list(account.rows),
    }
