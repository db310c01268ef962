"""`newsletter tool import`: a list of tools comes in, with an account of its rows."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from newsletter.cli.console import JSON, opened, print_json, say
from newsletter.cli.workplace import Workplace
from newsletter.errors import Refused

if TYPE_CHECKING:
    from newsletter.formats.tools.found import ToolList
    from newsletter.tool_sources.importing import NewToolRule, ToolAccount

MOST_BYTES = 50_000_000
SHOWN = 40  # rows with a reason; --json has all
SOON_S = 1.0  # what is over sooner needs no word on the way
FILE = typer.Argument(
    ...,
    exists=True,
    dir_okay=False,
    readable=True,
    help="CSV, JSON or xlsx; a CSV's first row names its columns, at least name and url.",
)
ASK = typer.Option(False, "--ask", help="Let new tools wait for a yes; else they come in at once.")
DRY = typer.Option(False, "--dry-run", help="Say what would happen to each row, and do nothing.")


class LargeToolList(Refused):
    """This file is larger than 50 MB. Cut it in parts."""


def import_(
    file: Path = FILE,
    ask: bool = ASK,
    dry: bool = DRY,
    as_json: bool = JSON,
) -> None:
    """Import a list of tools. What is here already is not changed: differences are pointed out.

    Each row is new, the same, changed, a double or refused, with its number and the reason.

    Example: newsletter tool import tools.csv --dry-run
    """
    with opened() as here:
        listed = _read(file)
        account = _preview(here, listed, ask) if dry else _run(here, listed, ask)
        show_account(account, as_json=as_json)


def show_account(account: "ToolAccount", *, as_json: bool) -> None:
    """Show what became of a list: the counts, then the rows that a person should look at."""
    if as_json:
        print_json(asdict(account))
        return
    print(sentence_of(account))
    for row in account.rows[:SHOWN]:
        say(f"  row {row['row']}: {row['name'] or 'no name'}: {row['outcome']}. {row['reason']}")
    if len(account.rows) > SHOWN:
        say(f"  and {len(account.rows) - SHOWN:,} more; --json lists all of them")
    if account.note:
        say(account.note)


def sentence_of(account: "ToolAccount") -> str:
    """Return the counts of an account as a sentence; they add up."""
    return (
        f"{account.read:,} read: {account.new:,} new ({account.came_in:,} came in, "
        f"{account.waiting:,} wait for a yes), {account.same:,} the same, "
        f"{account.changed:,} changed, {account.double:,} doubles, {account.refused:,} refused"
    )


def _read(file: Path) -> "ToolList":
    """Read a file, of a workbook its first sheet. Raises NotAToolList, or what is too large."""
    from newsletter.formats.tools.lists import read_tool_list
    from newsletter.lists.tables.workbooks import readable

    with readable(file) as (table, _):
        if table.stat().st_size > MOST_BYTES:
            raise LargeToolList
        return read_tool_list(table.read_bytes(), "")


def _preview(
    here: Workplace,
    listed: "ToolList",
    ask: bool,
) -> "ToolAccount":
    from newsletter.tool_sources.importing import preview_import

    account = here.read(
        preview_import,
        listed,
        rule=_rule(ask),
        allow_private=here.runtime.limits.allow_private,
    )
    say("nothing was done; without --dry-run it would be:")
    return account


def _run(
    here: Workplace,
    listed: "ToolList",
    ask: bool,
) -> "ToolAccount":
    from newsletter.tool_sources.importing import import_tools

    return import_tools(
        here.database,
        here.key,
        listed,
        here.now(),
        rule=_rule(ask),
        allow_private=here.runtime.limits.allow_private,
        progress=_slow_progress(),
    )


def _rule(ask: bool) -> "NewToolRule":
    return "ask" if ask else "accept"


def _slow_progress() -> Callable[[int, int], None]:
    """Say how far an import is, once it has taken a second."""
    began = time.monotonic()

    def progress(done: int, of: int) -> None:
        if time.monotonic() - began > SOON_S and done < of:
            say(f"  {done:,} of {of:,} rows")

    return progress
