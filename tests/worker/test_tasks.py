"""The tasks over PostgreSQL: a job sends its delivery, and the sweep finds what was lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import procrastinate
import pytest
from sqlmodel import Session, text, update

from newsletter import jobs
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.models import Message
from newsletter.demo.inbox import Inbox
from newsletter.runtime import open_runtime
from newsletter.settings import Settings
from newsletter.worker.tasks import register, rescue
from tests.delivery.rig import Rig, planned, receiving
from tests.samples.times import NOON
from tests.worker.queue import waiting_jobs

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ADA, BOB = "ada@readers.example", "bob@readers.example"


@pytest.fixture
def rig(database: Database) -> Rig:
    return planned(database, ADA, BOB)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with receiving() as opened:
        yield opened


@asynccontextmanager
async def opened(database_url: str, inbox: Inbox, folder: Path) -> AsyncIterator[procrastinate.App]:
    """An app with our tasks; its sender offers to the inbox."""
    settings = Settings(
        database_url=database_url,
        secret="a secret of the tests",
        relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
        journal_folder=str(folder / "journals"),
    )
    conninfo = database_url.replace("+psycopg", "")
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo))
    with open_runtime(settings, SetClock(NOON)) as runtime:
        register(app, runtime, runtime.sender())
        async with app.open_async():
            yield app


def delete_jobs(session: Session) -> None:
    session.execute(text("delete from procrastinate_jobs"))


def give_to_a_dead_worker(session: Session) -> None:
    session.execute(text("update procrastinate_jobs set status = 'doing', worker_id = null"))


def slots(rig: Rig) -> list[str]:
    return [f"deliver {rig.delivery_id} {slot}" for slot in range(jobs.SLOTS)]


def test_the_jobs_of_a_delivery_send_it_to_its_end(
    rig: Rig, database_url: str, inbox: Inbox, tmp_path: Path
) -> None:
    async def carry_out() -> None:
        async with opened(database_url, inbox, tmp_path) as app:
            await app.run_worker_async(
                queues=[jobs.DELIVERIES], wait=False, install_signal_handlers=False
            )

    asyncio.run(carry_out())
    assert sorted(received.rcpt_to for received in inbox.letters) == [ADA, BOB]
    assert rig.ledger().messages == {"accepted": 2}
    assert not set(slots(rig)) & set(rig.database.read(waiting_jobs)), "there is no more to do"


def test_the_sweep_reminds_of_a_delivery_whose_jobs_are_lost(
    rig: Rig, database_url: str, inbox: Inbox, tmp_path: Path
) -> None:
    async def sweep() -> None:
        async with opened(database_url, inbox, tmp_path) as app:
            await app.tasks["sweep"](timestamp=0)

    rig.database.write(delete_jobs)
    asyncio.run(sweep())
    assert set(slots(rig)) <= set(rig.database.read(waiting_jobs))
    assert not inbox.letters, "a sweep sends nothing itself"


def test_the_job_of_a_dead_worker_waits_again_unless_another_of_its_work_does(
    rig: Rig, database_url: str, inbox: Inbox, tmp_path: Path
) -> None:
    async def save() -> None:
        async with opened(database_url, inbox, tmp_path) as app:
            await rescue(app)

    before = rig.database.read(waiting_jobs)
    rig.database.write(give_to_a_dead_worker)
    assert rig.database.read(waiting_jobs) == []
    with rig.database.writing() as session:
        jobs.remind_slot(session, rig.delivery_id, 0)
    asyncio.run(save())
    assert rig.database.read(waiting_jobs) == before


@pytest.mark.parametrize(("seconds", "waits"), [(15, True), (300, False)])
def test_letters_that_are_due_soon_are_waited_for_and_later_ones_are_left_to_the_sweep(
    rig: Rig, database_url: str, inbox: Inbox, tmp_path: Path, seconds: int, *, waits: bool
) -> None:
    """A relay that failed is tried again within half a minute, as on SQLite."""

    async def carry_out() -> None:
        async with opened(database_url, inbox, tmp_path) as app:
            await app.run_worker_async(
                queues=[jobs.DELIVERIES], wait=False, install_signal_handlers=False
            )

    with rig.database.writing() as session:
        session.exec(update(Message).values(due_at=NOON + timedelta(seconds=seconds)))
    asyncio.run(carry_out())
    assert bool(set(slots(rig)) & set(rig.database.read(waiting_jobs))) is waits
    assert not inbox.letters
