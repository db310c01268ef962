"""Sessions: a cookie opens the desk of one editor until the row goes."""

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

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


def begin(session: Session, editor: Editor) -> str:
    return sessions.begin_session(session, editor.key, SECRET, HOME, NOON)


def test_a_cookie_is_nowhere_in_the_database(session: Session) -> None:
    mara = add(session)
    cookie = begin(session, mara)
    rows = session.connection().execute(text("select * from editorsession")).all()
    assert cookie not in str(rows)
    assert sessions.editor_of(session, cookie, SECRET, NOON) is mara


def test_a_session_ends_by_logout_and_by_time(session: Session) -> None:
    mara = add(session)
    first, second = begin(session, mara), begin(session, mara)
    sessions.end_session(session, first, SECRET)
    sessions.end_session(session, first, SECRET)
    assert sessions.editor_of(session, first, SECRET, NOON) is None
    assert sessions.editor_of(session, second, SECRET, NOON + STAY) is mara
    assert sessions.editor_of(session, second, SECRET, NOON + STAY + timedelta(seconds=1)) is None
    assert sessions.editor_of(session, second, "another secret", NOON) is None
    assert sessions.editor_of(session, "", SECRET, NOON) is None


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
    assert sessions.editor_of(session, cookie, SECRET, NOON) is None
