"""A folder's memory: one small file beside the journals, with a counter that only grows.

It says also where it was written: the number of the folder's `home` file, and the machine. A copy
of the folder has other numbers, so it knows itself as a copy.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newsletter.host.private import open_private
from newsletter.host.standing import Remembered

MACHINE = Path("/etc/machine-id")  # machine-id(5): to be shown to nobody as it is


class Memory:
    """The memory of one folder, which its processes share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "memory"

    def read(self) -> Remembered | None:
        """Return what is remembered; None if nothing is, or it cannot be read as our own."""
        with suppress(FileNotFoundError, ValueError, TypeError):
            return Remembered(**json.loads(self._file.read_text("utf-8")))
        return None

    def place(self) -> str:
        """Return where this folder is now: it changes when the folder is copied.

        "" while a person's adoption gives the folder another name.
        """
        machine = MACHINE.read_bytes() if MACHINE.exists() else b""
        digest = hashlib.sha256(b"newsletter host " + machine).hexdigest()[:16]
        with suppress(FileNotFoundError):
            return f"{(self._folder / 'home').stat().st_ino}.{digest}"
        return ""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder's memory: two processes of a host do not join at the same moment."""
        with open(self._folder / "memory.lock", "a", opener=open_private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def begin(self) -> None:
        """Remember that this folder joins. Call it locked.

        Written before the database knows the host: who dies in between joins again.
        """
        if self.read() is None:
            self._write(Remembered(0, self.place()))

    def raise_to(self, counter: int) -> None:
        """Remember that the database counted so far. Raises OSError; it never goes back."""
        with self.locked():
            known = self.read()
            if known is None or known.counter < counter:
                self._write(Remembered(counter, known.place if known else self.place()))

    def settle_here(self, counter: int) -> None:
        """Remember a counter at this place, whatever was before: a person adopted."""
        with self.locked():
            self._write(Remembered(counter, self.place()))

    def _write(self, memory: Remembered) -> None:
        """Write the file as a whole: a power cut leaves the old one or the new one."""
        beside = self._file.with_suffix(".new")
        with open(beside, "w", encoding="utf-8", opener=open_private) as file:
            json.dump({"counter": memory.counter, "place": memory.place}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self._file)
        _sync(self._folder)


def _sync(folder: Path) -> None:
    """A renamed file is durable only when its folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
