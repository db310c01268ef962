"""The second page of a login: which codes it takes, and what the password alone opens."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.desk.models import Editor
from newsletter.desk.sessions import Origin, begin_session, read_sessions
from newsletter.web.requests import HALF
from tests.logins import CHEAP
from tests.web.asking import Site
from tests.web.desk.team.apps import (
    PAGE,
    app_of,
    deeds,
    desk_of,
    is_in,
    now_in,
    set_up,
    type_code,
    type_password,
)


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with desk_of(database_url) as opened:
        yield opened


def test_it_is_set_up_and_asked_for_behind_the_password(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        secret = desk.runtime.signer.secret
        begin_session(session, 1, secret, Origin("198.51.100.7"), desk.clock.now())
    app = app_of(desk)
    assert desk.post(f"{PAGE}/confirm", code="123").status == 403
    assert desk.post(f"{PAGE}/confirm", code=now_in(desk, app)).status == 200
    left = desk.runtime.database.read(read_sessions, desk.clock.now(), 1)
    assert len(left) == 1, "browsers that came in by the password alone are logged out"
    assert app.secret not in desk.get(PAGE).text
    assert type_password(desk).headers["location"] == "/desk/login/code"
    assert not is_in(desk), "the password alone opens nothing"
    assert desk.get("/desk/login/code").status == 200
    hour_off = app.at(desk.clock.now() + timedelta(hours=1))
    wrong = type_code(desk, hour_off)
    assert (wrong.status, "clock of that device" in wrong.text, is_in(desk)) == (403, True, False)
    code = now_in(desk, app)
    assert (type_code(desk, code).status, is_in(desk)) == (303, True)
    type_password(desk)
    assert (type_code(desk, code).status, is_in(desk)) == (403, False), "never twice"


def test_a_recovery_code_stands_in_once_and_the_log_says_so(desk: Site) -> None:
    _, codes = set_up(desk)
    type_password(desk)
    assert (type_code(desk, codes[3]).status, is_in(desk)) == (303, True)
    assert deeds(desk)[0][0] == "logged in with a recovery code"
    type_password(desk)
    assert (type_code(desk, codes[3]).status, is_in(desk)) == (403, False)


def test_the_half_login_ends_soon_and_by_another_password(desk: Site) -> None:
    app, _ = set_up(desk)
    type_password(desk)
    half = desk.cookies[HALF]
    desk.clock.move_by(timedelta(minutes=5, seconds=1))
    late = type_code(desk, app.at(desk.clock.now()))
    assert (late.headers["location"], is_in(desk)) == ("/desk/login", False)
    assert desk.get("/desk/login/code").headers["location"] == "/desk/login"
    type_password(desk)
    with desk.runtime.database.writing() as session:
        session.get_one(Editor, 1).password_hash = CHEAP.hash("another password of theirs")
    assert type_code(desk, now_in(desk, app)).headers["location"] == "/desk/login"
    for forged in ("", "x", half[:-1], desk.runtime.signer.sign("browser", 1)):
        desk.cookies[HALF] = forged
        assert type_code(desk, now_in(desk, app)).headers["location"] == "/desk/login"


def test_who_guesses_codes_waits_as_who_guesses_passwords(desk: Site) -> None:
    app, _ = set_up(desk)
    type_password(desk)
    found = [type_code(desk, f"{n}").status for n in range(6)]
    assert found == [403] * 5 + [429]
    right = type_code(desk, app.at(desk.clock.now() + timedelta(seconds=30)))
    assert (right.status, right.headers["retry-after"], is_in(desk)) == (429, "60", False)
    desk.clock.move_by(timedelta(minutes=1))
    type_password(desk)
    assert (type_code(desk, now_in(desk, app)).status, is_in(desk)) == (303, True)
