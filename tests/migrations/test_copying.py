"""Moving from one database to the other."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.planning import plan
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.sender.journal import home_of
from newsletter.host.guard import HostGuard
from newsletter.migrations.copying import NotEmpty, copy
from newsletter.migrations.running import upgrade
from newsletter.publications.models import Publication
from subscribers.models import Subscriber
from tests.delivery.rig import planned, subscribe
from tests.samples.times import NOON


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
