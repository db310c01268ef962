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
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.lists.columns import choose_columns, named
from newsletter.lists.importing import (
    ImportProgress,
    OnProgress,
    check_file,
    read_import,
    run_import,
)
from newsletter.lists.meaning.answers import read_answers
from newsletter.lists.meaning.questions import Unclear
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
    work = _Work(database, lists, mark, now, _note_progress(lists, mark))
    if import_id:
        _import(work, import_id)
        lists.drop(mark)
        return
    request = lists.requested_check(mark)
    if request is not None:
        lists.set_check_result(mark, request, _check(work, request))


@dataclass(frozen=True, slots=True)
class _Work:
    """A list, and what both an import and a check of it need."""

    database: Database
    lists: Lists
    mark: str
    now: datetime
    progress: OnProgress

    @property
    def rejected_path(self) -> Path:
        return self.lists.rejected_path(self.mark)


def _import(work: _Work, import_id: int) -> None:
    # It may be finished: a process was killed between its end and the removal of its list.
    if work.database.read(read_import, import_id).status != "running":
        return
    run_import(
        work.database,
        import_id,
        work.lists.path(work.mark),
        now=work.now,
        rejected_path=work.rejected_path,
        progress=work.progress,
    )


def _check(work: _Work, request: CheckRequest) -> CheckResult:
    try:
        sheet = work.lists.sheet(work.mark)
        answers = read_answers(request.answers)
        columns = choose_columns(sheet.header, request.targets, answers)
        checked = check_file(
            work.database,
            request.publication_id,
            sheet.path,
            named(columns, work.lists.name(work.mark)),
            now=work.now,
            rejected_path=work.rejected_path,
            progress=work.progress,
        )
    except Unclear as unclear:
        return CheckResult(None, str(unclear), tuple(unclear.questions))
    except NewsletterError as error:
        return CheckResult(None, str(error))
    return CheckResult(checked.account, "", tuple(checked.questions), tuple(checked.notes))


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
        lists.set_progress(mark, _how_far(progress, about))

    return note


def _how_far(progress: ImportProgress, about: int) -> ListProgress:
    if progress.total:
        return ListProgress(progress.total, progress.total, progress.done)
    return ListProgress(progress.done, about)


def _count_line_ends(path: Path) -> int:
    with path.open("rb") as file:
        blocks = iter(lambda: file.read(BLOCK_BYTES), b"")
        return sum(block.count(b"\n") for block in blocks)


def main(errand: str) -> None:
    """Carry out an errand (lists/thread.py writes it)."""
    values = json.loads(errand)
    database = Database(values["url"], values["hash_key"])
    try:
        carry_out(
            database,
            Lists(Path(values["folder"])),
            values["mark"],
            values["import_id"],
            datetime.fromisoformat(values["now"]),
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
