"""A database that is older than its host remembers, copied or unknown has nothing done to it."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import delete, update

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.sender.journal import home_of
from newsletter.host.beats import alive_since
from newsletter.host.guard import (
    DatabaseDisagrees,
    FolderGone,
    HostForgets,
    HostGuard,
    read_hosts,
)
from newsletter.host.memory import Memory
from newsletter.host.models import Host
from tests.samples.times import NOON


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journals"


def guard_of(database: Database, folder: Path) -> HostGuard:
    return HostGuard(database, SetClock(NOON), folder, lambda: home_of(folder))


@pytest.fixture
def guard(database: Database, folder: Path) -> HostGuard:
    return guard_of(database, folder)


@pytest.fixture
def before(guard: HostGuard, database: Database) -> Iterator[dict[str, object]]:
    """The row of our host as a backup has it, after which the host went on."""
    guard.beat()
    [row] = database.read(read_hosts)
    guard.beat()
    return {"counter": row.counter}


def put_back(database: Database, before: dict[str, object]) -> None:
    with database.writing() as session:
        session.exec(update(Host).values(**before))


def counters(database: Database) -> list[int]:
    return [host.counter for host in database.read(read_hosts)]


def test_a_first_host_joins_and_counts(guard: HostGuard, database: Database) -> None:
    for _ in range(3):
        guard.beat()
    guard.require()
    assert counters(database) == [3]
    remembered = guard.memory.read()
    assert remembered is not None
    assert remembered.counter == 3


def test_a_database_put_back_is_older_from_the_next_look_on(
    guard: HostGuard, database: Database, before: dict[str, object], folder: Path
) -> None:
    put_back(database, before)
    for looking in (guard, guard_of(database, folder)):
        with pytest.raises(DatabaseDisagrees, match="counts 1, the host counted 2"):
            looking.require()
    guard.beat()
    assert counters(database) == [1], "who disagrees shows no life"
    assert [host.disagrees for host in database.read(read_hosts)] == ["older"]


def test_a_claim_after_it_was_put_back_is_rolled_back(
    guard: HostGuard, database: Database, before: dict[str, object]
) -> None:
    guard.require()
    put_back(database, before)
    with pytest.raises(DatabaseDisagrees):
        database.write(guard.count)
    assert counters(database) == [1]


def test_an_empty_database_under_a_folder_that_remembers_is_older(
    guard: HostGuard, database: Database, before: dict[str, object]
) -> None:
    with database.writing() as session:
        session.exec(delete(Host))
    with pytest.raises(DatabaseDisagrees, match="counts 0"):
        guard.require()


def test_a_host_with_a_lost_folder_waits(
    guard: HostGuard, database: Database, before: dict[str, object], folder: Path
) -> None:
    shutil.rmtree(folder)
    with pytest.raises(DatabaseDisagrees, match="worked on it: 1."):
        guard_of(database, folder).require()


def test_a_copied_folder_waits_and_notes_nothing_under_the_name_of_the_other(
    guard: HostGuard, database: Database, before: dict[str, object], folder: Path
) -> None:
    copy = guard_of(database, Path(shutil.copytree(folder, folder.with_name("copy"))))
    with pytest.raises(DatabaseDisagrees, match="made elsewhere"):
        copy.require()
    guard.require()


def test_a_new_host_waits_until_it_sees_another_one_count(
    guard: HostGuard, database: Database, tmp_path: Path
) -> None:
    guard.beat()
    new = guard_of(database, tmp_path / "new")
    assert not new.look().agrees
    assert not new.look().agrees, "an old beat is no life"
    guard.beat()
    new.require()
    assert counters(database) == [2, 0]
    guard.require()


def test_a_new_host_joins_a_living_database_without_a_word(
    guard: HostGuard, database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    guard.beat()
    new = guard_of(database, tmp_path / "new")
    looks = iter(range(100))

    def is_over() -> bool:
        if next(looks) == 2:
            guard.beat()
        return False

    new.arrive(is_over)
    new.require()
    assert [host.disagrees for host in database.read(read_hosts)] == ["", ""]
    assert caplog.text == ""


@pytest.mark.parametrize("beat_at", [NOON - timedelta(minutes=5), NOON + timedelta(hours=1)])
def test_a_new_host_says_at_once_that_it_waits_if_nobody_seems_to_live(
    guard: HostGuard, database: Database, tmp_path: Path, beat_at: datetime
) -> None:
    guard.beat()
    put_back(database, {"beat_at": beat_at})
    new = guard_of(database, tmp_path / "new")
    new.arrive(lambda: False)
    assert [host.disagrees for host in database.read(read_hosts)] == ["", "unknown"]
    assert "remembers nothing" in new.standing().why


def test_one_host_that_remembers_more_stops_all(
    guard: HostGuard, database: Database, before: dict[str, object], tmp_path: Path
) -> None:
    other = guard_of(database, tmp_path / "other")
    other.look()
    guard.beat()
    other.require()
    put_back(database, before)
    assert guard.look().reason == "older"
    assert other.look().reason in ("older", "elsewhere")


def test_two_processes_of_one_host_join_once(database: Database, folder: Path) -> None:
    first, second = guard_of(database, folder), guard_of(database, folder)
    first.require()
    second.beat()
    first.beat()
    assert counters(database) == [2]


def test_pages_show_what_a_host_noted_and_join_nothing(
    guard: HostGuard, database: Database, before: dict[str, object], tmp_path: Path
) -> None:
    pages = guard_of(database, tmp_path / "pages")
    assert pages.standing().agrees
    put_back(database, before)
    assert guard.standing().reason == "older"
    guard.look()
    assert pages.standing().reason == "older"
    assert len(counters(database)) == 1


def test_a_folder_that_cannot_be_written_lets_nothing_leave(
    guard: HostGuard, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    guard.require()
    monkeypatch.setattr(Memory, "raise_to", full)
    with pytest.raises(HostForgets, match="Make room"):
        database.write(guard.count)


def test_a_beat_goes_on_after_an_error(
    guard: HostGuard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    beats = iter([OSError("gone"), None])
    done: list[bool] = []

    def beat() -> None:
        error = next(beats, None)
        done.append(True)
        if error:
            raise error

    monkeypatch.setattr(guard, "beat", beat)
    monkeypatch.setattr("newsletter.host.guard.BEAT_S", 0.01)
    with guard.beating():
        while len(done) < 2:
            pass
    assert "A beat of this host failed" in caplog.text


def test_a_host_is_alive_since_it_began_to_beat_without_a_pause(
    database: Database, folder: Path
) -> None:
    clock = SetClock(NOON)
    own = HostGuard(database, clock, folder, lambda: home_of(folder))
    assert database.read(alive_since, NOON) is None
    for _ in range(5):
        own.beat()
        assert database.read(alive_since, clock.now()) == NOON
        clock.move_by(timedelta(seconds=30))
    clock.move_by(timedelta(hours=9))
    assert database.read(alive_since, clock.now()) is None, "nobody beats"
    began = clock.now()
    own.beat()
    clock.move_by(timedelta(seconds=5))
    own.beat()
    assert database.read(alive_since, clock.now()) == began


def test_a_folder_that_is_gone_is_said_and_not_made_again_and_known_when_it_is_back(
    guard: HostGuard, database: Database, before: dict[str, object], folder: Path
) -> None:
    """A disk that is not mounted for a while: another folder in its place would know nothing."""
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(DatabaseDisagrees, match="journals is gone. Nothing .* until it is back"):
        guard.require()
    with pytest.raises(FolderGone):
        database.write(guard.count)
    assert not folder.exists()
    assert not guard.look().has_its_journals
    for looking in (guard, guard_of(database, folder)):
        assert "is gone" in looking.standing().why, "its pages say it"
    elsewhere.rename(folder)
    guard.beat()
    guard.require()
    assert counters(database) == [3]
    assert [host.disagrees for host in database.read(read_hosts)] == [""]
