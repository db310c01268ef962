"""`newsletter token`: who may use the API."""

from datetime import datetime

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.desk import tokens
from newsletter.desk.models import ApiToken

app = typer.Typer(
    help="Tokens of the API (docs/api.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)
BY = "the command line"


MAY_VOUCH = typer.Option(
    False,
    "--may-vouch",
    help="It may add people without a confirm letter, by a consent that they gave elsewhere.",
)


@app.command()
def make(
    name: str,
    may_vouch: bool = MAY_VOUCH,
) -> None:
    """Make a token and print its secret, this once. Example: newsletter token make "web shop" """
    with opened() as (runtime, publication):
        now = runtime.clock.now()
        token, secret = runtime.database.write(
            tokens.make_token,
            publication.key,
            name,
            may_vouch=may_vouch,
            by=BY,
            now=now,
        )
        print(secret)
        say(f"token {token.id}, {token.name}: keep the line above; it is not shown again")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the tokens and when each was last used. Example: newsletter token list"""
    with opened() as (runtime, publication):
        listed = runtime.database.read(tokens.read_all, publication.key)
        show([_row(token, as_json) for token in listed], as_json=as_json)


@app.command()
def revoke(token_id: int) -> None:
    """Revoke a token at once. Example: newsletter token revoke 2"""
    with opened() as (runtime, publication):
        token = runtime.database.write(
            tokens.revoke,
            publication.key,
            token_id,
            runtime.clock.now(),
        )
        say(f"{token.name} opens nothing any more")


def _row(token: ApiToken, as_json: bool) -> dict[str, object]:
    def minute(at: datetime) -> object:
        return at.isoformat(timespec="minutes") if as_json else at

    return {
        "id": token.id,
        "name": token.name,
        "begins": token.hint,
        "may vouch": token.may_vouch,
        "made": minute(token.made_at),
        "last used": minute(token.used_at) if token.used_at else "never",
        "revoked": minute(token.revoked_at) if token.revoked_at else "",
    }
