"""Small disks in memory, which are filled, freed, and made read-only. They need root."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BLOCK = b"\0" * 4096
FILLER = "filler"


class NeedsRoot(Exception):
    """A disk of its own is mounted for this fault, and only root may do that."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of that size at `folder`, until the block ends. Raises NeedsRoot."""
    if os.geteuid() != 0:
        raise NeedsRoot
    folder.mkdir()
    options = f"size={megabytes}m,mode=0777"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "newsletter", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The disk at `folder` has no room until the block ends."""
    filler = folder / FILLER
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(BLOCK)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def kept_full(folder: Path, seconds: float) -> Iterator[None]:
    """The same, also if somebody frees some of it meanwhile."""
    with full(folder):
        until = time.monotonic() + seconds
        with (folder / FILLER).open("ab", buffering=0) as file:
            while time.monotonic() < until:
                with suppress(OSError):
                    file.write(BLOCK)
                time.sleep(0.01)
        yield


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing new can be written in `folder` until the block ends. Raises NeedsRoot."""
    if os.geteuid() != 0:
        raise NeedsRoot
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def away(folder: Path) -> Iterator[None]:
    """The folder is gone until the block ends, as a disk is that is not mounted."""
    elsewhere = folder.with_name(f"{folder.name}.away")
    folder.rename(elsewhere)
    try:
        yield
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)  # what was made in its place
        elsewhere.rename(folder)
