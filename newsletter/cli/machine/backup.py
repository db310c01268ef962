"""`newsletter backup` and `newsletter restore`: one file of what cannot be made again."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from newsletter.cli.console import errors_shown, say
from newsletter.settings import read_settings

if TYPE_CHECKING:
    from newsletter.backups.making import Places
    from newsletter.runtime import Runtime

FILE = typer.Argument(..., help="The backup's file.")
CHECK = typer.Option(False, "--check", help="Read this backup and compare its checksums instead.")


def backup(file: Path = FILE, check: bool = CHECK) -> None:
    """Write everything that cannot be made again into one file, while the service runs.

    Secrets and DKIM keys are not in it: keep newsletter.toml and the keys elsewhere.

    Example: newsletter backup /backups/newsletter.zip
    """
    # Late: a command's --help needs neither tables nor SQL.
    from newsletter.backups.archive import check_archive
    from newsletter.backups.making import make_backup
    from newsletter.runtime import open_runtime

    with errors_shown():
        if check:
            manifest = check_archive(file)
            say(f"{file} is whole: {manifest.rows:,} rows of {manifest.made_at}")
            return
        with open_runtime(read_settings()) as runtime:
            now = runtime.clock.now()
            manifest = make_backup(runtime.database, _places(runtime), file, now)
        say(f"{manifest.rows:,} rows and {len(manifest.sums) - 2} files are in {file}")


def restore(file: Path = FILE) -> None:
    """Fill an empty database from a backup; it sends nothing before `newsletter adopt`.

    Example: newsletter restore /backups/newsletter.zip
    """
    from newsletter.backups.making import put_back
    from newsletter.runtime import open_runtime

    with errors_shown():
        with open_runtime(read_settings()) as runtime:
            places = _places(runtime)
        manifest = put_back(places, file)
        say(
            f"{manifest.rows:,} rows of {manifest.made_at} are back; deliveries are paused, "
            "approved issues held, and the standing rule send is hold now"
        )
        say("start the service, look, then `newsletter adopt --yes`: until then nothing is sent")


def _places(runtime: "Runtime") -> "Places":
    from newsletter.backups.making import Places

    return Places(runtime.settings, runtime.lists.folder, runtime.guard.sent.folder)
