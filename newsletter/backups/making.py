"""Making a backup while the service runs, and putting it into an empty database.

All rows go into a SQLite file, whatever database they are in. On SQLite its own backup makes that
file: a reader of a WAL database holds up no writer. On PostgreSQL our own copying does, in one
snapshot: `pg_dump` must be as new as the server, and cannot fill a SQLite file.
"""

import dataclasses
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from newsletter.backups.archive import (
    DATABASE,
    SETTINGS,
    BackupBroken,
    Manifest,
    check_archive,
    opened_archive,
    take_out,
    write_archive,
)
from newsletter.database import Database
from newsletter.migrations.copying import copy, count_rows
from newsletter.migrations.head import head
from newsletter.migrations.running import upgrade
from newsletter.settings import Settings

SECRETS = ("secret", "old_secrets", "relay_routes")  # routes may hold passwords
URLS = ("database_url", "relay_url")


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """What a backup is made of, beside the database, and where it is put back."""

    settings: Settings
    lists: Path
    sent: Path


def make_backup(
    database: Database,
    places: Places,
    file: Path,
    now: datetime,
) -> Manifest:
    """Write a backup of everything that cannot be made again."""
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder:
        rows = Path(folder) / DATABASE
        _copy_rows(database, rows)
        settings = Path(folder) / SETTINGS
        settings.write_text(json.dumps(open_settings(places.settings), indent=1), "utf-8")
        members = [(DATABASE, rows), (SETTINGS, settings)]
        members += [*_files("lists", places.lists), *_files("sent", places.sent)]
        return write_archive(
            file,
            members,
            made_at=now,
            revision=head(),
            rows=_count(rows),
        )


def put_back(places: Places, file: Path) -> Manifest:
    """Fill the empty database of these settings from a backup; raises NotEmpty or BackupBroken.

    No host knows the database before a person adopts it, and deliveries arrive paused. The sent log
    and lists that are here already stay as they are.
    """
    manifest = check_archive(file)
    if manifest.revision > head():
        raise BackupBroken("This backup is of a newer version than this program.")
    with opened_archive(file) as archive, tempfile.TemporaryDirectory() as folder:
        take_out(archive, DATABASE, Path(folder) / "rows")
        url = f"sqlite:///{Path(folder) / 'rows'}"
        upgrade(url)
        source = Database(url)
        try:
            copy(source, places.settings.database_url, lambda *_: None)
        finally:
            source.close()
        take_out(archive, "lists/", places.lists)
        take_out(archive, "sent/", places.sent)
    return manifest


def open_settings(settings: Settings) -> dict[str, object]:
    """Return the settings without what is secret: for a person who builds the machine again.

    A password in a URL is shown as ***.
    """
    found = dataclasses.asdict(settings)
    for key in SECRETS:
        found.pop(key)
    return found | {key: make_url(found[key]).render_as_string() for key in URLS}


def _copy_rows(database: Database, file: Path) -> None:
    if database.path is None:
        copy(database, f"sqlite:///{file}", lambda *_: None)
        with closing(sqlite3.connect(file)) as made:
            made.execute("pragma journal_mode=delete")  # one file, without a -wal beside it
        return
    with closing(sqlite3.connect(database.path)) as source, closing(sqlite3.connect(file)) as made:
        source.backup(made)
        made.execute("pragma journal_mode=delete")


def _count(file: Path) -> int:
    made = Database(f"sqlite:///{file}")
    try:
        return made.read(count_rows)
    finally:
        made.close()


def _files(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the files of a folder, with their names in the backup."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{name}/{path.relative_to(folder)}", path
