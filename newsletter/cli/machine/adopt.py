"""`newsletter adopt`: a person says that this database is the one from now on."""

import typer

from newsletter.cli.console import errors_shown, say, start_logging
from newsletter.errors import Refused
from newsletter.settings import read_settings

YES = typer.Option(False, "--yes", help="You know that no other copy of it sends.")
WITHOUT_OTHERS = typer.Option(
    False,
    "--without-others",
    help="Hosts that remember more are lost for good: what they may have sent is uncertain.",
)


class AdoptionNotConfirmed(Refused):
    """Stop the service on every other copy of this database first: two copies would both send."""

    hint = "`newsletter adopt --yes` then adopts this one."


def adopt(yes: bool = YES, without_others: bool = WITHOUT_OTHERS) -> None:
    """Say that this database is the one from now on, after it was put back, moved or copied.

    Letters that this host knows become accepted, those that may have left uncertain. Deliveries
    are paused, and issues whose deadline is past are held: only you send them.

    Example: newsletter adopt --yes
    """
    # Late: a command's --help needs neither tables nor SQL.
    from newsletter.backups import adopting
    from newsletter.runtime import open_runtime

    # Not `opened`: an empty database in the place of a lost one has no publication.
    with errors_shown():
        settings = read_settings()
        start_logging(settings, quiet=True)
        if not yes:
            raise AdoptionNotConfirmed
        with open_runtime(settings) as runtime:
            done = adopting.adopt(
                runtime.database,
                runtime.guard,
                runtime.clock.now(),
                without_others=without_others,
            )
        for sentence in done.sentences:
            say(sentence)
