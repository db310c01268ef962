"""Moving from one database to the other."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import plan
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.sender.journal import home_of
from newsletter.desk import sessions
from newsletter.desk.models import Editor
from newsletter.desk.sessions import Origin
from newsletter.host.guard import HostGuard
from newsletter.issues.reading import read_issue
from newsletter.migrations.copying import NotEmpty, copy
from newsletter.migrations.running import upgrade
from newsletter.privacy.forgetting import forget_person
from newsletter.publications.models import Publication
from subscribers.models import Subscriber, Subscription
from tests.delivery.rig import URLS, approved_in, planned, subscribe
from tests.samples.times import NOON
from tests.schedule.turns import take_turn

Pair = tuple[Database, Database]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_copy_has_every_row_goes_on_counting_and_starts_with_deliveries_paused(
    database: Database, database_url: str, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    origin = f"sqlite:///{tmp_path / 'origin.sqlite3'}"
    upgrade(origin)
    source = Database(origin)
    rig = planned(source, "ada@readers.example", "bob@readers.example")
    copied: dict[str, int] = {}
    total = copy(source, database_url, lambda table, rows: copied.update({table: rows}))
    assert total == sum(copied.values())
    assert copied["message"] == copied["subscriber"] == 2
    assert database.read(read_delivery, rig.delivery_id).status == "paused", (
        "two services on two copies must not both send"
    )
    with database.writing() as session:
        session.add(
            Publication(
                slug="second", name="Second", sender_name="S", sender_address="s@second.example"
            )
        )
        session.flush()
        assert len(session.exec(select(Publication)).all()) == 2, (
            "new rows get numbers of their own"
        )
        assert (
            plan(session, _issue(session, rig.delivery_id), rig.clock.now()).id == rig.delivery_id
        )
    with pytest.raises(NotEmpty):
        copy(source, database_url, lambda *_: None)
    source.close()


def _copied(source: Database, url: str) -> Database:
    copy(source, url, lambda *_: None)
    return Database(url)


def test_the_id_of_an_erased_reader_is_given_to_nobody_in_the_copy(
    database: Database, tmp_path: Path
) -> None:
    """The links of old letters name a reader by it (S2-4)."""
    rig = planned(database, "ada@readers.example", "bob@readers.example")
    with database.writing() as session:
        for reader in session.exec(select(Subscriber)).all():
            session.delete(reader)
    target = _copied(database, f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    with target.writing() as session:
        subscribe(session, rig.publication.key, "eve@readers.example")
        assert session.exec(select(Subscriber.id)).all() == [3]
    target.close()


def test_no_host_knows_a_copy_and_the_source_is_known_as_before(
    database: Database, tmp_path: Path
) -> None:
    """Two services on two copies must not both send, whichever folder they have (S2-6)."""

    def guard(on: Database, folder: str) -> HostGuard:
        path = tmp_path / folder
        return HostGuard(on, SetClock(NOON), path, lambda: home_of(path))

    guard(database, "journals").beat()
    target = _copied(database, f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    assert guard(target, "journals").look().reason == "older"
    assert guard(target, "new").look().reason == "unknown"
    assert guard(database, "journals").look().agrees
    target.close()


def test_a_copy_of_what_no_host_worked_on_waits_too(database: Database, tmp_path: Path) -> None:
    target = _copied(database, f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    folder = tmp_path / "new"
    guard = HostGuard(target, SetClock(NOON), folder, lambda: home_of(folder))
    assert guard.look().reason == "unknown"
    target.close()


def _issue(session: Session, delivery_id: int) -> int:
    return read_delivery(session, delivery_id).issue_id


@pytest.fixture(params=["to postgresql", "to sqlite"])
def pair(request: pytest.FixtureRequest, sqlite_url: str, database_url: str) -> Iterator[Pair]:
    """Two empty databases, one of each kind: one to copy from and one to copy to."""
    urls = [sqlite_url, database_url]
    if request.param == "to sqlite":
        urls.reverse()
    source, target = map(Database, urls)
    yield source, target
    source.close()
    target.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_id_of_an_erased_reader_is_not_given_away_by_a_copy(pair: Pair) -> None:
    """Else the links in their old letters would open a stranger's preferences."""
    source, target = pair
    with source.writing() as session:
        for name in ("ada", "bob"):
            subscribe(session, 1, f"{name}@readers.example")
        forget_person(session, 2, NOON)
    copy(source, target.url, lambda *_: None)
    with target.writing() as session:
        subscribe(session, 1, "stranger@readers.example")
        keys = session.exec(select(Subscriber.id).order_by(col(Subscriber.id))).all()
    assert keys == [1, 3]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_copy_sends_no_issue_until_a_person_lets_it(pair: Pair) -> None:
    source, target = pair
    with source.writing() as session:
        publication = Publication(
            slug="inference",
            name="The Inference",
            sender_name="The Inference",
            sender_address="editor@inference.example",
            postal_address="1 Sample Street",
            rule="send",
        )
        session.add(publication)
        session.flush()
        issue_id = approved_in(session, publication.key, "ada@readers.example")
    copy(source, target.url, lambda *_: None)
    copied = target.read(read_issue, issue_id)
    assert copied.status == "held"
    assert "copy" in copied.note
    with target.reading() as session:
        assert session.get_one(Publication, publication.key).rule == "hold"
    for database in pair:
        database.write(take_turn, publication, URLS, NOON)
    assert source.read(_count_deliveries) == 1
    assert target.read(_count_deliveries) == 0


def _count_deliveries(session: Session) -> int:
    return len(session.exec(select(Delivery)).all())


def test_nobody_is_logged_in_on_a_copy(tmp_path: Path) -> None:
    """A session that was ended since, or whose editor was removed, must not come back by it."""
    origin, target = (f"sqlite:///{tmp_path / name}.sqlite3" for name in ("origin", "copy"))
    upgrade(origin)
    source, made = Database(origin), Database(target)
    with source.writing() as session:
        editor = Editor(address="mara@inference.example", password_hash="", created_at=NOON)
        session.add(editor)
        session.flush()
        sessions.begin_session(session, editor.key, "secret", Origin("192.0.2.7"), NOON)
    copy(source, target, lambda *_: None)
    assert made.read(sessions.read_sessions, NOON) == []
    assert len(source.read(sessions.read_sessions, NOON)) == 1
    source.close()
    made.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_an_older_database_held_too_much_is_cleaned_on_its_way(
    database: Database, database_url: str, sqlite_url: str
) -> None:
    """A stranger once signed up with a NUL in a name, and no database with it could move."""
    source = Database(sqlite_url)
    with source.writing() as session:
        subscribe(session, 1, "nul@nul.example")
    with closing(sqlite3.connect(str(source.path))) as old, old:
        values = ("a\0b" + "x" * 300, '{"a": "\\u0000b"}')
        old.execute("update subscription set name = ?, attributes = ?", values)
    copy(source, database_url, lambda *_: None)
    source.close()
    with database.reading() as session:
        kept = session.exec(select(Subscription)).one()
    assert (kept.name, kept.attributes) == (("ab" + "x" * 300)[:200], {"a": "b"})
