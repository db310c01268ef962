"""`newsletter init`: settings, database and a publication."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from newsletter.cadence.printing import text_of
from newsletter.cadence.reading import parse
from newsletter.cli.console import errors_shown, say
from newsletter.errors import Conflict
from newsletter.publications.opening import open_publication
from newsletter.runtime import open_runtime
from newsletter.settings import Settings, read_settings

FILE = """# This machine. Each key can be set by environment too: NEWSLETTER_RELAY_URL and so on.
database_url = "sqlite:///newsletter.sqlite3"  # or postgresql://user:password@host/name
public_url = "http://127.0.0.1:8000"  # where readers reach this service; https in earnest
secret = "{secret}"  # signs every link: keep it, and keep it to yourself
# smtp:// (STARTTLS), smtps:// (implicit TLS), user:password@ if the relay asks
relay_url = "smtp+plain://127.0.0.1:25"
"""
NAME = typer.Option(..., help="The publication's name, as readers see it.")
SENDER = typer.Option(..., help="The address that issues come from.")
CADENCE = typer.Option(
    "Tuesday 09:00 Europe/Berlin",
    help="Days, hour and time zone. Days are also: `Mon, Thu`, `daily`, `weekdays`, "
    "`every 2 weeks from 2026-12-01`, `15 of the month`, `first Tuesday of the month`.",
)
POSTAL_ADDRESS = typer.Option("", help="Printed at the foot of each letter, as the law asks.")
RULE = typer.Option("hold", help="Nobody approved by the deadline: send, hold or skip.")


class AlreadyThere(Conflict):
    """newsletter.toml is here already. Nothing was changed: edit it, or work in another folder."""


def init(
    name: str = NAME,
    sender: str = SENDER,
    cadence: str = CADENCE,
    postal_address: str = POSTAL_ADDRESS,
    rule: str = RULE,
) -> None:
    """Write newsletter.toml and make the database and the publication.

    Example: newsletter init --name "The Inference" --sender editor@example.org
    """
    with errors_shown():
        stored = text_of(parse(cadence))
        with _new_settings() as settings, open_runtime(settings) as runtime:
            runtime.database.write(
                open_publication,
                name=name,
                sender_address=sender,
                cadence=stored,
                postal_address=postal_address,
                rule=rule,
            )
    say(
        f"{name} is ready. Next: set relay_url in newsletter.toml, "
        "then `newsletter source add https://…/feed.xml`."
    )


@contextmanager
def _new_settings() -> Iterator[Settings]:
    """Write newsletter.toml and read it; raises AlreadyThere.

    It goes again if the block fails: a slip leaves no file that a second try would stumble over.
    """
    file = Path("newsletter.toml")
    if file.exists():
        raise AlreadyThere
    # Before it has a secret: nobody else may read it, not for a moment.
    file.touch(mode=0o600)
    file.write_text(FILE.format(secret=secrets.token_urlsafe(32)), "utf-8")
    try:
        yield read_settings(file)
    except BaseException:
        file.unlink()
        raise
