"""Databases and their transactions: what is kept, what is not, and who is alone."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from newsletter.database import HASH_KEY, TRIES, Database, after_commit
from newsletter.publications.models import Publication, Weight
from newsletter.publications.preferences import change


def add_weight(session: Session, publication_id: int, name: str) -> None:
    session.add(Weight(publication_id=publication_id, name=name, value=1.0))
    session.flush()


def add_and_fail(session: Session, publication_id: int) -> None:
    add_weight(session, publication_id, "lost")
    _ = 1 / 0


def names(session: Session) -> list[str]:
    return list(session.exec(select(Weight.name).order_by(col(Weight.name))).all())


def test_an_error_takes_back_the_whole_transaction(
    database: Database, publication: Publication
) -> None:
    database.write(add_weight, publication.key, "kept")
    with pytest.raises(ZeroDivisionError):
        database.write(add_and_fail, publication.key)
    assert database.read(names) == ["kept"]


def test_what_waits_for_the_commit_runs_after_it_and_not_after_a_rollback(
    database: Database, publication: Publication
) -> None:
    seen: list[list[str]] = []

    def add_and_look_afterwards(session: Session, name: str) -> None:
        add_weight(session, publication.key, name)
        after_commit(session, lambda: seen.append(database.read(names)))
        _ = 1 / (name != "lost")

    with pytest.raises(ZeroDivisionError):
        database.write(add_and_look_afterwards, "lost")
    assert seen == []
    database.write(add_and_look_afterwards, "first")
    database.write_as_of(add_and_look_afterwards, "second")
    assert seen == [["first"], ["first", "second"]]


def test_nothing_done_while_reading_is_kept(database: Database, publication: Publication) -> None:
    database.read(add_weight, publication.key, "lost")
    assert database.read(names) == []


def test_statements_of_one_instant_do_not_see_what_is_committed_between_them(
    database: Database, database_url: str, publication: Publication
) -> None:
    other = Database(database_url)

    def look_twice(session: Session) -> tuple[list[str], list[str]]:
        before = names(session)
        if not other.is_sqlite:  # on SQLite nobody else can write meanwhile
            other.write(add_weight, publication.key, "between")
        return before, names(session)

    assert database.write_as_of(look_twice) == ([], [])
    other.close()


def test_a_lock_has_one_holder_and_is_free_again_after_them(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    with database.alone("sender") as held:
        assert held
        with other.alone("sender") as second, other.alone("lists") as another_lock:
            assert not second
            assert another_lock
    with other.alone("sender") as held:
        assert held
    other.close()


def test_whoever_watches_a_file_sees_that_another_committed(
    sqlite_url: str,
) -> None:
    database, other = Database(sqlite_url), Database(sqlite_url)
    with other.writing() as session:
        publication = Publication(slug="a", name="A", sender_name="A", sender_address="a@a.example")
        session.add(publication)
    with database.watching() as commits:
        before = commits()
        assert commits() == before
        other.write(change, publication.key, poll=False)
        assert commits() != before


def test_files_of_a_sqlite_database_are_beside_it(sqlite_url: str) -> None:
    database = Database(sqlite_url, "a key")
    assert database.path is not None
    assert database.beside("journals") == database.path.with_name("copy.sqlite3.journals")
    with database.reading() as reading, database.writing() as writing:
        assert reading.info[HASH_KEY] == writing.info[HASH_KEY] == "a key"


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="(?i)foreign key"):
        database.write(add_weight, 99, "of nobody")


def test_a_reader_sees_one_moment_whatever_is_committed_meanwhile(
    database: Database, publication: Publication
) -> None:
    def rename(session: Session) -> None:
        session.get_one(Publication, publication.key).name = "Another"

    names = select(Publication.name)
    with database.reading() as session:
        first = session.exec(names).all()
        database.write(rename)
        assert session.exec(names).all() == first
    assert database.read(lambda later: later.exec(names).all()) == ["Another"]


def test_a_transaction_that_others_overtake_is_done_again_a_few_times(
    database: Database, publication: Publication
) -> None:
    rows: list[int] = []

    def change_rows(session: Session, overtaken: int) -> None:
        kept = session.get_one(Publication, publication.id)
        rows.append(kept.rows)
        if len(rows) <= overtaken and not database.is_sqlite:  # which lets nobody overtake
            database.write(change, publication.key, readers_step=len(rows))
        kept.rows += 1
        session.flush()

    database.write_as_of(change_rows, 2)
    assert len(rows) == (1 if database.is_sqlite else 3)
    assert rows[0] == rows[-1], "what was done before is taken back"
    if not database.is_sqlite:
        rows.clear()
        with pytest.raises(OperationalError):
            database.write_as_of(change_rows, TRIES)
        assert len(rows) == TRIES
