"""Workers over PostgreSQL: they share a delivery, and one that is killed loses nobody."""

import collections
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, text

from newsletter import jobs
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.reading import sending_deliveries
from newsletter.demo.inbox import Inbox, free_port
from newsletter.letters.writing import Notice, write_notice
from newsletter.publications.preferences import change
from newsletter.publications.reading import read_publication
from newsletter.runtime import open_runtime
from newsletter.settings import Settings
from newsletter.worker import running, tasks
from newsletter.worker.running import work
from tests.delivery.rig import Rig, planned_beside, planned_for_many, receiving
from tests.doubles.relay import HANG, Manners, Relay, relaying
from tests.letters.test_sending import write
from tests.samples.times import NOON

READERS = int(os.environ.get("NEWSLETTER_WORKER_READERS", "3000"))
CONNECTIONS = 4
NOTICE = Notice("A source is silent", "Look at it.", "http://news.example/desk")


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


def settings_for(database_url: str, inbox: Inbox | Relay, folder: Path) -> Settings:
    return Settings(
        database_url=database_url,
        secret="a secret of the tests",
        relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
        journal_folder=str(folder / "journals"),
    )


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """A worker in a thread until the block ends."""
    stop = threading.Event()
    with open_runtime(settings) as runtime:
        worker = threading.Thread(target=work, args=(runtime, stop.is_set))
        worker.start()
        try:
            yield
        finally:
            stop.set()
            worker.join(30)
    assert not worker.is_alive()


def _until(look: Callable[[], bool], at_most_s: float = 60 + READERS / 50) -> None:
    until = time.monotonic() + at_most_s
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
    with receiving() as inbox, working(settings_for(database_url, inbox, tmp_path)):
        for letters in (3, 10, 20):
            _until(lambda enough=letters: len(inbox.letters) >= enough)  # type: ignore[misc]
            with database.engine.connect() as connection:
                connection.execute(text(CUT))
        _until(lambda: not database.read(sending_deliveries))
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


LOST = """
    update procrastinate_jobs set status = 'doing', worker_id = null where status = 'todo'"""


def test_jobs_of_a_worker_that_died_in_its_sweep_are_carried_out_by_the_next_one(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    delivery_id = planned_for_many(database, 5, tmp_path)
    with database.writing() as session:
        jobs._defer(session, "sweep", jobs.UPKEEP, "sweep", timestamp=0)
        session.execute(text(LOST))
    with receiving() as inbox, working(settings_for(database_url, inbox, tmp_path)):
        _until(lambda: not database.read(sending_deliveries), 30)
    assert database.read(read_ledger, delivery_id).messages == {"accepted": 5}


def test_a_slow_delivery_and_one_whose_relay_says_nothing_delay_no_other_over_postgresql(
    database: Database, database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    slow = planned_for_many(database, 40, tmp_path)
    database.write(change, 1, letters_per_s=1)
    rig = Rig(database, SetClock(NOON), slow, database.read(read_publication, 1))
    silent = planned_beside(rig, "silent.example", "a@silent.example")
    quick = planned_beside(rig, "quick.example", *(f"b{n}@quick.example" for n in range(100)))
    with relaying(Manners(greeting=HANG)) as deaf, receiving() as inbox:
        settings = settings_for(database_url, inbox, tmp_path)
        routed = replace(settings, relay_routes=f"@silent.example={deaf.url}")
        with working(routed):
            accepted = {"accepted": 100}
            _until(lambda: quick.ledger().messages == accepted, 15)
            _until(lambda: rig.ledger().messages.get("accepted", 0) > 0, 15)
            for delivery in (rig, silent):
                database.write(control.stop, delivery.delivery_id, NOON)
            deaf.die()  # else its session is waited for
    slices = [line for line in caplog.messages if line.startswith("The letters that are due go")]
    assert len(slices) <= 8, "they do not end each other's slices"


def test_small_letters_go_on_after_their_job_failed_while_the_next_one_waited(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a relay that is down once, and a sign-up meanwhile, would end all confirm letters."""
    monkeypatch.setattr("newsletter.letters.sending.AGAIN", timedelta(seconds=1))
    monkeypatch.setattr(tasks, "AGAIN_S", 1.0)
    write(database, "ada@readers.example")
    with (
        relaying(Manners(greeting=HANG)) as relay,
        working(settings_for(database_url, relay, tmp_path)),
    ):
        _until(lambda: relay.sessions > 0, 30)
        with database.writing() as session:
            write_notice(session, 1, "bob@readers.example", NOTICE, now=NOON)
        relay.manners = Manners()
        relay.die()
        relay.rise()
        _until(lambda: len(relay.log) == 2, 20)
    assert set(relay.counts.values()) == {1}


FAILING = """
    create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'no'; end $$;
    create trigger refuse before update or delete on procrastinate_jobs
    for each row when (old.status = 'doing') execute function refuse()"""


def test_a_job_whose_end_could_not_be_stored_is_carried_out_again_by_the_worker_that_has_it(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lock would be held for as long as the worker lives, and nobody would know."""
    monkeypatch.setattr(running, "RESCUE_S", 0.5)
    database.write(lambda session: session.execute(text(FAILING)) and None)
    with receiving() as inbox, working(settings_for(database_url, inbox, tmp_path)):
        write(database, "ada@readers.example")
        _until(lambda: len(inbox.letters) == 1, 30)
        time.sleep(0.5)
        for statement in ("drop trigger refuse on procrastinate_jobs", "drop function refuse"):
            with database.writing() as session:
                session.execute(text(statement))
        with database.writing() as session:
            write_notice(session, 1, "bob@readers.example", NOTICE, now=NOON)
        _until(lambda: len(inbox.letters) == 2, 20)
