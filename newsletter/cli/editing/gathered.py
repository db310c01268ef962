"""`newsletter tool gathered`: what sources showed: a yes or a no, and what changed since."""

from collections.abc import Sequence

import typer
from sqlmodel import Session

from newsletter.cli.console import BY, JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.tool_sources import deciding, pointing

app = typer.Typer(
    help="Gathered tools: those that wait for a yes, and what changed since.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
STATUS = typer.Option("waiting", help="waiting, accepted or refused.")
IDS = typer.Argument(None, help="Their numbers, as `newsletter tool gathered list` shows them.")
ALL = typer.Option(False, "--all", help="All that wait.")
ID = typer.Argument(help="Its number.")


@app.command("list")
def list_(status: str = STATUS, as_json: bool = JSON) -> None:
    """List gathered tools. Example: newsletter tool gathered list"""
    with opened() as here:
        show(here.read(_rows, status), as_json=as_json)


@app.command()
def accept(ids: list[int] = IDS, everyone: bool = ALL) -> None:
    """Make tools of those that wait. Example: newsletter tool gathered accept 3 4"""
    with opened() as here:
        chosen = here.read(_waiting_ids) if everyone else ids or []
        accepted = here.write(deciding.accept, chosen, by=BY, now=here.now())
        say(f"accepted {accepted:,}; each is featured when its turn comes")


@app.command()
def refuse(ids: list[int] = IDS, everyone: bool = ALL) -> None:
    """Say no to those that wait; no source brings them back.

    Example: newsletter tool gathered refuse 5
    """
    with opened() as here:
        chosen = here.read(_waiting_ids) if everyone else ids or []
        refused = here.write(deciding.refuse, chosen, by=BY, now=here.now())
        say(f"refused {refused:,}; `newsletter tool gathered undo` takes a no back")


@app.command()
def undo(gathered_id: int = ID) -> None:
    """Take a yes or a no back: the tool waits again. Example: newsletter tool gathered undo 5"""
    with opened() as here:
        say(f"{here.write(deciding.take_back, gathered_id).name} waits again")


@app.command()
def changes(as_json: bool = JSON) -> None:
    """List changed prices, names, links and pictures, dead links, and tools that disappeared.

    Example: newsletter tool gathered changes
    """
    with opened() as here:
        show(here.read(_points), as_json=as_json)


@app.command()
def take(gathered_id: int = ID) -> None:
    """Write what changed into the tool. Example: newsletter tool gathered take 5"""
    with opened() as here:
        say(f"{here.write(pointing.take_over, gathered_id).name} is as its source shows it")


@app.command()
def leave(gathered_id: int = ID) -> None:
    """Leave the tool as it is; this is not pointed out again.

    Example: newsletter tool gathered leave 5
    """
    with opened() as here:
        say(f"{here.write(pointing.leave, gathered_id).name} stays as it is")


def _waiting_ids(session: Session, publication_id: int) -> Sequence[int]:
    waiting = deciding.with_status(session, publication_id, "waiting", deciding.MOST_AT_ONCE)
    return [gathered.key for gathered in waiting]


def _rows(
    session: Session,
    publication_id: int,
    status: str,
) -> list[TableRow]:
    listed = deciding.with_status(session, publication_id, status, deciding.MOST_AT_ONCE)
    return [
        {
            "id": gathered.id,
            "name": gathered.name,
            "url": gathered.url,
            "price": gathered.price,
            "category": gathered.category,
            "description": gathered.description,
            "source": gathered.source_id,
            "missing": gathered.missing_at or "",
        }
        for gathered in listed
    ]


def _points(session: Session, publication_id: int) -> list[TableRow]:
    return [
        {"id": point.gathered_id, "name": point.name, "tool": point.tool_id, "says": point.sentence}
        for point in pointing.pointed_out(session, publication_id)
    ]
