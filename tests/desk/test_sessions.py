"""Sessions: a cookie opens the desk of one editor until the row goes."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import editors, sessions
from newsletter.desk.models import Editor
from newsletter.desk.sessions import STAY, Origin
from tests.samples.times import NOON

SECRET = "a secret of the tests"
HOME = Origin("192.0.2.7", "Firefox\r\n 140 " + "x" * 500)


def add(session: Session, address: str = "mara@inference.example") -> Editor:
    editor = Editor(address=address, password_hash="", created_at=NOON)
    session.add(editor)
    session.flush()
    return editor


def editor_of(session: Session, cookie: str, secret: str, now: datetime) -> Editor | None:
    found = sessions.find_session(session, cookie, secret, now)
    return found[1] if found else None


def begin(session: Session, editor: Editor) -> str:
    return sessions.begin_session(session, editor.key, SECRET, HOME, NOON)


def test_a_cookie_is_nowhere_in_the_database(session: Session) -> None:
    mara = add(session)
    cookie = begin(session, mara)
    rows = session.connection().execute(text("select * from editorsession")).all()
    assert cookie not in str(rows)
    assert editor_of(session, cookie, SECRET, NOON) is mara


def test_a_session_ends_by_logout_and_by_time(session: Session) -> None:
    mara = add(session)
    first, second = begin(session, mara), begin(session, mara)
    sessions.end_session(session, first, SECRET)
    sessions.end_session(session, first, SECRET)
    assert editor_of(session, first, SECRET, NOON) is None
    assert editor_of(session, second, SECRET, NOON + STAY) is mara
    assert editor_of(session, second, SECRET, NOON + STAY + timedelta(seconds=1)) is None
    assert editor_of(session, second, "another secret", NOON) is None
    assert editor_of(session, "", SECRET, NOON) is None


def test_a_session_ends_when_nobody_uses_it_and_each_use_moves_its_end(database: Database) -> None:
    idle = timedelta(hours=2)
    with database.writing() as session:
        mara = add(session).key
        cookie = sessions.begin_session(session, mara, SECRET, HOME, NOON, idle)
    for hours in (1.5, 3, 4.5):
        assert sessions.enter(database, cookie, SECRET, NOON + timedelta(hours=hours), idle)
    after = NOON + timedelta(hours=6.5, seconds=1)
    assert database.read(sessions.read_sessions, after) == []
    assert not database.read(sessions.is_known_network, mara, HOME.network, after)
    assert sessions.enter(database, cookie, SECRET, after, idle) is None


def test_uses_move_no_session_beyond_its_time(database: Database) -> None:
    with database.writing() as session:
        cookie = begin(session, add(session))
    for day in range(1, 31):
        assert sessions.enter(database, cookie, SECRET, NOON + timedelta(days=day))
    assert sessions.enter(database, cookie, SECRET, NOON + STAY + timedelta(seconds=1)) is None


def test_one_look_after_another_writes_nothing(database: Database) -> None:
    with database.writing() as session:
        cookie = begin(session, add(session))
    for seconds in (1, 299):
        sessions.enter(database, cookie, SECRET, NOON + timedelta(seconds=seconds))
    [(entry, _)] = database.read(sessions.read_sessions, NOON)
    assert entry.idle_at == NOON + STAY


def test_a_login_forgets_the_sessions_that_are_past(session: Session) -> None:
    mara = add(session)
    begin(session, mara)
    later = NOON + STAY * 2
    sessions.begin_session(session, mara.key, SECRET, HOME, later)
    assert len(sessions.read_sessions(session, NOON)) == 1


def test_sessions_are_listed_by_editor_with_where_they_began(session: Session) -> None:
    mara, bob = add(session), add(session, "bob@inference.example")
    begin(session, mara)
    begin(session, bob)
    [(first, _), (_, of_second)] = sessions.read_sessions(session, NOON)
    assert (first.network, first.browser[:11], len(first.browser)) == (
        "192.0.2.0/24",
        "Firefox 140",
        120,
    )
    assert of_second is bob
    assert [of for _, of in sessions.read_sessions(session, NOON, bob.key)] == [bob]
    assert sessions.end_sessions(session, mara.key) == 1
    assert sessions.end_sessions(session) == 1


def test_a_network_is_known_while_the_editor_is_logged_in_there(session: Session) -> None:
    mara, bob = add(session), add(session, "bob@inference.example")
    begin(session, mara)
    assert sessions.is_known_network(session, mara.key, "192.0.2.99", NOON)
    assert not sessions.is_known_network(session, mara.key, "198.51.100.1", NOON)
    assert not sessions.is_known_network(session, bob.key, "192.0.2.99", NOON)
    assert not sessions.is_known_network(session, mara.key, "", NOON)
    assert not sessions.is_known_network(session, mara.key, "192.0.2.99", NOON + STAY * 2)


def test_the_id_of_an_editor_who_was_removed_is_never_given_again(session: Session) -> None:
    mara = add(session)
    cookie = begin(session, mara)
    editors.remove_editor(session, mara.address)
    other = add(session, "new@inference.example")
    assert other.key > mara.key
    assert editor_of(session, cookie, SECRET, NOON) is None
