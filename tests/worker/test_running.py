"""Workers over PostgreSQL: they share a delivery, and one that is killed loses nobody."""

import collections
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlmodel import Session, text

from newsletter.database import Database
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.reading import sending_deliveries
from newsletter.demo.inbox import free_port
from newsletter.publications.preferences import change
from newsletter.runtime import open_runtime
from newsletter.settings import Settings
from newsletter.worker.running import work
from tests.delivery.rig import planned_for_many, receiving

READERS = int(os.environ.get("NEWSLETTER_WORKER_READERS", "3000"))
CONNECTIONS = 4


pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_two_workers_share_a_delivery_and_when_one_is_killed_the_other_carries_on(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    delivery_id = planned_for_many(database, READERS, tmp_path)
    # It lasts until the slower worker has started too.
    database.write(change, 1, letters_per_s=READERS / 30)
    port = free_port()
    log = tmp_path / "inbox.log"
    settings = Settings(
        database_url=database_url,
        secret="a secret of the tests",
        relay_url=f"smtp+plain://127.0.0.1:{port}",
        relay_connections=CONNECTIONS,
        journal_folder=str(tmp_path / "journals"),
    )
    environment = (
        os.environ | settings.as_environment() | {"PYTHONPATH": str(Path(__file__).parents[2])}
    )
    program = [sys.executable, "-m"]
    inbox = subprocess.Popen(
        [*program, "newsletter.demo.inbox", "--port", str(port), "--log", str(log)],
        env=environment,
        stdout=subprocess.PIPE,
    )
    assert inbox.stdout is not None
    inbox.stdout.readline()
    workers = [
        subprocess.Popen([*program, "newsletter", "worker"], env=environment, cwd=tmp_path)
        for _ in range(2)
    ]
    try:
        _until(
            lambda: len(database.read(_claimers, delivery_id)) == 2 and _lines(log) > READERS // 20
        )
        database.write(change, 1, letters_per_s=0)
        _until(lambda: _lines(log) > READERS // 5)
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        _until(lambda: not database.read(sending_deliveries))
        workers[1].send_signal(signal.SIGTERM)
        assert workers[1].wait(60) == 0, "it drains and ends in order"
    finally:
        for process in (*workers, inbox):
            process.kill()
            process.wait()
    received = collections.Counter(line.split("\t")[0] for line in log.read_text().splitlines())
    ledger = database.read(read_ledger, delivery_id)
    uncertain = ledger.messages.get("uncertain", 0)
    assert max(received.values()) == 1, "written to twice"
    assert uncertain <= CONNECTIONS
    assert ledger.messages.get("accepted", 0) + uncertain == READERS, ledger
    assert READERS - uncertain <= len(received) <= READERS, "lost"
    assert not list((tmp_path / "journals").glob("*.journal")), "every journal is settled"


def _claimers(session: Session, delivery_id: int) -> set[str]:
    """The workers that have claimed: a slice's journal has its worker's process id in its name."""
    query = text(
        "select distinct claimed_by from message where delivery_id = :key and claimed_by <> ''"
    )
    names = session.execute(query, {"key": delivery_id}).scalars()
    return {name.split(".")[-2] for name in names}


def _lines(log: Path) -> int:
    return log.read_text().count("\n") if log.exists() else 0


def _until(look) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + 60 + READERS / 50
    while time.monotonic() < until:
        if look():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()"""


def test_a_worker_whose_database_hangs_up_three_times_is_still_a_worker_and_sends_on(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    readers = 60
    delivery_id = planned_for_many(database, readers, tmp_path)
    database.write(change, 1, letters_per_s=10)
    with receiving() as inbox:
        settings = Settings(
            database_url=database_url,
            secret="a secret of the tests",
            relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
            journal_folder=str(tmp_path / "journals"),
        )
        stop = threading.Event()
        with open_runtime(settings) as runtime:
            worker = threading.Thread(target=work, args=(runtime, stop.is_set))
            worker.start()
            for letters in (3, 10, 20):
                _until(lambda enough=letters: len(inbox.letters) >= enough)
                with database.engine.connect() as connection:
                    connection.execute(text(CUT))
            _until(lambda: not database.read(sending_deliveries))
            stop.set()
            worker.join(30)
    assert not worker.is_alive()
    received = collections.Counter(letter.rcpt_to for letter in inbox.letters)
    assert max(received.values()) == 1, "written to twice"
    messages = database.read(read_ledger, delivery_id).messages
    assert messages == {"accepted": readers}, "no reply was lost, so nobody is uncertain"


def test_a_worker_that_is_to_stop_at_once_ends_in_order_and_leaves_no_journal(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(
        database_url=database_url,
        secret="a secret of the tests",
        relay_url=f"smtp+plain://127.0.0.1:{free_port()}",
        journal_folder=str(tmp_path / "journals"),
    )
    with open_runtime(settings) as runtime:
        work(runtime, lambda: True)
    assert not list((tmp_path / "journals").glob("*.journal"))
