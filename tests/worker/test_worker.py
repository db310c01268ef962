"""Workers over PostgreSQL: jobs go with their rows, workers share a delivery, and a killed one loses nobody."""

import collections
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, text

from newsletter import jobs
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.planning import plan
from newsletter.delivery.reading import read, under_way
from newsletter.demo.inbox import free_port
from newsletter.editions.printing import print_edition
from newsletter.gathering import sources
from newsletter.gathering.articles import store
from newsletter.gathering.found import Found
from newsletter.issues import approval
from newsletter.issues.proposing import propose
from newsletter.publications.opening import open_publication
from newsletter.settings import Settings
from subscribers.importing import import_rows
from tests.delivery.rig import URLS, planned
from tests.samples.times import NOON

READERS = int(os.environ.get("NEWSLETTER_WORKER_READERS", "3000"))
CONNECTIONS = 4


pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def waiting_jobs(session: Session) -> list[str]:
    return list(session.execute(text("select queueing_lock from procrastinate_jobs where status = 'todo' order by 1")).scalars())


def test_a_delivery_and_its_jobs_are_committed_together_and_roll_back_together(database: Database) -> None:
    rig = planned(database, "ada@readers.example")
    locks = [f"deliver {rig.delivery_id} {slot}" for slot in range(jobs.SLOTS)]
    assert [one for one in database.read(waiting_jobs) if one != "letters"] == locks
    with pytest.raises(ZeroDivisionError):
        database.write(_fail_after_deferring, rig.delivery_id + 1)
    assert [one for one in database.read(waiting_jobs) if one != "letters"] == locks
    assert database.read(read, rig.delivery_id).trouble == ""


def test_a_job_that_waits_already_is_not_deferred_again_and_spoils_no_transaction(database: Database) -> None:
    rig = planned(database, "ada@readers.example")
    before = database.read(waiting_jobs)
    with database.writing() as session:
        jobs.remind_delivery(session, rig.delivery_id)
        session.execute(text("update delivery set trouble = 'kept'"))
    assert database.read(waiting_jobs) == before
    assert database.read(read, rig.delivery_id).trouble == "kept"


def test_two_workers_share_a_delivery_and_when_one_is_killed_the_other_carries_on(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    delivery_id = _plan(database, tmp_path)
    port, log = free_port(), tmp_path / "inbox.log"
    settings = Settings(
        database_url=database_url,
        secret="a secret of the tests",
        relay_url=f"smtp+plain://127.0.0.1:{port}",
        relay_connections=CONNECTIONS,
        journal_folder=str(tmp_path / "journals"),
    )
    environment = os.environ | settings.as_environment() | {"PYTHONPATH": str(Path(__file__).parents[2])}
    program = [sys.executable, "-m"]
    inbox = subprocess.Popen(
        [*program, "newsletter.demo.inbox", "--port", str(port), "--log", str(log)], env=environment, stdout=subprocess.PIPE
    )
    assert inbox.stdout is not None
    inbox.stdout.readline()
    workers = [subprocess.Popen([*program, "newsletter", "worker"], env=environment, cwd=tmp_path) for _ in range(2)]
    try:
        _until(lambda: len(database.read(_claimers, delivery_id)) == 2 and _lines(log) > READERS // 5)
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        _until(lambda: not database.read(under_way))
        workers[1].send_signal(signal.SIGTERM)
        assert workers[1].wait(60) == 0, "it drains and ends in order"
    finally:
        for one in (*workers, inbox):
            one.kill()
            one.wait()
    received = collections.Counter(line.split("\t")[0] for line in log.read_text().splitlines())
    ledger = database.read(read_ledger, delivery_id)
    uncertain = ledger.messages.get("uncertain", 0)
    assert max(received.values()) == 1, "written to twice"
    assert uncertain <= CONNECTIONS
    assert ledger.messages.get("accepted", 0) + uncertain == READERS, ledger
    assert READERS - uncertain <= len(received) <= READERS, "lost"
    assert not list((tmp_path / "journals").glob("*.journal")), "every journal is settled"


def _fail_after_deferring(session: Session, delivery_id: int) -> None:
    jobs.remind_delivery(session, delivery_id)
    session.execute(text("update delivery set trouble = 'undone'"))
    _ = 1 / 0


def _claimers(session: Session, delivery_id: int) -> set[str]:
    query = text("select distinct claimed_by from message where delivery_id = :key and claimed_by <> ''")
    return set(session.execute(query, {"key": delivery_id}).scalars())


def _lines(log: Path) -> int:
    return log.read_text().count("\n") if log.exists() else 0


def _until(look) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + 60 + READERS / 50
    while time.monotonic() < until:
        if look():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def _plan(database: Database, folder: Path) -> int:
    rows = folder / "readers.csv"
    rows.write_text("address\n" + "\n".join(f"reader{n}@readers.example" for n in range(READERS)), "utf-8")
    with database.writing() as session:
        publication = open_publication(
            session, name="The Inference", sender_address="editor@inference.example", cadence="Tuesday 09:00 UTC", postal_address="1 Street"
        )
        key = publication.id or 0
        source = sources.add(session, key, "https://news.example/feed")
        at = NOON - timedelta(hours=1)
        words = ("harbor", "court", "robot", "weather")
        store(session, source.id or 0, [Found(f"https://news.example/{w}", f"A {w} opens", "Dek.", published_at=at) for w in words], NOON)
    import_rows(database, key, rows, now=NOON, progress=lambda _: None, rejected_path=folder / "r.csv")
    with database.writing() as session:
        issue = propose(session, key, period="p", due_at=NOON, now=NOON)
        edition = print_edition(session, issue.id or 0, URLS, NOON)
        approval.approve(session, issue.id or 0, edition.checksum, by="test", now=NOON)
        return plan(session, issue.id or 0, SetClock(NOON).now()).id or 0
