"""`newsletter audience`: saved filters of readers."""

import typer
from sqlmodel import Session

from newsletter.cli.console import BY, JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
from newsletter.delivery import activity
from newsletter.issues import composing, reading
from subscribers.audiences import saved
from subscribers.audiences.filters import Filter, describe_filter, read_filter
from subscribers.models import Audience

app = typer.Typer(
    help="Audiences: saved filters of readers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
TOPIC = typer.Option([], help="They ticked it; several times: any of them.")
SOURCE = typer.Option(
    [],
    help="The tag of the link by which they joined; several times: any of them.",
)
DOMAIN = typer.Option([], help="Their address is there; several times: any of them.")
ATTRIBUTE = typer.Option([], help="NAME=VALUE; several times: all of them.")
JOINED_FROM = typer.Option("", help="A day like 2026-05-12.")
JOINED_TO = typer.Option("", help="A day like 2026-05-12.")
ACTIVE = typer.Option(
    "",
    "--active-within",
    help="Days: they did something. Saving prints what is known of that.",
)
QUIET = typer.Option("", "--quiet-for", help="Days: they did nothing, and joined before.")


@app.command()
def save(
    name: str,
    topic: list[str] = TOPIC,
    source: list[str] = SOURCE,
    domain: list[str] = DOMAIN,
    attribute: list[str] = ATTRIBUTE,
    joined_from: str = JOINED_FROM,
    joined_to: str = JOINED_TO,
    active_within: str = ACTIVE,
    quiet_for: str = QUIET,
) -> None:
    """Save an audience and count it.

    Example: newsletter audience save "New in spring" --joined-from 2026-03-01 --topic Policy
    """
    # As text, like the desk's form: one function reads both, and refuses the same.
    typed = {
        "topics": topic,
        "sources": source,
        "domains": domain,
        "attributes": attribute,
        "joined_from": joined_from,
        "joined_to": joined_to,
        "active_days": active_within,
        "quiet_days": quiet_for,
    }
    with opened() as here:
        wanted = read_filter(typed)
        # What is saved is counted in one transaction: a filter that cannot be counted is not kept.
        readers = here.database.write(_save, here, name, wanted)
        say(f"{describe_filter(wanted)}: {readers:,} readers now")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the audiences with their readers now. Example: newsletter audience list"""
    with opened() as here:
        show(here.database.read(_rows, here), as_json=as_json)


@app.command()
def count(name: str) -> None:
    """Print how many readers an audience has now. Example: newsletter audience count "Spring" """
    with opened() as here, here.database.reading() as session:
        audience = saved.by_name(session, here.key, name)
        print(_count(session, here, saved.filter_of(audience)))


@app.command()
def use(
    name: str, number: int = typer.Option(..., "--issue", help="The number of an open issue.")
) -> None:
    """Let an issue go to an audience only; '' for everybody again.

    Example: newsletter audience use "New in spring" --issue 12
    """
    with opened() as here:
        here.write(_use, name, number)
        say(f"issue {number} goes to {name or 'everybody'}")


@app.command()
def remove(name: str) -> None:
    """Forget an audience. Example: newsletter audience remove "New in spring" """
    with opened() as here, here.database.writing() as session:
        saved.remove(session, saved.by_name(session, here.key, name))
        say("removed; issues that are to go to it still do")


def _save(
    session: Session,
    here: Workplace,
    name: str,
    wanted: Filter,
) -> int:
    """Save an audience and return how many readers it has now."""
    saved.save_audience(session, here.key, name, wanted, by=BY, now=here.now())
    if wanted.active_days or wanted.quiet_days:
        say(activity.activity_in_words(here.publication))
    return _count(session, here, wanted)


def _count(session: Session, here: Workplace, wanted: Filter) -> int:
    return activity.count_audience(session, here.publication, wanted, here.now())


def _use(
    session: Session,
    publication_id: int,
    name: str,
    number: int,
) -> None:
    # No audience is everybody.
    audience = saved.by_name(session, publication_id, name) if name else None
    issue = reading.issue_by_number(session, publication_id, number)
    composing.send_to(session, issue.key, audience, version=issue.version)


def _rows(session: Session, here: Workplace) -> list[TableRow]:
    return [_row(session, here, audience) for audience in saved.read_all(session, here.key)]


def _row(session: Session, here: Workplace, audience: Audience) -> TableRow:
    wanted = saved.filter_of(audience)
    return {
        "name": audience.name,
        "takes": describe_filter(wanted),
        "readers": _count(session, here, wanted),
    }
