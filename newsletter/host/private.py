"""Files of the installation: they hold addresses and secrets, so no other user may read them.

A SQLite database makes its own file so (newsletter/database.py).
"""

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)
OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO
FOLDER_MODE = 0o700
FILE_MODE = 0o600


def keep_to_ourselves() -> None:
    """Let what this process and its children make from now on be their own user's alone."""
    os.umask(OF_OTHERS)


def make_folder(path: Path) -> None:
    """Make a folder that nobody else may look into, unless it is there. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(FOLDER_MODE)
        path.chmod(FOLDER_MODE)


def open_private(
    path: str,
    flags: int,
) -> int:
    """Open a file for `open(…, opener=…)`: a new one is its own user's alone."""
    return os.open(
        path,
        flags,
        FILE_MODE,
    )


def write_private(
    path: Path,
    text: str,
) -> None:
    """Write a text file that is its own user's alone."""
    with open(
        path,
        "w",
        encoding="utf-8",
        opener=open_private,
    ) as file:
        file.write(text)


def shut(paths: Iterable[Path]) -> None:
    """Take others' rights to these files and folders, and say where that is not in our power."""
    for path in paths:
        with suppress(FileNotFoundError):  # a journal that is settled meanwhile
            _shut(path)


def with_contents(
    folder: Path,
    names: Iterable[str],
) -> Iterator[Path]:
    """Give a folder and what in it has such a name (glob patterns); nothing if there is none."""
    if folder.is_dir():
        yield folder
        for name in names:
            yield from folder.glob(name)


def _shut(path: Path) -> None:
    found = path.stat()
    theirs = found.st_mode & OF_OTHERS
    if not theirs:
        return
    if _is_shared(found):
        theirs &= stat.S_IRWXO | stat.S_IWGRP
    try:
        path.chmod(stat.S_IMODE(found.st_mode) & ~theirs)
    except PermissionError:
        log.warning(
            "Other users of this machine may read %s: `chmod go= %s` ends that",
            path,
            path,
        )


def _is_shared(found: os.stat_result) -> bool:
    """True for a file of root's that root gave to the group of the service, to be read."""
    return found.st_uid == 0 and found.st_gid != 0
