"""What a thief of an open browser would do first asks for the password again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import update

from newsletter.desk.models import Editor, EditorSession
from newsletter.desk.sessions import FRESH_FOR
from newsletter.desk.tokens import read_all
from tests.delivery.rig import subscribe_many
from tests.logins import CHEAP
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

PASSWORD = "the password they have"


@pytest.fixture
def stale(sqlite_url: str) -> Iterator[Site]:
    """A desk whose password was typed a moment too long ago."""
    with site(sqlite_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            session.get_one(Editor, 1).password_hash = CHEAP.hash(PASSWORD)
            before = NOON - FRESH_FOR - timedelta(seconds=1)
            session.exec(update(EditorSession).values(proven_at=before))
        yield opened


def is_asked(answer: Answer, back: str) -> bool:
    place = f"/desk/account/again?back={back.replace('/', '%2F')}"
    return (answer.status, answer.headers.get("location")) == (303, place)


def prove(desk: Site, back: str, password: str = PASSWORD) -> Answer:
    return desk.post("/desk/account/again", password=password, back=back)


def make_token(desk: Site) -> Answer:
    return desk.post("/desk/api/tokens", name="web shop")


def test_the_acts_ask_and_do_nothing_meanwhile(stale: Site) -> None:
    assert is_asked(stale.get("/desk/readers/export.csv"), "/desk/readers")
    assert is_asked(make_token(stale), "/desk/api")
    for path in ("invitations", "1/role", "1/remove"):
        asked = stale.post(f"/desk/team/{path}", address="a@b.example", role="owner")
        assert is_asked(asked, "/desk/team")
    assert stale.runtime.database.read(read_all, stale.key) == []
    assert stale.get("/desk/readers").status == 200, "other pages do not ask"


def test_after_the_password_they_are_done_for_ten_minutes(stale: Site) -> None:
    wrong = prove(stale, "/desk/api", "a wrong one")
    assert (wrong.status, 'value="/desk/api"' in wrong.text) == (403, True)
    assert is_asked(make_token(stale), "/desk/api")
    assert prove(stale, "/desk/api").headers["location"] == "/desk/api"
    assert make_token(stale).status == 200
    stale.clock.move_by(FRESH_FOR)
    assert make_token(stale).status == 200
    stale.clock.move_by(timedelta(seconds=1))
    assert is_asked(make_token(stale), "/desk/api")


def test_guesses_there_are_counted_as_at_the_login(stale: Site) -> None:
    found = [prove(stale, "", "a wrong one").status for _ in range(6)]
    assert found == [403] * 5 + [429]


@pytest.mark.parametrize(
    "back",
    ["", "//evil.example/desk", "https://evil.example", "/desk\\evil", "/desk/../x", "/desk//x"],
)
def test_nothing_leads_to_another_site(stale: Site, back: str) -> None:
    assert prove(stale, back).headers["location"] == "/desk"
    assert 'name="back" value="/desk"' in stale.get(f"/desk/account/again?back={back}").text


def test_an_approval_for_many_readers_asks(stale: Site) -> None:
    with stale.runtime.database.writing() as session:
        subscribe_many(session, stale.key, [f"reader{n}@a.example" for n in range(500)])
    assert stale.post("/desk/issues/7/approval", checksum="x").status == 404
    with stale.runtime.database.writing() as session:
        subscribe_many(session, stale.key, ["one.more@a.example"])
    assert is_asked(stale.post("/desk/issues/7/approval", checksum="x"), "/desk/issues/7")
