"""`newsletter editor`: who may log in at the desk, and where they are logged in."""

import getpass
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from newsletter.cli.console import BY, JSON, local_time, opened, say, show
from newsletter.desk import editors, factors, sessions, team
from newsletter.desk.roles import ROLES, Role, read_role
from newsletter.errors import Refused

if TYPE_CHECKING:
    from sqlmodel import Session

    from newsletter.cli.tables import TableRow
    from newsletter.desk.models import Editor

app = typer.Typer(
    help="Editors: who may log in at the desk, and where they are logged in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
INVITED = typer.Option(Role.EDITOR, "--role", help="What they will be.")
ROLE = typer.Option("", help=f"One of: {', '.join(ROLES)}. The first is owner, others editor.")
NAME = typer.Option("", help="How the desk calls them.")
END = typer.Option(
    False,
    "--end",
    help="End these sessions: who has them logs in again.",
)
OF_WHOM = typer.Argument("", help="Only the sessions of this editor.")


class PasswordsDiffer(Refused):
    """The two passwords are not the same. Nothing was changed: try again."""


@app.callback()
def group() -> None:
    """Editors: who may log in at the desk, and where they are logged in."""


@app.command()
def add(
    address: str,
    name: str = NAME,
    role: str = ROLE,
) -> None:
    """Add an editor. The password is asked for, or read from the first line of the input.

    Somebody who works on another publication here already keeps the password that they have.

    Example: newsletter editor add mara@example.org --name Mara --role writer
    """
    with opened() as here:
        known = here.database.read(editors.find_typed, address)
        password = "" if known else _ask_password()
        added = here.write(_add, (address, name, password), role, here.now())
        say(f"{address} may log in at {here.urls.desk()}; role: {added}")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the editors. Example: newsletter editor list"""
    with opened() as here:
        show(
            here.read(
                _rows,
                here.now(),
                as_json,
            ),
            as_json=as_json,
        )


@app.command()
def remove(address: str) -> None:
    """Take an editor off the team: every browser of theirs is logged out at once.

    What they did keeps their address. They may be added again. The last owner stays.

    Example: newsletter editor remove mara@example.org
    """
    with opened() as here:
        editor = here.write(_remove, address)
        say(f"{editor.address} is not on the team any more")


@app.command()
def invite(
    address: str,
    role: str = INVITED,
) -> None:
    """Invite somebody by a letter: its link works once, for a day, and they choose a password.

    Example: newsletter editor invite wim@example.org --role writer
    """
    # Late: only this command writes a letter.
    from newsletter.intake import entering

    with opened() as here:
        link = here.database.write(
            entering.invite, here.publisher, address, read_role(role), BY, here.now()
        )
        say(f"{link.address} is invited as {link.role}, until {local_time(link.expires_at)}")


@app.command("role")
def role_(
    address: str,
    role: str = typer.Argument(help=f"One of: {', '.join(ROLES)}."),
) -> None:
    """Give an editor another role: it counts from their next click.

    Example: newsletter editor role mara@example.org publisher
    """
    with opened() as here:
        former = here.write(_change_role, address, read_role(role))
        say(f"{address} was {former} and is {role}")


@app.command()
def password(address: str) -> None:
    """Give an editor another password: every browser of theirs is logged out at once.

    It is asked for, or read from the first line of the input.

    Example: newsletter editor password mara@example.org
    """
    with opened() as here:
        ended = here.database.write(
            editors.set_password,
            address,
            _ask_password(),
        )
        say(f"{address} has another password; sessions ended: {ended}")


@app.command("no-factor")
def no_factor(address: str) -> None:
    """Take an editor's second factor off, for a lost phone: every browser of theirs is logged out.

    Their password logs them in then, and they set up another app.

    Example: newsletter editor no-factor mara@example.org
    """
    with opened() as here:
        editor = here.database.write(_end_factor, address)
        say(f"{editor.address} logs in by password alone, and can set up another app")


@app.command("sessions")
def sessions_(
    address: str = OF_WHOM,
    end: bool = END,
    as_json: bool = JSON,
) -> None:
    """List the browsers in which editors are logged in; --end logs them out.

    Example: newsletter editor sessions mara@example.org --end
    """
    with opened() as here:
        if end:
            ended = here.database.write(_end, address)
            say(f"sessions ended: {ended}")
            return
        show(
            here.database.read(
                _session_rows,
                address,
                here.now(),
                as_json,
            ),
            as_json=as_json,
        )


@app.command("end-session")
def end_session(session_id: int) -> None:
    """Log one browser out, by the number that `newsletter editor sessions` shows.

    Example: newsletter editor end-session 7
    """
    with opened() as here:
        here.database.write(sessions.end_numbered, session_id)
        say("that browser is logged out")


def _ask_password() -> str:
    """Return a password that was typed twice unseen, or the first line of a script's input.

    No option has it: lists of processes and histories of shells show what is on a command line.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != typed:
        raise PasswordsDiffer
    return typed


def _add(
    session: "Session",
    publication_id: int,
    person: tuple[str, str, str],
    role: str,
    now: datetime,
) -> Role:
    """Add a person (address, name, password) to the team; the first one is its owner."""
    editor = editors.find_typed(session, person[0]) or editors.add_editor(session, *person, now)
    is_first = not team.read_team(session, publication_id)
    chosen = read_role(role) if role else Role.OWNER if is_first else Role.EDITOR
    team.add_member(session, publication_id, editor.key, chosen)
    return chosen


def _remove(
    session: "Session",
    publication_id: int,
    address: str,
) -> "Editor":
    member = team.find_member(session, publication_id, address)
    return team.remove_member(session, publication_id, member.key)


def _change_role(
    session: "Session",
    publication_id: int,
    address: str,
    role: Role,
) -> Role:
    member = team.find_member(session, publication_id, address)
    return team.change_role(session, publication_id, member.key, role)


def _end_factor(
    session: "Session",
    address: str,
) -> "Editor":
    editor = editors.find_editor(session, address)
    if not factors.end_factor(session, editor.key):
        raise factors.NoFactor("This editor has no second factor. Nothing was changed.")
    sessions.end_sessions(session, editor.key)
    return editor


def _end(
    session: "Session",
    address: str,
) -> int:
    editor = editors.find_editor(session, address) if address else None
    return sessions.end_sessions(session, editor.key if editor else None)


def _rows(
    session: "Session",
    publication_id: int,
    now: datetime,
    as_json: bool,
) -> "list[TableRow]":
    return [
        {
            "id": editor.key,
            "address": editor.address,
            "name": editor.name,
            "role": str(role),
            "added": _minute(editor.created_at, as_json),
            "sessions": len(
                sessions.read_sessions(
                    session,
                    now,
                    editor.key,
                )
            ),
        }
        for editor, role in team.read_team(session, publication_id)
    ]


def _session_rows(
    session: "Session",
    address: str,
    now: datetime,
    as_json: bool,
) -> "list[TableRow]":
    editor = editors.find_editor(session, address) if address else None
    return [
        {
            "id": each.key,
            "editor": of.address,
            "begun": _minute(each.begun_at, as_json),
            "ends": _minute(min(each.expires_at, each.idle_at), as_json),
            "network": each.network,
            "browser": each.browser,
        }
        for each, of in sessions.read_sessions(
            session,
            now,
            editor.key if editor else None,
        )
    ]


def _minute(
    at: datetime,
    as_json: bool,
) -> object:
    # A table shows times in the publication's zone, so it takes them as they are.
    return at.isoformat(timespec="minutes") if as_json else at
