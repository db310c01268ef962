"""`newsletter quarantine`: sign-ups and tools that looked suspicious."""

from datetime import datetime

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.intake import quarantine
from newsletter.intake.models import Quarantined
from newsletter.intake.receiving import let_in

app = typer.Typer(
    help="Quarantine: sign-ups and tools that looked suspicious.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
BY = "command line"
STATUS = typer.Option("waiting", help="waiting, let in or dropped.")


@app.command("list")
def list_(status: str = STATUS, as_json: bool = JSON) -> None:
    """List what is in quarantine. Example: newsletter quarantine list --json"""
    with opened() as here:
        show(here.read(_rows, status), as_json=as_json)


@app.command("let-in")
def let(quarantined_id: list[int]) -> None:
    """Let one or more in: the letter goes out as if nothing had been suspicious.

    Example: newsletter quarantine let-in 3 4
    """
    with opened() as here:
        # A transaction each: the one that cannot come in does not take back those before it.
        for key in quarantined_id:
            entry = here.database.write(let_in, here.publisher, key, by=BY, now=here.now())
            say(f"{entry.address} is let in")


@app.command()
def drop(quarantined_id: list[int]) -> None:
    """Drop one or more: nobody is written to. Example: newsletter quarantine drop 5"""
    with opened() as here:
        for key in quarantined_id:
            entry = here.database.write(_drop, key, here.now())
            say(f"{entry.address} is dropped")


def _drop(session: Session, quarantined_id: int, now: datetime) -> Quarantined:
    return quarantine.decide(session, quarantined_id, "dropped", by=BY, now=now)


def _rows(session: Session, publication_id: int, status: str) -> list[TableRow]:
    return [_row(entry) for entry in quarantine.read_all(session, publication_id, status)]


def _row(entry: Quarantined) -> TableRow:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "address": entry.address,
        "came_at": entry.came_at,
        "why": "; ".join(entry.reasons),
    }
