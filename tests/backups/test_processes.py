"""S1-4 by the real process: a sender on a database that was put back sends nothing, and says so."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.backups.adopting import adopt
from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.reading import read_delivery
from newsletter.host.guard import read_hosts
from newsletter.runtime import open_runtime
from newsletter.senders import sender_process
from newsletter.settings import Settings
from tests.backups.moved_service import Backup
from tests.delivery.rig import Rig, planned, receiving

READERS = [f"reader{n}@readers.example" for n in range(5)]


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def disagreements(database: Database) -> list[str]:
    return [host.disagrees for host in database.read(read_hosts)]


def _status(rig: Rig) -> str:
    return rig.database.read(read_delivery, rig.delivery_id).status


def test_a_sender_started_on_a_database_put_back_waits_for_a_person(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    rig = planned(Database(sqlite_url), *READERS)
    rig.database.close()
    backup = Backup(sqlite_url)
    with receiving() as inbox:
        settings = Settings(
            database_url=sqlite_url,
            secret="a secret of the tests",
            relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
        )
        with sender_process(settings):
            until(lambda: rig.ledger().messages == {"accepted": 5})
        rig.database.close()
        backup.put_back()
        with sender_process(settings):
            until(lambda: disagreements(rig.database) == ["older"])
            assert len(inbox.letters) == 5, "it sends nothing"
            with open_runtime(settings) as runtime:
                account = adopt(runtime.database, runtime.guard, rig.clock.now())
                runtime.database.write(control.resume, rig.delivery_id, rig.clock.now())
            assert account.accepted == 5
            until(lambda: _status(rig) == "finished")
        assert sorted(letter.rcpt_to for letter in inbox.letters) == sorted(READERS)
