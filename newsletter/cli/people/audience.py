"""`newsletter audience`: saved filters of readers."""

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.delivery import activity
from newsletter.issues import composing, reading
from subscribers.audiences import saved
from subscribers.audiences.filters import describe_filter, read_filter

app = typer.Typer(
    help="Audiences: saved filters of readers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
BY = "the command line"
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
    with opened() as (runtime, publication), runtime.database.writing() as session:
        wanted = read_filter(typed)
        now = runtime.clock.now()
        saved.save_audience(session, publication.key, name, wanted, by=BY, now=now)
        if wanted.active_days or wanted.quiet_days:
            say(activity.activity_in_words(publication))
        readers = activity.count_audience(session, publication, wanted, now)
        say(f"{describe_filter(wanted)}: {readers:,} readers now")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the audiences with their readers now. Example: newsletter audience list"""
    with opened() as (runtime, publication), runtime.database.reading() as session:
        now = runtime.clock.now()
        rows: list[dict[str, object]] = []
        for audience in saved.read_all(session, publication.key):
            wanted = saved.filter_of(audience)
            readers = activity.count_audience(session, publication, wanted, now)
            rows.append(
                {"name": audience.name, "takes": describe_filter(wanted), "readers": readers}
            )
        show(rows, as_json=as_json)


@app.command()
def count(name: str) -> None:
    """Print how many readers an audience has now. Example: newsletter audience count "Spring" """
    with opened() as (runtime, publication), runtime.database.reading() as session:
        wanted = saved.filter_of(saved.by_name(session, publication.key, name))
        print(activity.count_audience(session, publication, wanted, runtime.clock.now()))


@app.command()
def use(
    name: str, number: int = typer.Option(..., "--issue", help="The number of an open issue.")
) -> None:
    """Let an issue go to an audience only; '' for everybody again.

    Example: newsletter audience use "New in spring" --issue 12
    """
    with opened() as (runtime, publication), runtime.database.writing() as session:
        audience = saved.by_name(session, publication.key, name) if name else None
        issue = reading.issue_by_number(session, publication.key, number)
        composing.send_to(session, issue.key, audience, version=issue.version)
        say(f"issue {number} goes to {name}" if name else f"issue {number} goes to everybody")


@app.command()
def remove(name: str) -> None:
    """Forget an audience. Example: newsletter audience remove "New in spring" """
    with opened() as (runtime, publication), runtime.database.writing() as session:
        saved.remove(session, saved.by_name(session, publication.key, name))
        say("removed; issues that are to go to it still do")
