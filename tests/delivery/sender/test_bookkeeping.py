"""The books of a slice balance whatever breaks: the database goes away, a disk is full.

Also when the clock jumps.
"""

import asyncio
import collections
import errno
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.sender import bookkeeping, journal
from newsletter.delivery.sender.addressing import Stationery
from newsletter.delivery.sender.bookkeeping import Ending, JournaledBooks
from newsletter.delivery.sender.journal import Journal, JournalBroken
from newsletter.delivery.sender.sending import Sender
from newsletter.demo.inbox import Inbox
from newsletter.host.issue_log import NoLog
from newsletter.mail.outcomes import read_code
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import Relays
from tests.delivery.rig import SIGNER, URLS, Rig, planned, receiving
from tests.samples.times import NOON

CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()"""
READERS = [f"reader{n}@readers.example" for n in range(120)]


class FullJournal(Journal):
    """A journal whose disk is full after some records."""

    writes = 0

    def write(self, outcomes: Iterable[tuple[int, int]], intents: Iterable[int]) -> None:
        self.writes += 1
        if self.writes > 10:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(outcomes, intents)


def deliver(
    rig: Rig, inbox: Inbox, folder: Path, new_journal: Callable[[Path], Journal] = journal.begin
) -> None:
    sender = Sender(
        rig.database,
        Relays(read_relay_url(f"smtp+plain://127.0.0.1:{inbox.port}"), 3),
        Stationery(SIGNER, URLS),
        clock=rig.clock,
        new_journal=lambda: new_journal(folder),
    )
    asyncio.run(sender.deliver(rig.delivery_id))


def assert_balanced(rig: Rig, inbox: Inbox, uncertain: int) -> None:
    received = collections.Counter(letter.rcpt_to for letter in inbox.letters)
    assert max(received.values()) == 1, "written to twice"
    assert uncertain <= 3
    assert rig.ledger().messages.get("accepted", 0) + uncertain == len(READERS)
    assert len(received) >= len(READERS) - uncertain


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_when_the_database_restarts_under_a_delivery_nobody_is_lost_and_nobody_written_to_twice(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *READERS)
    with receiving(delay_s=0.02) as inbox:
        asyncio.run(_deliver_and_cut(rig, inbox, tmp_path))
        uncertain = rig.settle_dead(tmp_path)
        deliver(rig, inbox, tmp_path)
        assert_balanced(rig, inbox, uncertain)


async def _deliver_and_cut(rig: Rig, inbox: Inbox, folder: Path) -> None:
    sending = asyncio.create_task(asyncio.to_thread(deliver, rig, inbox, folder))
    while len(inbox.letters) < 20:  # noqa: ASYNC110  # another thread fills it
        await asyncio.sleep(0.01)
    for _ in range(20):  # whatever connection it has at that moment
        with rig.database.engine.connect() as connection:
            connection.execute(text(CUT))
        await asyncio.sleep(0.02)
    with suppress(OperationalError):  # it may also have got through between two cuts
        await sending


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_when_the_databases_disk_is_full_the_delivery_stops_and_goes_on_when_there_is_room(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *READERS)
    room = {"pages": 0}
    event.listen(
        database.engine,
        "begin",
        lambda connection: connection.exec_driver_sql(
            f"pragma max_page_count = {room['pages'] or 10**6}"
        ),
    )
    with database.engine.connect() as connection:
        used = connection.exec_driver_sql("pragma page_count").scalar_one()
    with receiving(delay_s=0.02) as inbox:
        with database.writing() as session:
            session.execute(text("create table filler (words text)"))
        room["pages"] = used + 2
        with pytest.raises(OperationalError, match="full"), database.writing() as session:
            session.execute(text("insert into filler values (:words)"), {"words": "x" * 10**6})
        try:
            deliver(rig, inbox, tmp_path)
        except OperationalError as error:
            assert "full" in str(error)
        room["pages"] = 0
        uncertain = rig.settle_dead(tmp_path)
        deliver(rig, inbox, tmp_path)
        assert_balanced(rig, inbox, uncertain)


def test_when_the_journals_disk_is_full_no_further_letter_leaves_and_the_reason_is_shown(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *READERS)
    with receiving() as inbox:
        with pytest.raises(JournalBroken, match="Make room on the disk of journal_folder"):
            deliver(rig, inbox, tmp_path, lambda folder: FullJournal(folder / "full.journal"))
        first = len(inbox.letters)
        assert 0 < first < len(READERS)
        assert rig.settle_dead(tmp_path) == 0
        deliver(rig, inbox, tmp_path)
        assert_balanced(rig, inbox, 0)


def test_when_the_clock_is_stepped_back_what_waits_is_still_sent_once(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *READERS)
    with receiving(refusing={READERS[-1]: "451 4.2.1 later"}) as inbox:
        deliver(rig, inbox, tmp_path)
        rig.clock.move_to(rig.clock.now() - timedelta(hours=3))
        deliver(rig, inbox, tmp_path)
        inbox.refusing.clear()
        rig.clock.move_to(rig.clock.now() + timedelta(hours=3, minutes=6))
        deliver(rig, inbox, tmp_path)
        assert_balanced(rig, inbox, 0)


class SlowJournal(Journal):
    """A journal on a slow disk."""

    is_written = False

    def write(self, outcomes: Iterable[tuple[int, int]], intents: Iterable[int]) -> None:
        time.sleep(0.1)
        super().write(outcomes, intents)
        self.is_written = True


class FullLog(NoLog):
    """A sent log whose disk is full."""

    def leave(self, messages: Iterable[int], now: datetime) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_error_of_the_sent_log_is_heard_when_the_journal_is_written(
    database: Database, tmp_path: Path
) -> None:
    own = SlowJournal(tmp_path / "slow.journal")
    books = JournaledBooks(database, 1, own, SetClock(NOON), FullLog())
    with pytest.raises(OSError, match="No space"):
        asyncio.run(books.write_ahead([], [7]))
    assert own.is_written
    own.close()


class CountingLog(NoLog):
    """A sent log that notes how large the journal is when it counts."""

    def __init__(self, own: Journal) -> None:
        self.sizes: list[int] = []
        self._own = own

    def count(self, session: Session) -> None:
        self.sizes.append(self._own.size)


def test_a_copy_of_the_database_is_older_than_what_the_journal_has_forgotten(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a copy from after the last claim would agree, and an empty journal free its claims."""
    monkeypatch.setattr(bookkeeping, "GROWN", 100)
    rig = planned(database, "ada@readers.example", "bob@readers.example")
    own = journal.begin(tmp_path)
    log = CountingLog(own)
    books = JournaledBooks(database, rig.delivery_id, own, rig.clock, log)

    async def send() -> None:
        ada, bob = [recipient.id for recipient in await books.claim(2)]
        await books.write_ahead([], [ada, bob])
        await books.record({})
        assert not log.sizes, "a journal that keeps all needs no count"
        await books.write_ahead([(ada, 250), (ada, 250), (ada, 250), (ada, 250), (ada, 250)], [])
        await books.record({ada: read_code(250)})
        assert log.sizes == [112]
        books.trim_journal({}, [bob])
        assert own.size == 16
        await books.write_ahead([(bob, 250)], [])
        await books.record({bob: read_code(250)})
        await books.close(Ending())

    asyncio.run(send())
    assert log.sizes == [112, 32], "and once more before it is cleared"
    assert own.size == 0
    books.end()
    own.close()
