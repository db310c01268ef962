"""`newsletter subscribers`: in and out."""

import sys
from dataclasses import asdict
from itertools import islice

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.people import doubles, importing, person
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
from newsletter.delivery.activity import audience_condition
from newsletter.errors import Refused
from newsletter.letters.reconfirming import ask_to_stay
from newsletter.lists.importing import account_of, imports_of
from newsletter.publications.preferences import change
from subscribers.audiences import saved
from subscribers.conditions import Condition
from subscribers.exporting import COLUMNS, csv_text, export_rows
from subscribers.models import Import

app = typer.Typer(
    help="Subscribers: import, export, list.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
STATUSES = ("active", "unconfirmed", "unsubscribed")
IMPORT_ID = typer.Argument(..., help="Of `newsletter subscribers imports`.")
DAYS = typer.Option(14, help="How long they have to answer.")
YES = typer.Option(False, "--yes", help="Write to them.")
STATUS = typer.Option("", help=f"Only these: {', '.join(STATUSES)}.")
AUDIENCE = typer.Option("", help="Only those of a saved audience, by its name.")


class AskingNotConfirmed(Refused):
    """Everybody of this import gets a letter, and who does not answer leaves.
    Say --yes if that is meant."""


@app.command("imports")
def imports(as_json: bool = JSON) -> None:
    """List the imports, their dates and their accounts. Example: newsletter subscribers imports"""
    with opened() as here:
        show(here.read(_import_rows), as_json=as_json)


@app.command("reconfirm")
def reconfirm(
    import_id: int = IMPORT_ID,
    days: int = DAYS,
    yes: bool = YES,
) -> None:
    """Ask the people of a doubtful list whether they want to stay.

    Who does not answer in time leaves by the daily routine.

    Example: newsletter subscribers reconfirm 3 --days 14 --yes
    """
    with opened() as here:
        if not yes:
            raise AskingNotConfirmed
        asked = ask_to_stay(
            here.database,
            import_id,
            days,
            urls=here.urls,
            signer=here.runtime.signer,
            now=here.now(),
        )
        say(f"{asked:,} are asked; who has not answered in {days} days leaves")


@app.command("export")
def export(
    status: str = STATUS,
    audience: str = AUDIENCE,
) -> None:
    """Print subscribers as CSV that import reads.

    Example: newsletter subscribers export --status active > readers.csv
    """
    with opened() as here, here.database.reading() as session:
        if status not in ("", *STATUSES):
            raise Refused(f"--status is one of {', '.join(STATUSES)}, got {status!r}.")
        only = _members(session, here, audience) if audience else None
        for text in csv_text(export_rows(session, here.key, status=status, only=only)):
            # RFC 4180 has \r\n; a terminal's tools take the \r for a part of the last cell.
            sys.stdout.write(text.replace("\r\n", "\n"))


@app.command("shown-from")
def shown_from(count: int = typer.Argument(..., min=0, help="0 for never.")) -> None:
    """Let sign-up blocks and letters say how many readers there are, from so many on.

    Example: newsletter subscribers shown-from 1000
    """
    with opened() as here:
        here.write(change, readers_from=count)
        limit = f"shown from {count:,} on" if count else "not shown"
        say(f"the number of readers is {limit}")


@app.command("list")
def list_(limit: int = typer.Option(50, help="How many."), as_json: bool = JSON) -> None:
    """List subscribers. Example: newsletter subscribers list --limit 10"""
    with opened() as here:
        show(here.read(_subscriber_rows, limit), as_json=as_json)


def _import_rows(session: Session, publication_id: int) -> list[TableRow]:
    return [_import_row(record) for record in imports_of(session, publication_id)]


def _import_row(record: Import) -> TableRow:
    return {
        "id": record.id,
        "file": record.file_name,
        "status": record.status,
        "by": record.by,
        "started_at": record.started_at,
        **asdict(account_of(record)),
    }


def _members(session: Session, here: Workplace, audience: str) -> Condition:
    """The condition that somebody is of a saved audience now."""
    return audience_condition(
        session,
        here.publication,
        saved.filter_of(saved.by_name(session, here.key, audience)),
        here.now(),
    )


def _subscriber_rows(session: Session, publication_id: int, limit: int) -> list[TableRow]:
    # Cut off here, and read in groups there: a list has a million people.
    return [
        dict(zip(COLUMNS, row, strict=True))
        for row in islice(export_rows(session, publication_id), limit)
    ]


# These have a file of their own, and are words of `newsletter subscribers` all the same.
app.command("import")(importing.import_)
app.command("tell")(person.tell)
app.command("forget")(person.forget)
app.command("doubles")(doubles.doubles)
