"""`newsletter init`: settings, database and a publication."""

import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlmodel import Session

from newsletter.cadence.printing import text_of
from newsletter.cadence.reading import parse
from newsletter.cli.console import errors_shown, say
from newsletter.errors import Conflict
from newsletter.publications.opening import open_publication
from newsletter.publications.preferences import change
from newsletter.runtime import open_runtime
from newsletter.settings import Settings, read_settings

FILE = """# This machine. Each key can be set by environment too: NEWSLETTER_RELAY_URL and so on.
database_url = "sqlite:///newsletter.sqlite3"  # or postgresql://user:password@host/name
public_url = {public_url}  # where readers reach this service; https in earnest
secret = "{secret}"  # signs every link: keep it, and keep it to yourself
# smtp:// (STARTTLS), smtps:// (implicit TLS), user:password@ if the relay asks
relay_url = {relay_url}
"""
SETTINGS_FILE = Path("newsletter.toml")
PUBLIC_URL = "http://127.0.0.1:8000"
RELAY_URL = "smtp+plain://127.0.0.1:25"
NAME = typer.Option("", help="The publication's name, as readers see it.")
SENDER = typer.Option("", help="The address that issues come from.")
SENDER_NAME = typer.Option("", help="The name beside that address; usual: the publication's.")
REPLY_TO = typer.Option("", help="Another address for replies.")
LANGUAGE = typer.Option("en", help="Its language: en, de, pt-BR.")
CADENCE = typer.Option(
    "Tuesday 09:00 Europe/Berlin",
    help="Days, hour and time zone. Days are also: `Mon, Thu`, `daily`, `weekdays`, "
    "`every 2 weeks from 2026-12-01`, `15 of the month`, `first Tuesday of the month`.",
)
POSTAL_ADDRESS = typer.Option("", help="Printed at the foot of each letter, as the law asks.")
RULE = typer.Option("hold", help="Nobody approved by the deadline: send, hold or skip.")
RELAY = typer.Option(
    RELAY_URL,
    "--relay-url",
    help="The SMTP server that letters go to: smtp://user:password@host",
)
PUBLIC = typer.Option(PUBLIC_URL, "--public-url", help="Where readers will reach the pages.")
ASK = typer.Option(
    None,
    "--ask/--no-ask",
    help="Ask for what sending needs and is not named; usual on a terminal.",
)
# What sending needs, by its option, and the words that ask for it.
QUESTIONS: Mapping[str, str] = {
    "--name": "Name of the publication",
    "--sender": "Address that issues come from",
    "--postal-address": "Postal address, for the foot of each letter",
}


class AlreadyThere(Conflict):
    """newsletter.toml is here already. Nothing was changed: edit it, or work in another folder."""


def init(
    name: str = NAME,
    sender: str = SENDER,
    sender_name: str = SENDER_NAME,
    reply_to: str = REPLY_TO,
    language: str = LANGUAGE,
    cadence: str = CADENCE,
    postal_address: str = POSTAL_ADDRESS,
    rule: str = RULE,
    relay_url: str = RELAY,
    public_url: str = PUBLIC,
    ask: bool = ASK,
) -> None:
    """Write newsletter.toml and make the database and the publication.

    Example: newsletter init --name "The Inference" --sender editor@example.org
    --postal-address "1 Street, City" --relay-url smtp://user:password@mail.example.org
    """
    given = {"--name": name, "--sender": sender, "--postal-address": postal_address}
    wishes = {"sender_name": sender_name, "reply_to": reply_to, "language": language}
    with errors_shown():
        plan = {"cadence": text_of(parse(cadence)), "rule": rule}
        _require_none()
        needed = _asked(given) if _is_asking(ask) else given
        _require(needed, "--name", "--sender")
        _make(settings_text(public_url, relay_url), needed, plan, wishes)
    _say_what_is_next(needed, relay_url)


def _require_none() -> None:
    if SETTINGS_FILE.exists():
        raise AlreadyThere


def settings_text(public_url: str, relay_url: str = RELAY_URL) -> str:
    """Return a newsletter.toml with a secret of its own."""
    return FILE.format(
        public_url=json.dumps(public_url),
        relay_url=json.dumps(relay_url),
        secret=secrets.token_urlsafe(32),
    )


def _make(
    file: str,
    needed: Mapping[str, str],
    plan: Mapping[str, str],
    wishes: Mapping[str, str],
) -> None:
    """Write the settings, and open the publication in its new database."""
    all_wishes = {**wishes, "postal_address": needed["--postal-address"]}
    with _new_settings(file) as settings, open_runtime(settings) as runtime:
        runtime.database.write(
            _open,
            needed["--name"],
            needed["--sender"],
            plan,
            {column: value for column, value in all_wishes.items() if value},
        )


def _is_asking(ask: bool | None) -> bool:
    return sys.stdin.isatty() if ask is None else ask


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """Return what was given, and the answers of whoever sits at the terminal."""
    return {
        option: value or typer.prompt(QUESTIONS[option], err=True)
        for option, value in given.items()
    }


def _require(needed: Mapping[str, str], *options: str) -> None:
    for option in options:
        if not needed[option].strip():
            raise typer.BadParameter(f"It needs {option}.", param_hint=option)


def _open(
    session: Session,
    name: str,
    sender: str,
    plan: Mapping[str, str],
    wishes: Mapping[str, str],
) -> None:
    """Open a publication whose values all keep the rules of the settings."""
    publication = open_publication(session, name=name, sender_address=sender, **plan)
    change(session, publication.key, name=name, **wishes)


def _say_what_is_next(needed: Mapping[str, str], relay_url: str) -> None:
    say(f"{needed['--name']} is ready.")
    if not needed["--postal-address"]:
        say(
            "No issue can be approved before it has a postal address, which the law asks for: "
            '`newsletter publication set --postal-address "1 Street, City"`.'
        )
    if relay_url == RELAY_URL:
        say("Letters go to a relay on this machine: relay_url in newsletter.toml names another.")
    say(
        "Next: `newsletter relay try you@example.org`, "
        "then `newsletter source add https://…/feed.xml`."
    )


@contextmanager
def _new_settings(text: str) -> Iterator[Settings]:
    """Write newsletter.toml and read it.

    It goes again if the block fails: a slip leaves no file that a second try would stumble over.
    """
    write_settings(text)
    try:
        yield read_settings(SETTINGS_FILE)
    except BaseException:
        SETTINGS_FILE.unlink()
        raise


def write_settings(text: str) -> None:
    """Write newsletter.toml, where none is. Raises AlreadyThere."""
    try:
        # Before it has a secret: nobody else may read it, not for a moment.
        SETTINGS_FILE.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise AlreadyThere from None
    SETTINGS_FILE.write_text(text, "utf-8")
