"""A backup of either database is made while it is written to, and fills either kind."""

import json
import sqlite3
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from newsletter.backups.archive import DATABASE, BackupBroken, check_archive, write_archive
from newsletter.backups.making import (
    NewerBackup,
    NotCopied,
    Places,
    make_backup,
    open_settings,
    put_back,
)
from newsletter.database import Database
from newsletter.delivery.models import Delivery, Message
from newsletter.host.guard import read_hosts
from newsletter.migrations.copying import NotEmpty
from newsletter.migrations.head import head
from newsletter.settings import Settings
from tests.delivery.rig import planned
from tests.samples.times import NOON

SECRET = "a secret of the tests"


def places_of(url: str, folder: Path) -> Places:
    settings = Settings(
        database_url=url, secret=SECRET, relay_url="smtp://me:pa55word@relay.example"
    )
    return Places(settings, folder / "lists", folder / "sent")


@pytest.fixture
def backup(database: Database, database_url: str, tmp_path: Path) -> Path:
    """A backup of a delivery under way, with a list and a sent log."""
    planned(database, "ada@readers.example", "bob@readers.example")
    places = places_of(database_url, tmp_path / "here")
    for path in (places.lists / "a.csv", places.sent / "2026.sent"):
        path.parent.mkdir(parents=True)
        path.write_text("x")
    file = tmp_path / "newsletter.zip"
    make_backup(database, places, file, NOON)
    return file


def test_a_backup_of_either_kind_fills_an_empty_database_once(backup: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    places = places_of(url, tmp_path / "there")
    manifest = put_back(places, backup)
    restored = Database(url)
    with restored.reading() as session:
        assert [row.status for row in session.exec(select(Message))] == ["planned", "planned"]
        assert [row.status for row in session.exec(select(Delivery))] == ["paused"]
    assert [host.counter for host in restored.read(read_hosts)] == [-1], "no host knows it"
    assert (places.lists / "a.csv").exists()
    assert (places.sent / "2026.sent").exists()
    assert manifest.rows > 10
    with pytest.raises(NotEmpty):
        put_back(places, backup)
    restored.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_backup_of_sqlite_fills_a_postgresql(
    database: Database, database_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    source = Database(sqlite_url)
    planned(source, "ada@readers.example")
    file = tmp_path / "newsletter.zip"
    make_backup(source, places_of(sqlite_url, tmp_path), file, NOON)
    put_back(places_of(database_url, tmp_path), file)
    with database.reading() as session:
        assert len(session.exec(select(Message)).all()) == 1
    source.close()


def test_nothing_secret_is_in_it(backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        for name in archive.namelist():
            assert SECRET.encode() not in archive.read(name)
            assert b"pa55word" not in archive.read(name)
        found = json.loads(archive.read("settings.json"))
    assert found["relay_url"] == "smtp://me:***@relay.example"
    assert not {"secret", "old_secrets"} & found.keys()


def test_settings_without_passwords_stay_as_they_are() -> None:
    assert open_settings(Settings())["database_url"] == Settings().database_url


def test_no_writer_waits_for_a_backup(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    planned(database, *(f"reader{n}@readers.example" for n in range(40)))
    places = places_of(database_url, tmp_path)
    over = threading.Event()
    waits: list[float] = []

    def write() -> None:
        while not over.is_set():
            began = time.monotonic()
            with database.writing() as session:
                session.execute(text("update publication set late_hours = late_hours"))
            waits.append(time.monotonic() - began)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        make_backup(database, places, tmp_path / "a.zip", NOON)
    finally:
        over.set()
        writer.join()
    assert len(waits) > 3
    # a lock that is held through the backup would show as one long wait among many short ones
    assert sorted(waits)[len(waits) // 2] < 0.1


def test_a_refused_restore_puts_no_file_in_place(
    backup: Path, database_url: str, tmp_path: Path
) -> None:
    places = places_of(database_url, tmp_path / "there")
    places.lists.parent.mkdir()
    with pytest.raises(NotEmpty):
        put_back(places, backup)
    assert list(places.lists.parent.iterdir()) == []


def test_the_sent_log_is_there_before_the_rows(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is killed in between has an empty database, and begins again."""
    url = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    places = places_of(url, tmp_path / "there")
    places.lists.parent.mkdir()

    def full(*_: object) -> int:
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    with monkeypatch.context() as disk:
        disk.setattr("newsletter.backups.making.copy", full)
        with pytest.raises(NotCopied, match="disk is full"):
            put_back(places, backup)
    assert (places.sent / "2026.sent").exists()
    put_back(places, backup)
    assert {path.name for path in places.lists.parent.iterdir()} == {"lists", "sent"}


@pytest.mark.parametrize(
    ("rows", "error"), [("revision = '9999'", NewerBackup), (None, BackupBroken)]
)
def test_rows_of_somebody_else_or_of_a_newer_version_are_refused(
    sqlite_url: str, tmp_path: Path, rows: str | None, error: type[Exception]
) -> None:
    """The checksums are right: whoever made it made them, too."""
    file, made = tmp_path / "a.zip", Path(sqlite_url.removeprefix("sqlite:///"))
    if rows is None:
        made.write_bytes(b"not a database" * 1000)
    else:
        with closing(sqlite3.connect(made)) as connection:
            connection.execute("update alembic_version set version_num = '9999'")
            connection.commit()
            connection.execute("pragma journal_mode=delete")
    write_archive(file, [(DATABASE, made)], made_at=NOON, revision=head(), rows=1)
    url = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    with pytest.raises(error):
        put_back(places_of(url, tmp_path), file)


def test_two_backups_into_one_file_leave_a_whole_one(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    planned(database, *(f"reader{n}@readers.example" for n in range(20)))
    places = places_of(sqlite_url, tmp_path / "here")
    folder = tmp_path / "backups"
    folder.mkdir()
    with ThreadPoolExecutor(2) as threads:
        making = [
            threads.submit(make_backup, database, places, folder / "a.zip", NOON) for _ in range(2)
        ]
        for one in making:
            one.result()
    check_archive(folder / "a.zip")
    assert [path.name for path in folder.iterdir()] == ["a.zip"]
    database.close()
