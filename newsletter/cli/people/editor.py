"""`newsletter editor`: who may log in at the desk, and where they are logged in."""

import getpass
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.desk import editors, sessions
from newsletter.errors import Refused

if TYPE_CHECKING:
    from sqlmodel import Session

    from newsletter.cli.tables import TableRow

app = typer.Typer(
    help="Editors: who may log in at the desk, and where they are logged in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
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
) -> None:
    """Add an editor. The password is asked for, or read from the first line of the input.

    Example: newsletter editor add mara@example.org --name Mara
    """
    with opened() as here:
        here.database.write(
            editors.add_editor,
            address,
            name,
            _ask_password(),
            here.now(),
        )
        say(f"{address} may log in at {here.urls.desk()}")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the editors. Example: newsletter editor list"""
    with opened() as here:
        show(
            here.database.read(
                _rows,
                here.now(),
                as_json,
            ),
            as_json=as_json,
        )


@app.command()
def remove(address: str) -> None:
    """Remove an editor: every browser of theirs is logged out at once.

    What they did keeps their address. They may be added again, as somebody new.

    Example: newsletter editor remove mara@example.org
    """
    with opened() as here:
        editor = here.database.write(editors.remove_editor, address)
        say(f"{editor.address} may not log in any more")
        if not here.database.read(editors.read_all):
            say("nobody may log in now: `newsletter editor add` adds an editor")


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


def _end(
    session: "Session",
    address: str,
) -> int:
    editor = editors.find_editor(session, address) if address else None
    return sessions.end_sessions(session, editor.key if editor else None)


def _rows(
    session: "Session",
    now: datetime,
    as_json: bool,
) -> "list[TableRow]":
    return [
        {
            "id": editor.key,
            "address": editor.address,
            "name": editor.name,
            "added": _minute(editor.created_at, as_json),
            "sessions": len(
                sessions.read_sessions(
                    session,
                    now,
                    editor.key,
                )
            ),
        }
        for editor in editors.read_all(session)
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
