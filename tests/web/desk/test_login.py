"""Logging in at the desk: the cookie, and what is said to a wrong password."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.desk.editors import add_editor
from tests.samples.times import NOON
from tests.web.asking import Site, site

ADDRESS, PASSWORD = "ada@inference.example", "a long enough password"
STAY, HOUR = timedelta(days=30), timedelta(hours=1)


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            add_editor(session, ADDRESS, "Ada", PASSWORD, NOON)
        opened.log_out()
        yield opened


def test_an_editor_gets_a_cookie_that_lets_them_in_and_logs_out(desk: Site) -> None:
    assert "Log in" in desk.get("/desk/login").text
    answer = desk.post("/desk/login", address=ADDRESS, password=PASSWORD)
    assert (answer.status, answer.headers["location"]) == (303, "/desk")
    cookie, *marks = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=lax", "Max-Age=2592000"} <= set(marks)
    name, _, value = cookie.partition("=")
    desk.cookies[name] = value
    assert "Signed in as Ada" in desk.get("/desk").text
    assert 'desk="";' in desk.post("/desk/logout").headers["set-cookie"]


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(desk: Site) -> None:
    answer = desk.post("/desk/login", address=ADDRESS, password="a wrong one")
    assert answer.status == 403
    assert "do not belong together" in answer.text
    assert f'value="{ADDRESS}"' in answer.text
    assert "set-cookie" not in answer.headers
    assert desk.post("/desk/login").status == 403, "an empty form is a wrong password"


def test_a_cookie_of_ours_ends_after_thirty_days(desk: Site) -> None:
    answer = desk.post("/desk/login", address=ADDRESS, password=PASSWORD)
    name, _, value = answer.headers["set-cookie"].split("; ")[0].partition("=")
    desk.cookies[name] = value
    desk.clock.move_by(STAY - HOUR)
    assert desk.get("/desk").status == 200
    desk.clock.move_by(2 * HOUR)
    assert desk.get("/desk").headers["location"] == "/desk/login"
