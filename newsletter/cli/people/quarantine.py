"""`newsletter quarantine`: sign-ups and tools that looked suspicious."""

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.intake import quarantine
from newsletter.intake.receiving import let_in
from newsletter.letters.publisher import Publisher

app = typer.Typer(
    help="Quarantine: sign-ups and tools that looked suspicious.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
BY = "command line"


STATUS = typer.Option("waiting", help="waiting, let in or dropped.")


@app.command("list")
def list_(
    status: str = STATUS,
    as_json: bool = JSON,
) -> None:
    """List what is in quarantine. Example: newsletter quarantine list --json"""
    with opened() as (runtime, publication):
        entries = runtime.database.read(quarantine.read_all, publication.key, status)
        rows = [
            {
                "id": entry.id,
                "kind": entry.kind,
                "address": entry.address,
                "came_at": entry.came_at,
                "why": "; ".join(entry.reasons),
            }
            for entry in entries
        ]
        show(rows, as_json=as_json)


@app.command("let-in")
def let(quarantined_id: list[int]) -> None:
    """Let one or more in: the letter goes out as if nothing had been suspicious.

    Example: newsletter quarantine let-in 3 4
    """
    with opened() as (runtime, publication):
        publisher = Publisher(publication, runtime.urls, runtime.signer)
        for key in quarantined_id:
            entry = runtime.database.write(let_in, publisher, key, by=BY, now=runtime.clock.now())
            say(f"{entry.address} is let in")


@app.command()
def drop(quarantined_id: list[int]) -> None:
    """Drop one or more: nobody is written to. Example: newsletter quarantine drop 5"""
    with opened() as (runtime, _):
        for key in quarantined_id:
            entry = runtime.database.write(
                quarantine.decide,
                key,
                "dropped",
                by=BY,
                now=runtime.clock.now(),
            )
            say(f"{entry.address} is dropped")
