"""An editor's own account: another password, and the browsers that are logged in."""

import re
from collections.abc import Iterator

import pytest

from newsletter.desk import sessions
from newsletter.desk.models import Editor
from newsletter.desk.sessions import Origin
from tests.logins import CHEAP, add_cheap_editor
from tests.samples.times import NOON
from tests.web.asking import Site, site

PASSWORD, OTHER = "the password they have", "quite another long one"
PHONE = Origin("198.51.100.7", "Phone <b>")


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            session.get_one(Editor, 1).password_hash = CHEAP.hash(PASSWORD)
        yield opened


def begin(desk: Site, editor_id: int = 1) -> int:
    """Log a phone in; returns the number of its session."""
    database = desk.runtime.database
    database.write(
        sessions.begin_session, editor_id, desk.runtime.signer.secret, PHONE, desk.clock.now()
    )
    return database.read(sessions.read_sessions, desk.clock.now(), editor_id)[-1][0].key


def count(desk: Site, editor_id: int = 1) -> int:
    return len(desk.runtime.database.read(sessions.read_sessions, desk.clock.now(), editor_id))


def test_sessions_are_listed_and_ended_by_their_owner_alone(desk: Site) -> None:
    mine = begin(desk)
    with desk.runtime.database.writing() as session:
        bob = add_cheap_editor(session, "bob@inference.example", "Bob", NOON).key
    other = begin(desk, bob)
    page = desk.get("/desk/account").text
    assert "Phone &lt;b&gt;" in page
    assert "198.51.100.0/24" in page
    assert page.count("This one") == 1
    assert f"sessions/{other}/end" not in page
    assert desk.post(f"/desk/account/sessions/{other}/end").status == 404
    assert count(desk, bob) == 1
    assert desk.post(f"/desk/account/sessions/{mine}/end").status == 303
    assert desk.post(f"/desk/account/sessions/{mine}/end").status == 404
    begin(desk)
    begin(desk)
    assert desk.post("/desk/account/sessions/end").status == 303
    assert (count(desk), desk.get("/desk/account").status) == (1, 200)


def test_another_password_ends_the_other_sessions_and_not_this_one(desk: Site) -> None:
    begin(desk)
    page = desk.post("/desk/account/password", present="wrong one it is", password=OTHER)
    assert (page.status, "do not belong together" in page.text) == (403, True)
    for weak in ("short", "password123", "mara.inference"):
        assert desk.post("/desk/account/password", present=PASSWORD, password=weak).status == 403
    assert count(desk) == 2
    assert desk.post("/desk/account/password", present=PASSWORD, password=OTHER).status == 303
    assert (count(desk), desk.get("/desk/account?done=password").status) == (1, 200)
    address = "mara@inference.example"
    desk.log_out()
    assert desk.post("/desk/login", address=address, password=PASSWORD).status == 403
    assert desk.post("/desk/login", address=address, password=OTHER).status == 303


def test_guesses_at_the_present_password_are_counted_as_at_the_login(desk: Site) -> None:
    fields = {"present": "a wrong one", "password": OTHER}
    found = [desk.post("/desk/account/password", **fields).status for _ in range(6)]
    assert found == [403] * 5 + [429]


def test_no_password_stands_in_the_page(desk: Site) -> None:
    answer = desk.post("/desk/account/password", present="a wrong one", password=OTHER)
    assert OTHER not in answer.text
    assert not re.search(r'type="password"[^>]*value=', answer.text)
