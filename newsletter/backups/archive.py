"""A backup's file: a ZIP of the database, the lists, the settings and the sent log, with checksums.

manifest.json       when, by which version, and SHA-256 of each other member
database.sqlite3    all rows, whatever kind of database they came from
settings.json       this machine's, without what is secret
lists/…             what editors sent in
sent/…              the sent log of this host
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from newsletter.errors import Conflict, NotFound

MANIFEST = "manifest.json"
DATABASE = "database.sqlite3"
SETTINGS = "settings.json"
CHUNK = 1 << 20  # octets
FAST = 1  # how hard to pack: rows pack well at little cost


class NoBackup(NotFound):
    """There is no backup of this name."""


class BackupBroken(Conflict):
    """This backup is damaged, or no backup of ours: do not rely on it. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: sums are SHA-256 in hexadecimal, by member."""

    made_at: str
    revision: str
    rows: int
    sums: Mapping[str, str]


def write_archive(
    file: Path,
    members: Iterable[tuple[str, Path]],
    *,
    made_at: datetime,
    revision: str,
    rows: int,
) -> Manifest:
    """Write a backup as a whole or not at all; nobody else may read it."""
    beside = file.with_name(f"{file.name}.new")
    descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w+b") as opened:
        with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
            sums = {name: _add(archive, name, path) for name, path in members}
            manifest = Manifest(made_at.isoformat(), revision, rows, sums)
            archive.writestr(MANIFEST, json.dumps(_as_json(manifest), indent=1))
        opened.flush()
        os.fsync(opened.fileno())
    beside.rename(file)
    return manifest


def check_archive(file: Path) -> Manifest:
    """Read all of a backup and compare its checksums. Raises NoBackup or BackupBroken."""
    with opened_archive(file) as archive:
        try:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            names = set(archive.namelist()) - {MANIFEST}
            if names != set(manifest.sums) or DATABASE not in names:
                raise BackupBroken
            for name, expected in manifest.sums.items():
                with archive.open(name) as member:
                    if _sum(cast(BinaryIO, member)) != expected:
                        raise BackupBroken
        except (KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile) as error:
            raise BackupBroken from error
    return manifest


def opened_archive(file: Path) -> zipfile.ZipFile:
    """Open a backup. Raises NoBackup or BackupBroken."""
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError:
        raise NoBackup from None
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupBroken from error


def take_out(archive: zipfile.ZipFile, prefix: str, folder: Path) -> int:
    """Take the files below `prefix` out into a folder, save those it has; returns how many."""
    taken = 0
    for name in archive.namelist():
        if name.startswith(prefix):
            taken += _take_file(archive, name, folder, name.removeprefix(prefix))
    return taken


def _take_file(
    archive: zipfile.ZipFile,
    name: str,
    folder: Path,
    inside: str,
) -> bool:
    path = (folder / inside).resolve()
    # A name with `..` would lead out of the folder: whoever made that file is not we.
    if not path.is_relative_to(folder.resolve()):
        raise BackupBroken
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(archive.read(name))
    return True


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Add a file as it is now; returns its sum."""
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as member:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            member.write(chunk)
    return digest.hexdigest()


def _sum(member: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := member.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _as_json(manifest: Manifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at,
        "revision": manifest.revision,
        "rows": manifest.rows,
        "sums": dict(manifest.sums),
    }
