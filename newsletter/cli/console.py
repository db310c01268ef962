"""What all commands share: opening the runtime, turning errors into exit codes, printing rows or JSON."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from newsletter import logs
from newsletter.errors import Conflict, NewsletterError, NotFound, Refused, Unavailable
from newsletter.settings import Settings, read_settings

if TYPE_CHECKING:
    from newsletter.publications.models import Publication
    from newsletter.runtime import Runtime

EXIT_CODES: Sequence[tuple[type[NewsletterError], int]] = (
    (NotFound, 3),
    (Refused, 4),
    (Conflict, 5),
    (Unavailable, 6),
)
JSON = typer.Option(False, "--json", help="Print JSON for a script.")


@contextmanager
def opened() -> Iterator[tuple["Runtime", "Publication"]]:
    """Open the runtime and the publication; an error becomes one line on stderr and an exit code."""
    # Late: a command's --help needs neither tables nor SQL.
    from newsletter.publications.reading import only_publication
    from newsletter.runtime import open_runtime

    with errors_shown():
        settings = read_settings()
        start_logging(settings, quiet=True)
        with open_runtime(settings) as runtime:
            yield runtime, runtime.database.read(only_publication)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Turn an error of ours into its message and exit code: 3 not found, 4 refused, 5 conflict, 6 unavailable."""
    try:
        yield
    except NewsletterError as error:
        say(error.with_hint)
        code = next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)
        raise typer.Exit(code) from error


def start_logging(settings: Settings, *, quiet: bool = False) -> None:
    """Log as the settings ask. `quiet` is for commands that print their own result: from warnings on."""
    level = settings.log_level
    if quiet and level == "info":
        level = "warning"
    logs.configure(settings.log_format, level)


def say(text: str) -> None:
    """Tell the person at the terminal; scripts read stdout, people stderr."""
    print(text, file=sys.stderr, flush=True)


def show(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Print rows as a table, or as JSON."""
    if as_json:
        print(json.dumps(list(rows), default=str, ensure_ascii=False, indent=1))
        return
    if not rows:
        say("nothing yet")
        return
    widths = {key: max(len(key), *(len(str(row[key])) for row in rows)) for key in rows[0]}
    print("  ".join(key.ljust(width) for key, width in widths.items()).rstrip())
    for row in rows:
        print("  ".join(str(row[key]).ljust(width) for key, width in widths.items()).rstrip())
