"""The process of one check or import, so that no page waits for it.

A program: it reads its errand, one line of JSON, from its input. It notes beside the list how far
it is. It ends when its input ends: the service that gave the errand is gone then.
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
from newsletter.lists.importing import (
    ImportProgress,
    OnProgress,
    dry_run,
    read_import,
    run_import,
)
from newsletter.lists.uploads import CheckRequest, CheckResult, ListProgress, Lists

NOTE_S = 0.5  # between two notes on how far it is
BLOCK_BYTES = 1 << 20


def carry_out(
    database: Database,
    lists: Lists,
    mark: str,
    import_id: int,
    now: datetime,
) -> None:
    """Do an import, or with 0 the check that was asked for. A list that came in is forgotten."""
    progress = _note_progress(lists, mark)
    if import_id:
        _import(
            database,
            lists,
            mark,
            import_id,
            now,
            progress,
        )
        return
    request = lists.requested_check(mark)
    if request is not None:
        result = _check(
            database,
            lists,
            mark,
            request,
            now,
            progress,
        )
        lists.set_check_result(mark, request, result)


def _import(
    database: Database,
    lists: Lists,
    mark: str,
    import_id: int,
    now: datetime,
    progress: OnProgress,
) -> None:
    # It may be finished: a process was killed between its end and the removal of its list.
    if database.read(read_import, import_id).status == "running":
        run_import(
            database,
            import_id,
            lists.path(mark),
            now=now,
            rejected_path=lists.rejected_path(mark),
            progress=progress,
        )
    lists.drop(mark)


def _check(
    database: Database,
    lists: Lists,
    mark: str,
    request: CheckRequest,
    now: datetime,
    progress: OnProgress,
) -> CheckResult:
    try:
        sheet = lists.sheet(mark)
        # Words for a status mean what they mean to the program that wrote the file.
        preset = guess_columns(sheet.header, dict(enumerate(request.targets))).preset
        account = dry_run(
            database,
            request.publication_id,
            sheet.path,
            check_columns(sheet.header, request.targets, preset),
            now=now,
            rejected_path=lists.rejected_path(mark),
            progress=progress,
        )
    except NewsletterError as error:
        return CheckResult(None, str(error))
    return CheckResult(account)


def _note_progress(lists: Lists, mark: str) -> OnProgress:
    """Note now and then how far it is. Until all rows are read, line ends say about how many."""
    about = _count_line_ends(lists.path(mark))
    noted_at = 0.0
    lists.set_progress(mark, ListProgress(0, about))

    def note(progress: ImportProgress) -> None:
        nonlocal noted_at
        # Batches take some milliseconds; a page asks every second.
        if time.monotonic() - noted_at < NOTE_S:
            return
        noted_at = time.monotonic()
        if progress.total:
            far = ListProgress(progress.total, progress.total, progress.done)
        else:
            far = ListProgress(progress.done, about)
        lists.set_progress(mark, far)

    return note


def _count_line_ends(path: Path) -> int:
    with path.open("rb") as file:
        blocks = iter(lambda: file.read(BLOCK_BYTES), b"")
        return sum(block.count(b"\n") for block in blocks)


def main(errand: str) -> None:
    """Carry out an errand (lists/thread.py writes it)."""
    values = json.loads(errand)
    database = Database(values["url"], values["hash_key"])
    lists = Lists(Path(values["folder"]))
    now = datetime.fromisoformat(values["now"])
    try:
        carry_out(
            database,
            lists,
            values["mark"],
            values["import_id"],
            now,
        )
    except NewsletterError as error:
        sys.exit(f"a list that was sent in: {error}")
    finally:
        database.close()


def _read_errand() -> str:
    """The first line of the input, byte by byte: what follows is for `_end_with_input`."""
    line = iter(lambda: os.read(0, 1), b"\n")
    return b"".join(line).decode()


def _end_with_input() -> None:
    """End this process with the service; the next one goes on with what was not finished."""
    while os.read(0, BLOCK_BYTES):  # not sys.stdin: the interpreter would wait for its lock
        pass
    os._exit(1)


if __name__ == "__main__":
    # ^C in a terminal goes to us, too. The service ends us when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = _read_errand()
    threading.Thread(target=_end_with_input, daemon=True).start()
    main(line)
