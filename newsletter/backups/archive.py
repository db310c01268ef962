"""A backup's file: a ZIP of the database, the lists, the settings and the sent log, with checksums.

manifest.json       when, by which version, and SHA-256 of each other member
database.sqlite3    all rows, whatever kind of database they came from
settings.json       this machine's, without what is secret
lists/…             what editors sent in
sent/…              the sent log of this host
"""

import fcntl
import hashlib
import json
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
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
HALF = ".half"  # the ending of folders with what is half made
UNREADABLE = (  # what zipfile and json raise about a file that is damaged, or somebody else's
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    OSError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


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
    """Write a backup; nobody else may read it. A member that is gone meanwhile is left out."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w+b") as opened:
        with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
            sums = {}
            for name, path in members:
                with suppress(FileNotFoundError):
                    sums[name] = _add(archive, name, path)
            manifest = Manifest(made_at.isoformat(), revision, rows, sums)
            archive.writestr(MANIFEST, json.dumps(_as_json(manifest), indent=1))
        opened.flush()
        os.fsync(opened.fileno())
    return manifest


@contextmanager
def half_made(beside: Path) -> Iterator[Path]:
    """Give a folder of our own beside a file, for what is half made; it is removed at the end.

    Folders that killed processes left are removed, too: they hold the addresses of readers.
    """
    name = f".{beside.name}."
    for left in beside.parent.iterdir():
        if left.name.startswith(name) and left.suffix == HALF:
            _remove_unless_held(left)
    folder = Path(tempfile.mkdtemp(HALF, name, beside.parent))
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def put_in_place(made: Path, file: Path) -> None:
    """Give a whole file its name, so that it outlives a power cut."""
    made.rename(file)
    opened = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def check_archive(file: Path) -> Manifest:
    """Read all of a backup and compare its checksums. Raises NoBackup or BackupBroken."""
    with opened_archive(file) as archive:
        try:
            return _check(archive)
        except UNREADABLE as error:
            raise BackupBroken from error


def _check(archive: zipfile.ZipFile) -> Manifest:
    manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    if not isinstance(manifest.rows, int) or not isinstance(manifest.revision, str):
        raise BackupBroken
    if sorted(archive.namelist()) != sorted([MANIFEST, *manifest.sums]):
        raise BackupBroken
    if DATABASE not in manifest.sums:
        raise BackupBroken
    for name, expected in manifest.sums.items():
        with archive.open(name) as member:
            if _sum(cast(BinaryIO, member)) != expected:
                raise BackupBroken
    return manifest


def opened_archive(file: Path) -> zipfile.ZipFile:
    """Open a backup. Raises NoBackup or BackupBroken."""
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError:
        raise NoBackup from None
    except UNREADABLE as error:
        raise BackupBroken from error


def take_out(archive: zipfile.ZipFile, prefix: str, folder: Path) -> int:
    """Take the files below `prefix` out into a folder, save those it has; returns how many.

    A file that is here and lacks its end is taken out again: a power cut may have left it.
    """
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
    if path.exists() and not _is_cut_short(archive, name, path):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with half_made(path) as half:
        made = half / path.name
        with archive.open(name) as member, made.open("wb") as taken:
            shutil.copyfileobj(member, taken, CHUNK)
            taken.flush()
            os.fsync(taken.fileno())
        put_in_place(made, path)
    return True


def _is_cut_short(archive: zipfile.ZipFile, name: str, path: Path) -> bool:
    """True if a file is the beginning of the archive's, and no more."""
    if path.stat().st_size >= archive.getinfo(name).file_size:
        return False
    here = path.read_bytes()
    with archive.open(name) as member:
        return member.read(len(here)) == here


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Add a file as it is now; returns its sum."""
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as member:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            member.write(chunk)
    return digest.hexdigest()


def _remove_unless_held(folder: Path) -> None:
    """Remove a folder, save one whose process lives."""
    with suppress(OSError):
        held = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(held)


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
