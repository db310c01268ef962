"""What a link names is never another row: ids in tokens are given once, on either database."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, SQLModel

from newsletter.backups.adopting import LINKED, LOST_IDS, adopt
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.sender.journal import home_of
from newsletter.desk.models import EntryLink
from newsletter.host.guard import HostGuard
from newsletter.migrations.copying import copy
from newsletter.publications.models import Publication
from newsletter.tokens import PURPOSES, Purpose
from newsletter.tools.models import Submission
from subscribers.models import AddressChange, Leave, Subscriber, Subscription
from tests.architecture.sources import PACKAGES, ROOT
from tests.samples.times import NOON

# What the number of a token names. Rows of the tables in KEPT are never deleted.
NAMED: Mapping[Purpose, str] = {
    "confirm": "subscription",
    "stay": "subscription",
    "preferences": "publication and subscriber",
    "letter": "issue and subscriber",
    "mine": "subscriber",
    "address": "addresschange",
    "present": "addresschange",
    "former": "addresschange",
    "undo": "leave",
    "own": "submission",
    "answer": "submission",
    "leave": "message",
    "click": "edition and message",
    "form": "a time",
    "shown": "a time",
    "entry": "entrylink",
    "half": "an editor, whose id is not given again: tests/migrations/test_migrations.py",
    "browser": "an editor, whose id is not given again: tests/migrations/test_migrations.py",
}
KEPT = ("Publication", "Issue", "Edition", "Message")
MAKERS: Mapping[type[SQLModel], Callable[[], SQLModel]] = {
    Subscriber: lambda: Subscriber(address="ada@readers.example", created_at=NOON),
    Subscription: lambda: Subscription(
        subscriber_id=1, publication_id=1, status="active", joined_at=NOON
    ),
    AddressChange: lambda: AddressChange(
        subscriber_id=1, address="new@readers.example", asked_at=NOON
    ),
    Leave: lambda: Leave(publication_id=1, by="link", at=NOON, status="obeyed"),
    Submission: lambda: Submission(
        publication_id=1,
        status="waiting",
        name="Loom",
        url="https://loom.example/",
        contact="m@loom.example",
        sent_at=NOON,
    ),
    EntryLink: lambda: EntryLink(
        publication_id=1,
        kind="password",
        address="mara@p.example",
        made_at=NOON,
        expires_at=NOON,
    ),
}


def test_each_purpose_says_what_its_number_names() -> None:
    """A new kind of link comes with its line here, and with a table whose ids are given once."""
    assert NAMED.keys() == PURPOSES.keys()
    assert set(MAKERS) == set(LINKED)


@pytest.mark.parametrize("table", LINKED)
def test_the_id_of_a_row_that_is_gone_is_given_to_no_other(
    database: Database, publication: object, table: type[SQLModel]
) -> None:
    assert publication
    first, second = (database.write(_add_and_delete, table) for _ in range(2))
    assert second > first


@pytest.mark.parametrize("table", LINKED)
def test_nor_is_it_in_a_copy(
    database: Database, publication: object, tmp_path: Path, table: type[SQLModel]
) -> None:
    assert publication
    last = database.write(_add_and_delete, table)
    url = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
    copy(database, url, lambda *_: None)
    copied = Database(url)
    assert copied.write(_add_and_delete, table) > last
    copied.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nor_is_it_on_the_way_to_postgresql(database: Database, sqlite_url: str) -> None:
    source = Database(sqlite_url)
    with source.writing() as opened:
        opened.add(
            Publication(
                slug="inference",
                name="The Inference",
                sender_name="The Inference",
                sender_address="editor@inference.example",
            )
        )
    given = {table: source.write(_add_and_delete, table) for table in LINKED}
    copy(source, database.url, lambda *_: None)
    for table, last in given.items():
        assert database.write(_add_and_delete, table) > last, table
    source.close()


def test_an_adopted_database_gives_no_id_that_the_lost_days_may_have_given(
    database: Database, publication: object, tmp_path: Path
) -> None:
    """What was put back does not know which links went out after it was copied."""
    assert publication
    before = {table: database.write(_add_and_delete, table) for table in LINKED}
    url = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
    copy(database, url, lambda *_: None)
    copied = Database(url)
    folder = tmp_path / "journals"
    guard = HostGuard(copied, SetClock(NOON), folder, lambda: home_of(folder))
    adopt(copied, guard, NOON, patience_s=0)
    for table, last in before.items():
        assert copied.write(_add_and_delete, table) > last + LOST_IDS, table
    copied.close()


def test_rows_that_have_no_such_ids_are_never_deleted() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {table}"
        for path in _modules()
        for table in KEPT
        if f"delete({table})" in path.read_text("utf-8")
    ]
    assert found == []


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def _add_and_delete(session: Session, table: type[SQLModel]) -> int:
    """Add a row, delete it, and return the id that it had."""
    row = MAKERS[table]()
    session.add(row)
    session.flush()
    key = inspect(row).identity[0]
    session.delete(row)
    session.flush()
    return int(key)
