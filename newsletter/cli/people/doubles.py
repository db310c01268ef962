"""`newsletter subscribers doubles`: what became of readers who were here in two spellings."""

from dataclasses import asdict

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from subscribers.merging import count_joined, joined_readers

NAMES = typer.Option(False, "--names", help="The readers one by one, by their addresses.")
MOST = typer.Option(1000, "--limit", help="How many readers.")


def doubles(
    names: bool = NAMES,
    limit: int = MOST,
    as_json: bool = JSON,
) -> None:
    """Report on readers whose addresses differed in case only and were joined by the upgrade.

    Of two statuses the stricter won. A suppression that was there twice has publication 0.

    Example: newsletter subscribers doubles --names
    """
    with opened() as here:
        found = here.database.read(_names, limit) if names else here.database.read(_counts)
        if not found:
            say("nobody was here twice")
            return
        show(found, as_json=as_json)


def _counts(session: Session) -> list[TableRow]:
    return [asdict(line) for line in count_joined(session)]


def _names(
    session: Session,
    limit: int,
) -> list[TableRow]:
    return [
        {
            "address": address,
            "publication_id": line.publication_id,
            "gone_status": line.gone_status,
            "kept_status": line.kept_status,
            "won": line.won,
            "at": line.at,
        }
        for address, line in joined_readers(session, limit)
    ]
