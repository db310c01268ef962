"""What all commands share: opening the runtime, exit codes of errors, rows as a table or JSON."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from newsletter import logs
from newsletter.cli import tables
from newsletter.cli.commands import arguments, named
from newsletter.cli.workplace import Workplace
from newsletter.errors import Conflict, NewsletterError, NotFound, Refused, Unavailable
from newsletter.settings import Settings, read_settings

if TYPE_CHECKING:
    from newsletter.publications.models import Publication
    from newsletter.runtime import Runtime

log = logging.getLogger(__name__)
UNAVAILABLE = 6
# 1 is any other error of ours, and 2 is typer's own for a command line that it cannot read.
EXIT_CODES: Sequence[tuple[type[NewsletterError], int]] = (
    (NotFound, 3),
    (Refused, 4),
    (Conflict, 5),
    (Unavailable, UNAVAILABLE),
)
# Of the publication that this command works on; rows are shown far from where it was opened.
zone: ContextVar[ZoneInfo | None] = ContextVar("zone", default=None)
BY = "the command line"  # noted with what is done: nobody logs in at a terminal
# Commands that show addresses of readers, or write them into a file.
SHOW_ADDRESSES = (
    "newsletter subscribers export",
    "newsletter subscribers list",
    "newsletter subscribers tell",
    "newsletter quarantine list",
)
JSON = typer.Option(False, "--json", help="Print JSON for a script.")


@contextmanager
def opened() -> Iterator[Workplace]:
    """Open the runtime and the publication; an error becomes a line on stderr and an exit code.

    Times that `show` prints are then in the publication's zone.
    """
    # Late: a command's --help needs neither tables nor SQL.
    from newsletter.runtime import open_runtime

    with errors_shown():
        settings = read_settings()
        start_logging(settings, quiet=True)
        with open_runtime(settings) as runtime:
            here = Workplace(runtime, _choose(runtime))
            if isinstance(here.chosen, NewsletterError):
                yield here
                return
            zone.set(here.publication.zone)
            _require_own_rows(here)
            with _answered_for(here):
                yield here


@contextmanager
def _answered_for(here: Workplace) -> Iterator[None]:
    """Have what this command changes noted in the log of the desk."""
    from newsletter.desk.deeds import Actor, acting, note_deed

    # As typer has it; arguments are left out, because some are addresses of readers.
    context = typer.main.get_current_context(silent=True)  # type: ignore[attr-defined]
    words = context.command_path.split()[1:] if context else ()
    deed = " ".join(("newsletter", *words))
    actor = Actor(BY, "", "", deed, here.key, here.now())
    former = acting.set(actor)
    try:
        if deed in SHOW_ADDRESSES:
            here.database.write(note_deed, actor)
        yield
    finally:
        acting.reset(former)


def _choose(runtime: "Runtime") -> "Publication | NewsletterError":
    """Return the publication to work on, or why there is none: not every command needs one."""
    from newsletter.publications.reading import NotNamed, chosen_publication

    try:
        return runtime.database.read(chosen_publication, named.get())
    except NotNamed as error:
        return error


def _require_own_rows(here: Workplace) -> None:
    """Raise NotHere if the command names a row of another publication by its id."""
    from newsletter.belonging import OWNERS, require_own

    typed = arguments.get()
    for name in OWNERS.keys() & typed.keys():
        value = typed[name]
        for key in value if isinstance(value, list | tuple) else [value]:
            if isinstance(key, int):
                here.read(require_own, name, key)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Turn an error of ours into its message on stderr and its exit code (EXIT_CODES)."""
    try:
        yield
    # Only errors of ours: of a fault in the program, the trace is what helps.
    except NewsletterError as error:
        say(error.with_hint)
        raise typer.Exit(_exit_code(error)) from error
    # A folder that is read-only, a disk that is full, a file that is not ours.
    except OSError as error:
        log.debug("The system refused", exc_info=True)
        say(f"{error.filename or 'The system'}: {error.strerror or error}.")
        raise typer.Exit(UNAVAILABLE) from error


def _exit_code(error: NewsletterError) -> int:
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)


def start_logging(settings: Settings, *, quiet: bool = False) -> None:
    """Log as the settings ask; `quiet`, for commands that print their result, leaves out info."""
    level = settings.log_level
    # The lines of a log would stand between those of the result.
    if quiet and level == "info":
        level = "warning"
    logs.configure(settings.log_format, level)


def say(text: str) -> None:
    """Tell the person at the terminal; scripts read stdout, people stderr."""
    # Flushed: what takes minutes says so while it runs, also into a pipe.
    print(text, file=sys.stderr, flush=True)


def local_time(at: datetime) -> str:
    """Return a time as tables show it: in the publication's zone, which it names."""
    return tables.cell(at, zone.get())


def show(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Print rows as a table of at most 100 columns, or as JSON."""
    if as_json:
        print_json(list(rows))
    elif rows:
        print(*tables.lines(rows, zone.get()), sep="\n")
    else:
        # Not on stdout: a script that counts lines counts none.
        say("nothing yet")


def print_json(value: object) -> None:
    """Print a value for a script: names of people as they are, times and the like as text."""
    print(json.dumps(value, default=str, ensure_ascii=False, indent=1))
