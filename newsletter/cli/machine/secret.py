"""`newsletter secret`: a new secret signs, and the links to leave of old letters go on to work."""

import os
import re
import secrets
from pathlib import Path

import typer

from newsletter.cli.console import errors_shown, say
from newsletter.errors import NotFound, Refused
from newsletter.settings import read_settings

app = typer.Typer(
    help="The secret that signs links: rotate.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
# A line of TOML with either key, its comment and its line end.
LINE = re.compile(r"""^(secret|old_secrets)\s*=\s*(["'])(.*?)\2[^\n]*\n?""", re.MULTILINE)

HEAD = """\
secret = "{secret}"  # signs every link: keep it, and keep it to yourself
old_secrets = "{older}"
"""
BY_ENVIRONMENT = frozenset({"NEWSLETTER_SECRET", "NEWSLETTER_OLD_SECRETS"})


class NoSecretHere(NotFound):
    """newsletter.toml has no secret. Where the environment sets it, make NEWSLETTER_SECRET a new
    one, and put the former in front of NEWSLETTER_OLD_SECRETS, with a comma."""


class CommaInSecret(Refused):
    """The secret has a comma or a quote, so a list cannot hold it. Nothing was changed."""


@app.callback()
def group() -> None:
    """The secret that signs links."""


@app.command()
def rotate() -> None:
    """Write a new secret into newsletter.toml; the former joins old_secrets.

    There it signs nothing, and verifies old links to leave and to choose for ever; all other links
    end. Never take a secret out of old_secrets: the links to leave in its letters would die, and
    people who were forgotten would be unknown.

    Example: newsletter secret rotate
    """
    with errors_shown():
        file = Path(os.environ.get("NEWSLETTER_CONFIG", "newsletter.toml"))
        values = _read(file)
        # A file that the service would not start with is left as it is.
        read_settings(file)
        if set(values["secret"]) & set(",\"'\\"):
            raise CommaInSecret
        former = [values["secret"], values.get("old_secrets", "")]
        _write(file, secrets.token_urlsafe(32), ",".join(filter(None, former)))
    say(
        f"{file} has a new secret. Restart the service, pages before workers: editors log in "
        "again, the links to leave and to choose in old letters go on to work, and all other "
        "links have ended."
    )


def _read(file: Path) -> dict[str, str]:
    """Return the secrets that the file sets. Raises NoSecretHere if the environment sets them."""
    text = file.read_text("utf-8") if file.exists() else ""
    values = {key: value for key, _, value in LINE.findall(text)}
    # The environment goes before the file, so what we write would sign nothing.
    if "secret" not in values or not BY_ENVIRONMENT.isdisjoint(os.environ):
        raise NoSecretHere
    return values


def _write(file: Path, secret: str, older: str) -> None:
    """Replace the file at once, so that no crash leaves half of it.

    Both keys go to the top: below a [table] they would belong to it.
    """
    rest = LINE.sub("", file.read_text("utf-8"))
    beside = file.with_name(f"{file.name}.new")
    # Before it has a secret: nobody else may read it, not for a moment.
    beside.touch(mode=0o600)
    beside.write_text(HEAD.format(secret=secret, older=older) + rest, "utf-8")
    beside.chmod(file.stat().st_mode & 0o777)
    beside.replace(file)
