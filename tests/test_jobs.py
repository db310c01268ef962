"""Jobs over PostgreSQL: they come and go with their rows; and the wait for work on SQLite."""

import asyncio
import threading
import time

import pytest
from sqlmodel import Session, text

from newsletter import jobs
from newsletter.database import Database
from newsletter.delivery.reading import read_delivery
from newsletter.publications.opening import open_publication
from newsletter.publications.preferences import change
from tests.delivery.rig import planned
from tests.worker.queue import waiting_jobs

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def deliveries_waiting(database: Database) -> list[str]:
    return [lock for lock in database.read(waiting_jobs) if lock != "letters"]


@on_postgresql
def test_a_delivery_and_its_jobs_are_committed_together_and_roll_back_together(
    database: Database,
) -> None:
    rig = planned(database, "ada@readers.example")
    locks = [f"deliver {rig.delivery_id} {slot}" for slot in range(jobs.SLOTS)]
    assert deliveries_waiting(database) == locks
    with pytest.raises(ZeroDivisionError):
        database.write(_fail_after_deferring, rig.delivery_id + 1)
    assert deliveries_waiting(database) == locks
    assert database.read(read_delivery, rig.delivery_id).trouble == ""


@on_postgresql
def test_a_job_that_waits_already_is_not_deferred_again_and_spoils_no_transaction(
    database: Database,
) -> None:
    rig = planned(database, "ada@readers.example")
    before = database.read(waiting_jobs)
    with database.writing() as session:
        jobs.remind_delivery(session, rig.delivery_id)
        session.execute(text("update delivery set trouble = 'kept'"))
    assert database.read(waiting_jobs) == before
    assert database.read(read_delivery, rig.delivery_id).trouble == "kept"


def _fail_after_deferring(session: Session, delivery_id: int) -> None:
    jobs.remind_delivery(session, delivery_id)
    session.execute(text("update delivery set trouble = 'undone'"))
    _ = 1 / 0


def wait_for_work(database: Database, at_most_s: float, *, stopping: bool = False) -> float:
    """Wait for work, and return how many seconds that took."""
    began = time.monotonic()
    with database.watching() as commits:
        asyncio.run(jobs.wait_for_work(commits, at_most_s=at_most_s, stopping=lambda: stopping))
    return time.monotonic() - began


def test_a_commit_of_another_ends_the_wait(sqlite_url: str) -> None:
    database, other = Database(sqlite_url), Database(sqlite_url)
    with database.writing() as session:
        publication = open_publication(
            session, name="A", sender_address="a@a.example", cadence="Tuesday 09:00 UTC"
        )
    writer = threading.Timer(0.3, other.write, (change, publication.key), {"letters_per_s": 3.0})
    writer.start()
    assert 0.2 < wait_for_work(database, at_most_s=30) < 20
    writer.join()


def test_a_wait_ends_by_its_time_or_when_the_sender_should_stop(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert wait_for_work(database, at_most_s=0.2) >= 0.2
    assert wait_for_work(database, at_most_s=30, stopping=True) < 20


def test_on_sqlite_no_job_is_kept(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.writing() as session:
        jobs.remind_delivery(session, 7)
        jobs.remind_letters(session)
        assert session.info["reminded"] == set()
