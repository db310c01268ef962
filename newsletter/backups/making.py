"""Making a backup while the service runs, and putting it into an empty database.

All rows go into a SQLite file, whatever database they are in. On SQLite its own backup makes that
file: a reader of a WAL database holds up no writer. On PostgreSQL our own copying does, in one
snapshot: `pg_dump` must be as new as the server, and cannot fill a SQLite file.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from newsletter.backups.archive import (
    DATABASE,
    SETTINGS,
    BackupBroken,
    Manifest,
    check_archive,
    half_made,
    opened_archive,
    put_in_place,
    take_out,
    write_archive,
)
from newsletter.database import Database
from newsletter.errors import Unavailable
from newsletter.migrations.copying import copy, count_rows, refuse_rows
from newsletter.migrations.head import head, read_revision
from newsletter.migrations.running import upgrade
from newsletter.settings import Settings

SECRETS = ("secret", "old_secrets", "relay_routes")  # routes may hold passwords
URLS = ("database_url", "relay_url")


class NotCopied(Unavailable):
    """The rows could not be written. Make room on the disk, and try again: nothing was changed."""


class NewerBackup(BackupBroken):
    """This backup is of a newer version than this program. Nothing was changed."""


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
    """Write a backup of everything that cannot be made again, as a whole or not at all.

    Raises NotCopied or OSError.
    """
    file = file.resolve()
    with half_made(file) as folder:
        rows = folder / DATABASE
        with _written():
            _copy_rows(database, rows)
        members = [(DATABASE, rows), (SETTINGS, _write_settings(folder, places.settings))]
        # the log after the rows: it knows at least what they know
        members += [*_files("lists", places.lists), *_files("sent", places.sent)]
        manifest = write_archive(
            folder / file.name,
            members,
            made_at=now,
            revision=head(),
            rows=_count(rows),
        )
        put_in_place(folder / file.name, file)
    return manifest


def _write_settings(folder: Path, settings: Settings) -> Path:
    file = folder / SETTINGS
    file.write_text(json.dumps(open_settings(settings), indent=1), "utf-8")
    return file


def put_back(places: Places, file: Path) -> Manifest:
    """Fill the empty database of these settings from a backup.

    No host knows the database before a person adopts it, and deliveries arrive paused. The sent log
    and lists that are here already stay as they are. Raises NoBackup, BackupBroken, NotEmpty,
    NotCopied or OSError.
    """
    manifest = check_archive(file)
    if manifest.revision > head():
        raise NewerBackup
    lists = places.lists.resolve()
    lists.parent.mkdir(parents=True, exist_ok=True)
    with opened_archive(file) as archive, half_made(lists) as folder:
        take_out(archive, DATABASE, folder / "rows")
        source = Database(f"sqlite:///{folder / 'rows'}")
        try:
            _bring_to_head(source)
            _require_empty(places.settings.database_url)
            # before the rows: whoever is killed in between can begin again with an empty database
            take_out(archive, "lists/", lists)
            take_out(archive, "sent/", places.sent)
            with _written():
                copy(source, places.settings.database_url, lambda *_: None)
        finally:
            source.close()
    return manifest


def _bring_to_head(source: Database) -> None:
    """Bring the rows of a backup to this version. Raises BackupBroken."""
    try:
        if source.read(read_revision) > head():
            raise NewerBackup
        upgrade(source.url)
    except DatabaseError as error:
        raise BackupBroken from error


def _require_empty(url: str) -> None:
    """Raise NotEmpty before a file is taken out."""
    upgrade(url)
    target = Database(url)
    try:
        with target.reading() as session:
            refuse_rows(session)
    finally:
        target.close()


@contextmanager
def _written() -> Iterator[None]:
    """Turn what a database says about a disk into words. Raises NotCopied."""
    try:
        yield
    except (sqlite3.Error, DatabaseError) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise NotCopied(f"{NotCopied.__doc__} ({reason})") from error


def open_settings(settings: Settings) -> dict[str, object]:
    """Return the settings without what is secret: for a person who builds the machine again.

    A password in a URL is shown as ***.
    """
    found = dataclasses.asdict(settings)
    for key in SECRETS:
        found.pop(key)
    return found | {key: _shown(found[key]) for key in URLS}


def _shown(url: str) -> str:
    """Return a URL without its password, which may be in its query too."""
    return make_url(url).difference_update_query(["password"]).render_as_string()


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
