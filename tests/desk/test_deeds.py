"""The log: one seam writes it, nobody changes it, and no secret and no reader stands in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select, text

from newsletter.database import Database
from newsletter.desk import deeds, team
from newsletter.desk.deeds import MOST_ROWS, Actor, acting
from newsletter.desk.models import Editor, LogEntry
from newsletter.desk.roles import Role
from newsletter.gathering.models import Source
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from tests.delivery.rig import subscribe
from tests.samples.times import NOON

MARA, SECRET = "mara@a.example", "a hash that nobody shall read"


@pytest.fixture
def watched(database: Database) -> Database:
    database.watcher = deeds.watch
    with database.writing() as session:
        key = open_publication(
            session, name="The Inference", sender_address="a@b.example", cadence="Monday 09:00 UTC"
        ).key
        editor = Editor(address=MARA, password_hash=SECRET, created_at=NOON)
        session.add(editor)
        session.flush()
        team.add_member(session, key, editor.key, Role.OWNER)
    return database


@contextmanager
def deed(name: str = "POST /desk/x") -> Iterator[None]:
    token = acting.set(Actor(MARA, "192.0.2.0/24", "settings", name, 1, NOON))
    try:
        yield
    finally:
        acting.reset(token)


def _fail_late(session: Session) -> None:
    session.get_one(Publication, 1).name = "Never"
    session.flush()
    raise ZeroDivisionError


def entries(database: Database, q: str = "") -> list[LogEntry]:
    return database.read(lambda session: list(deeds.read_log(session, 1, q)))


def test_a_change_has_who_when_where_and_what_stood_before_and_after(watched: Database) -> None:
    with deed(), watched.writing() as session:
        session.get_one(Publication, 1).name = "Das Öffentliche"
    [entry] = entries(watched)
    assert (entry.by, entry.network, entry.at) == (MARA, "192.0.2.0/24", NOON)
    assert (entry.thing, entry.thing_id, entry.act) == ("publication", 1, "settings")
    assert (entry.before, entry.after) == (
        {"name": "The Inference"},
        {"name": "Das Öffentliche"},
    )
    for q in ("Öffentliche", "MARA", "/desk/X", "inference", "192.0.2"):
        assert len(entries(watched, q)) == 1, q
    assert not entries(watched, "%")


def test_what_was_taken_back_or_done_by_nobody_is_not_there(watched: Database) -> None:
    with watched.writing() as session:
        session.get_one(Publication, 1).name = "By the schedule"
    with pytest.raises(ZeroDivisionError), deed():
        watched.write(_fail_late)
    assert entries(watched) == []


def test_a_deed_of_statements_alone_is_there_once(watched: Database) -> None:
    with deed():
        for _ in range(2):
            with watched.writing() as session:
                session.execute(text("update publication set tagline = 'x'"))
    [entry] = entries(watched)
    assert (entry.deed, entry.thing) == ("POST /desk/x", "")


def test_no_secret_and_no_reader_stands_in_it(watched: Database) -> None:
    with deed(), watched.writing() as session:
        session.get_one(Editor, 1).password_hash = "another hash"
        subscribe(session, 1, "ada@readers.example")
    told = " ".join(str(entry.model_dump()) for entry in entries(watched))
    assert {entry.thing for entry in entries(watched)} >= {"editor", "subscription"}
    assert "readers.example" not in told
    assert SECRET not in told
    assert "another hash" not in told


def test_a_large_deed_has_its_first_rows(watched: Database) -> None:
    with deed(), watched.writing() as session:
        for number in range(MOST_ROWS + 20):
            session.add(Source(publication_id=1, url=f"https://a.example/{number}"))
        session.flush()
    assert len(entries(watched)) == MOST_ROWS


def test_an_entry_is_never_changed_and_goes_by_its_age_only(watched: Database) -> None:
    with deed(), watched.writing() as session:
        session.get_one(Publication, 1).name = "Another"
    for statement in ("update logentry set by = 'nobody'", "update logentry set deed = ''"):
        with pytest.raises(DatabaseError), watched.writing() as session:
            session.execute(text(statement))
    assert watched.write(deeds.forget_old, 1, 30, NOON + timedelta(days=29)) == 0
    assert watched.write(deeds.forget_old, 2, 30, NOON + timedelta(days=31)) == 0
    assert watched.write(deeds.forget_old, 1, 30, NOON + timedelta(days=31)) == 1
    assert watched.read(lambda session: session.exec(select(LogEntry)).all()) == []


def test_a_page_of_an_issue_reads_its_own(watched: Database) -> None:
    def of_issue(session: Session) -> list[LogEntry]:
        return list(deeds.read_log(session, 1, issue_id=7))

    assert watched.read(of_issue) == []
