"""`newsletter relay`: try the relay with one letter."""

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.errors import Unavailable

app = typer.Typer(
    help="The relay: try it with one letter.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ADDRESS = typer.Argument(..., help="Your own address.")


class NotTaken(Unavailable):
    """The relay did not take the letter."""


@app.callback()
def group() -> None:
    """The relay: try it with one letter."""


@app.command("try")
def try_(address: str = ADDRESS, as_json: bool = JSON) -> None:
    """Send one letter to yourself by the relay now, and say what the relay said.

    Example: newsletter relay try you@example.org
    """
    from newsletter.letters.trial import send_trial
    from newsletter.runtime import read_relays

    with opened() as here:
        here.runtime.guard.require()
        relays = read_relays(here.runtime.settings)
        trial = send_trial(here.publication, relays, here.runtime.keys, address, here.now())
        row = {
            "relay": trial.relay,
            "tls": trial.security or "none",
            "reply": trial.reply,
            "seconds": round(trial.seconds, 2),
        }
        show([row], as_json=as_json)
        if not trial.is_accepted:
            raise NotTaken(trial.sentence)
        say(trial.sentence)
