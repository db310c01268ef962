"""Carrying a list in: one check or import, in a process of its own that no page waits for; how far it is stands beside the list.

A program: it reads its errand, one line of JSON, from its input, and ends when the input does, for then nobody waits for it any more.
"""

import json
import os
import signal
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.lists.columns import check_columns, guess_columns
from newsletter.lists.importing import ImportProgress, OnProgress, dry_run, read_import, run_import
from newsletter.lists.uploads import CheckRequest, CheckResult, ListProgress, Lists

TELL_S = 0.5  # between two notes on how far it is
BLOCK = 1 << 20


def carry(database: Database, lists: Lists, mark: str, import_id: int, now: datetime) -> None:
    """Carry out an import, or with 0 the check that was asked for; the list is forgotten once it is in."""
    progress = _telling(lists, mark)
    if not import_id:
        asked = lists.requested_check(mark)
        if asked is not None:
            lists.set_check_result(
                mark, asked, _checked(database, lists, mark, asked, now, progress)
            )
        return
    path, rejected = lists.path(mark), lists.rejected_path(mark)
    if database.read(read_import, import_id).status == "running":
        run_import(database, import_id, path, now=now, rejected_path=rejected, progress=progress)
    lists.drop(mark)


def _checked(
    database: Database,
    lists: Lists,
    mark: str,
    asked: CheckRequest,
    now: datetime,
    progress: OnProgress,
) -> CheckResult:
    try:
        sheet = lists.sheet(mark)
        columns = check_columns(
            sheet.header,
            asked.targets,
            guess_columns(sheet.header, dict(enumerate(asked.targets))).preset,
        )
        return CheckResult(
            dry_run(
                database,
                asked.publication_id,
                sheet.path,
                columns,
                now=now,
                rejected_path=lists.rejected_path(mark),
                progress=progress,
            )
        )
    except NewsletterError as error:
        return CheckResult(None, str(error))


def _telling(lists: Lists, mark: str) -> OnProgress:
    """Note now and then how far it is; of how many rows is known by the line ends, about, until all are read."""
    about, told_at = _line_ends(lists.path(mark)), 0.0
    lists.set_progress(mark, ListProgress(0, about))

    def tell(progress: ImportProgress) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TELL_S:
            told_at = time.monotonic()
            lists.set_progress(
                mark,
                ListProgress(progress.total, progress.total, progress.done)
                if progress.total
                else ListProgress(progress.done, about),
            )

    return tell


def _line_ends(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(BLOCK), b""))


def _end_with_input() -> None:
    """Whoever gave the errand holds the other end; what was not finished is begun again, or gone on with, by the next one."""
    while os.read(0, BLOCK):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    os._exit(1)


def main(line: str) -> None:
    """Carry out an errand."""
    told = json.loads(line)
    database = Database(told["url"], told["hash_key"])
    try:
        carry(
            database,
            Lists(Path(told["folder"])),
            told["mark"],
            told["import_id"],
            datetime.fromisoformat(told["now"]),
        )
    except NewsletterError as error:
        sys.exit(f"a list that was sent in: {error}")
    finally:
        database.close()


def _errand() -> str:
    """The first line of the input, byte by byte: what comes after it is for who waits for the end."""
    return b"".join(iter(lambda: os.read(0, 1), b"\n")).decode()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the service ends us when it ends
    errand = _errand()
    threading.Thread(target=_end_with_input, daemon=True).start()
    main(errand)
