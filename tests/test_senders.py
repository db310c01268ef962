"""Senders of a SQLite database: one at a time, in this process or in one of its own."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter import senders
from newsletter.database import Database
from newsletter.delivery.claiming import claim
from newsletter.demo.inbox import Inbox
from newsletter.runtime import Runtime, open_runtime
from newsletter.senders import only_sender, sender_process, sending, settle_dead
from newsletter.settings import Settings
from tests.delivery.rig import Rig, planned, receiving
from tests.samples.times import NOON

ADA, BOB = "ada@readers.example", "bob@readers.example"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def settings(sqlite_url: str, inbox: Inbox) -> Settings:
    return Settings(
        database_url=sqlite_url,
        secret="a secret of the tests",
        relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
    )


@pytest.fixture
def rig(sqlite_url: str) -> Rig:
    return planned(Database(sqlite_url), ADA, BOB)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    with open_runtime(settings) as opened:
        yield opened


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_a_second_sender_of_one_database_gets_nothing_to_send_with(
    runtime: Runtime, settings: Settings
) -> None:
    with open_runtime(settings) as other, only_sender(runtime) as first:
        assert first is not None
        with only_sender(other) as second, sending(other) as sends:
            assert second is None
            assert not sends
    with only_sender(runtime) as again:
        assert again is not None


def test_what_is_due_is_sent_while_the_block_lasts_and_the_journal_is_cleared_away(
    rig: Rig, runtime: Runtime, inbox: Inbox
) -> None:
    with sending(runtime) as sends:
        assert sends
        until(lambda: rig.ledger().messages == {"accepted": 2})
    assert sorted(letter.rcpt_to for letter in inbox.letters) == [ADA, BOB]
    assert not list(runtime.journals.glob("*.journal"))


def test_a_process_of_its_own_sends_and_ends_with_the_block(
    rig: Rig, settings: Settings, inbox: Inbox, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    with sender_process(settings):
        until(lambda: rig.ledger().messages == {"accepted": 2})
        with only_sender(runtime) as second:
            assert second is None, "the process holds the lock"
    with only_sender(runtime) as free:
        assert free is not None
    assert len(inbox.letters) == 2


def test_a_process_that_the_system_could_not_start_is_started_later(
    rig: Rig, settings: Settings, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Out of memory, or of processes: sending must not be over for that."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    monkeypatch.setattr(senders, "AGAIN_S", 0.1)
    program = tmp_path / "python"
    monkeypatch.setattr(senders, "COMMAND", (str(program), *senders.COMMAND[1:]))
    with sender_process(settings):
        time.sleep(0.3)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
        program.chmod(0o755)
        until(lambda: rig.ledger().messages == {"accepted": 2})


def test_a_folder_that_is_not_the_one_known_settles_nobodys_claims(
    rig: Rig, runtime: Runtime
) -> None:
    """Its journals are elsewhere, as on a disk that is not mounted: nobody's letter is in doubt."""
    runtime.guard.beat()
    runtime.database.write(claim, rig.delivery_id, 2, by="host-00000000.1.2", now=NOON)
    away = runtime.journals.rename(runtime.journals.with_name("away"))
    settle_dead(runtime)
    with open_runtime(runtime.settings) as other:  # a process that begins now makes a new folder
        settle_dead(other)
    assert rig.ledger().messages == {"claimed": 2}
    shutil.rmtree(runtime.journals)
    away.rename(runtime.journals)
    settle_dead(runtime)
    assert rig.ledger().messages == {"uncertain": 2}


def test_claims_of_a_sender_without_a_journal_are_uncertain_and_not_sent_again(
    rig: Rig, runtime: Runtime, inbox: Inbox
) -> None:
    with rig.database.writing() as session:
        claim(session, rig.delivery_id, 1, by="a dead sender", now=NOON)
    settle_dead(runtime)
    assert rig.ledger().messages["uncertain"] == 1
    assert rig.send(inbox).messages == {"accepted": 1, "uncertain": 1}
    assert len(inbox.letters) == 1
