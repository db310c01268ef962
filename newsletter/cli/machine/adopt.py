"""`newsletter adopt`: a person says that this database is the one from now on."""

import typer

from newsletter.cli.console import opened, say
from newsletter.errors import Refused

YES = typer.Option(False, "--yes", help="You know that no other copy of it sends.")


class AdoptionNotConfirmed(Refused):
    """Stop the service on every other copy of this database first: two copies would both send."""

    hint = "`newsletter adopt --yes` then adopts this one."


def adopt(yes: bool = YES) -> None:
    """Say that this database is the one from now on, after it was put back, moved or copied.

    Letters that this host knows become accepted, those that may have left uncertain. Deliveries
    are paused, and issues whose deadline is past are held: only you send them.

    Example: newsletter adopt --yes
    """
    with opened() as here:
        # Late: a command's --help needs neither tables nor SQL.
        from newsletter.backups import adopting

        if not yes:
            raise AdoptionNotConfirmed
        done = adopting.adopt(here.database, here.runtime.guard, here.now())
        for sentence in done.sentences:
            say(sentence)
