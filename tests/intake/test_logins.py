"""Logging in: what happens between the look, the hash and the session."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlmodel import select

from newsletter.database import Database
from newsletter.desk import editors, sessions
from newsletter.desk.models import Editor
from newsletter.desk.sessions import Origin
from newsletter.desk.turnstile import Turnstile
from newsletter.intake.logins import Login, WrongLogin, log_in
from newsletter.intake.models import Tally
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from tests.logins import CHEAP
from tests.samples.times import NOON

ADDRESS, PASSWORD = "ada@inference.example", "a long enough password"
KEPT = CHEAP.hash(PASSWORD)
LOGIN = Login(ADDRESS, PASSWORD, Origin("203.0.113.7", "Firefox"))


@pytest.fixture
def publisher(database: Database, publication: Publication) -> Publisher:
    with database.writing() as session:
        session.add(Editor(address=ADDRESS, password_hash=KEPT, created_at=NOON))
    return Publisher(publication, Urls("http://news.example"), Signer("a secret of the tests"))


@dataclass
class Meanwhile(Turnstile):
    """A turnstile at which something else happens before the hash is made."""

    do: Callable[[], object]

    def __post_init__(self) -> None:
        super().__init__()

    def _enter(self, places: int) -> None:
        self.do()
        super()._enter(places)


def test_a_login_begins_a_session_and_counts_for_nothing(
    database: Database, publisher: Publisher
) -> None:
    entry = log_in(database, publisher, Turnstile(), LOGIN, NOON)
    found = database.read(sessions.find_session, entry.cookie, publisher.signer.secret, NOON)
    assert found is not None
    assert found[1].address == ADDRESS
    with database.reading() as session:
        assert {tally.count for tally in session.exec(select(Tally))} == {0}


def test_no_transaction_is_open_while_a_password_is_hashed(
    database: Database, publisher: Publisher
) -> None:
    def write() -> None:
        assert database.engine.pool.checkedout() == 0

    assert log_in(database, publisher, Meanwhile(write), LOGIN, NOON).editor.address == ADDRESS


@pytest.mark.parametrize("change", ["removed", "another password"])
def test_who_is_removed_or_changed_while_the_hash_is_made_does_not_get_in(
    database: Database, publisher: Publisher, change: str
) -> None:
    def do() -> None:
        with database.writing() as session:
            if change == "removed":
                editors.remove_editor(session, ADDRESS)
            else:
                editors.find_editor(session, ADDRESS).password_hash = KEPT[:-1] + "x"

    with pytest.raises(WrongLogin):
        log_in(database, publisher, Meanwhile(do), LOGIN, NOON)
    with database.reading() as session:
        assert sessions.read_sessions(session, NOON) == []


def test_neither_password_nor_token_is_in_the_repr_of_a_login() -> None:
    assert PASSWORD not in repr(LOGIN)


def test_each_login_is_in_the_log_without_its_address(
    database: Database, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "newsletter.intake.logins"):
        log_in(database, publisher, Turnstile(), LOGIN, NOON)
        with pytest.raises(WrongLogin):
            log_in(database, publisher, Turnstile(), replace(LOGIN, password="wrong"), NOON)
    lines = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert lines == [
        ("INFO", "Editor 1 logged in"),
        ("WARNING", "A login of editor 1 had a wrong password"),
    ]
