"""Lists come in one after the other, by processes that may die; no request is forgotten."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.lists.columns import guess_columns
from newsletter.lists.importing import ImportEvidence, begin_import, read_import
from newsletter.lists.thread import BROKE_OFF, ListThread
from newsletter.lists.uploads import CheckRequest, Lists
from newsletter.publications.models import Publication
from subscribers.kept.counting import count_by_status
from tests.samples.times import NOON

ROWS = 40_000


@contextmanager
def started(url: str, lists: Lists) -> Iterator[ListThread]:
    database = Database(url)
    thread = ListThread(database, "", lists, SetClock(NOON))
    try:
        yield thread
    finally:
        thread.close()
        database.close()


def keep(lists: Lists, folder: Path, rows: int) -> str:
    path = folder / "list.csv"
    path.write_text("email\n" + "".join(f"{n:06}@readers.example\n" for n in range(rows)), "utf-8")
    with path.open("rb") as file:
        return lists.keep(file, path.stat().st_size, "list.csv", 1)


def wait(look: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not look():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def child() -> int:
    """The process that it waits for, once there is one."""
    wait(lambda: bool(_children()))
    return _children()[0]


def _children() -> list[int]:
    """This process's children that check or import lists."""
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    children = " ".join((task / "children").read_text() for task in tasks).split()
    return [int(child) for child in children if _is_list_process(child)]


def _is_list_process(child: str) -> bool:
    return b"newsletter.lists.process" in Path(f"/proc/{child}/cmdline").read_bytes()


def test_a_check_whose_process_dies_says_so_and_is_not_repeated_unasked(
    database: Database, database_url: str, publication: Publication, tmp_path: Path
) -> None:
    lists = Lists(tmp_path / "lists")
    mark = keep(lists, tmp_path, ROWS)
    lists.request_check(mark, CheckRequest(publication.key, ("address",)))
    with started(database_url, lists) as thread:
        thread.wake()
        os.kill(child(), signal.SIGKILL)
        assert thread.wait_until_done(60)
        assert (found := lists.check_result(mark)) is not None
        assert (found.account, found.error) == (None, BROKE_OFF)
        lists.request_check(mark, CheckRequest(publication.key, ("address",)))
        assert lists.check_result(mark) is None, "what was found before counts no more"
        thread.wake()
        assert thread.wait_until_done(60)
        assert (found := lists.check_result(mark)) is not None
        assert found.account is not None
        assert found.account.added == ROWS
        lists.request_check(mark, CheckRequest(publication.key, ("attribute",)))
        thread.wake()
        assert thread.wait_until_done(60)
        assert (found := lists.check_result(mark)) is not None
        assert "Say which column has the addresses" in found.error
    assert database.read(count_by_status, publication.key) == {}


def test_an_import_whose_process_dies_rests_and_goes_on_where_it_was(
    database: Database, database_url: str, publication: Publication, tmp_path: Path
) -> None:
    lists, key = Lists(tmp_path / "lists"), publication.key
    mark = keep(lists, tmp_path, ROWS)
    record = database.write(
        begin_import,
        key,
        lists.path(mark),
        guess_columns(["email"]),
        evidence=ImportEvidence("mara"),
        now=NOON,
    )
    with started(database_url, lists) as thread:
        thread.wake()
        process = child()
        wait(lambda: database.read(read_import, record.key).through != "")
        os.kill(process, signal.SIGKILL)
        wait(lambda: thread.is_resting(record.key, mark))
        assert 0 < database.read(count_by_status, key)["active"] < ROWS
        thread.wake()
        assert thread.wait_until_done(60)
        assert not thread.is_resting(record.key, mark)
    done = database.read(read_import, record.key)
    assert (done.status, done.read, done.added, done.known) == ("finished", ROWS, ROWS, 0)
    assert database.read(count_by_status, key) == {"active": ROWS}
    assert not list(lists.folder.iterdir()), "the list is forgotten once it is in"


def test_one_list_thread_works_at_a_time_and_one_that_is_closed_leaves_its_work_to_the_next(
    database: Database, database_url: str, publication: Publication, tmp_path: Path
) -> None:
    lists = Lists(tmp_path / "lists")
    mark = keep(lists, tmp_path, 10)
    lists.request_check(mark, CheckRequest(publication.key, ("address",)))
    with database.alone("lists"), started(database_url, lists) as thread:
        thread.wake()
        assert thread.wait_until_done(60)
    assert lists.check_result(mark) is None, "another one had its turn"
    with started(database_url, lists) as thread:
        thread.wake()
        child()
    assert lists.check_result(mark) is None, "it was closed on the way"
    with started(database_url, lists) as thread:
        thread.wake()
        assert thread.wait_until_done(60)
    assert lists.check_result(mark) is not None
