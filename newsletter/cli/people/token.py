"""`newsletter token`: who may use the API."""

from datetime import datetime

import typer
from sqlmodel import Session

from newsletter.cli.console import BY, JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.desk import tokens
from newsletter.desk.models import ApiToken

app = typer.Typer(
    help="Tokens of the API (docs/api.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)
MAY_VOUCH = typer.Option(
    False,
    "--may-vouch",
    help="It may add people without a confirm letter, by a consent that they gave elsewhere.",
)


@app.command()
def make(name: str, may_vouch: bool = MAY_VOUCH) -> None:
    """Make a token and print its secret, this once. Example: newsletter token make "web shop" """
    with opened() as here:
        token, secret = here.write(
            tokens.make_token,
            name,
            may_vouch=may_vouch,
            by=BY,
            now=here.now(),
        )
        # Alone on stdout, so that a script can take it; the database has its hash only.
        print(secret)
        say(f"token {token.id}, {token.name}: keep the line above; it is not shown again")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the tokens and when each was last used. Example: newsletter token list"""
    with opened() as here:
        show(here.read(_rows, as_json), as_json=as_json)


@app.command()
def revoke(token_id: int) -> None:
    """Revoke a token at once. Example: newsletter token revoke 2"""
    with opened() as here:
        token = here.write(tokens.revoke, token_id, here.now())
        say(f"{token.name} opens nothing any more")


def _rows(session: Session, publication_id: int, as_json: bool) -> list[TableRow]:
    return [_row(token, as_json) for token in tokens.read_all(session, publication_id)]


def _row(token: ApiToken, as_json: bool) -> TableRow:
    return {
        "id": token.id,
        "name": token.name,
        "begins": token.hint,
        "may vouch": token.may_vouch,
        "made": _minute(token.made_at, as_json),
        "last used": _minute(token.used_at, as_json, "never"),
        "revoked": _minute(token.revoked_at, as_json),
    }


def _minute(at: datetime | None, as_json: bool, never: str = "") -> object:
    # A table shows times in the publication's zone, so it takes them as they are.
    if at and as_json:
        return at.isoformat(timespec="minutes")
    return at or never
