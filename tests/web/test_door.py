"""The door: odd input is cleaned or refused before any page meets it."""

import json
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from sqlmodel import select

from newsletter.web.door import is_too_large
from subscribers.models import Subscription
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

BEYOND = ("2147483648", "-2147483649", "9223372036854775808", "9" * 5000, "2147483648.0")
NUMBERED = (
    "/archive/{}",
    "/desk/issues/{}",
    "/desk/tools/{}",
    "/desk/articles/{}",
    "/desk/readers/{}",
    "/desk/readers/import/done/{}",
)
ASKED = ("/archive?page={}", "/tools?page={}", "/desk/readers?before={}", "/desk/audiences?edit={}")


@pytest.fixture
def here(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        yield opened


def is_page(answer: Answer) -> bool:
    return answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("number", BEYOND)
def test_a_number_beyond_its_column_is_no_page_or_a_fault_of_who_asks(
    number: str, here: Site
) -> None:
    for path in NUMBERED:
        answer = here.get(path.format(number))
        assert (answer.status, is_page(answer)) == (404, True), path
    for path in ASKED:
        answer = here.get(path.format(number))
        assert (answer.status, is_page(answer)) == (422, True), path


@pytest.mark.parametrize("text", ["\0", "a\x1b", "\u202eb", "\ud800", "\uffff", "x" * 2001])
def test_a_path_that_no_page_can_have_is_not_here(text: str, here: Site) -> None:
    for path in ("/articles/", "/tools/", "/leave/", "/", "/desk/issues/"):
        answer = here.visit("GET", path + text if text.isprintable() else path + "a\0", "::1")
        assert (answer.status, is_page(answer)) == (404, True)
    answer = here.visit("GET", "/api/subscribers/\0", "192.0.2.1")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["[", "[::1", "a:b", "a:99999"])
def test_a_host_that_is_none_is_refused(host: str, here: Site) -> None:
    answer = here.get("/", host=host)
    assert (answer.status, is_page(answer)) == (400, True)


def test_an_origin_that_is_none_is_another_site(here: Site) -> None:
    assert here.visit("POST", "/desk/login", "::1", origin="http://[").status == 403
    body = {"email": "ada@readers.example"}
    assert here.ask("POST", "/api/signup", body, origin="http://[").status == 403


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "q=%ED%A0%80", "q=%ff", "%00=%00", "q=%"])
def test_a_search_for_what_nobody_has_is_a_page(query: str, here: Site) -> None:
    for path in ("/desk/readers", "/archive", "/tools", "/desk/audiences"):
        assert here.get(f"{path}?{query}").status == 200


def test_the_last_day_of_the_calendar_is_a_day(here: Site) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert here.get(f"/desk/audiences?joined_to={day}&joined_from=0001-01-01").status == 200


def test_a_name_is_kept_clean_whatever_way_it_came(here: Site) -> None:
    """A NUL in a name, kept by SQLite, once stood in the way of PostgreSQL."""
    odd = "A\0d\u202ea\ud800"
    sent = json.dumps({"email": "ada@readers.example", "name": odd, "\0": 1})
    assert here.ask("POST", "/api/signup", raw=sent.encode()).status == 202
    here.post("/subscribe", email="bob@readers.example", name="B\0ob")
    with here.runtime.database.reading() as session:
        names = set(session.exec(select(Subscription.name)))
    assert names <= {"Ada", "Bob", ""}


def test_a_form_of_an_impossible_charset_is_refused(here: Site) -> None:
    part = b'--edge\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\r\n--edge--\r\n'
    kind = "multipart/form-data; boundary=edge; charset=undefined"
    for path in ("/subscribe", "/desk/login", "/leave/x"):
        answer = here.send_raw(path, part, kind)
        assert answer.status in (303, 400, 403, 404, 422)


def test_every_route_has_the_door_before_it(here: Site) -> None:
    """A new route is not forgotten: what answers is the door's own function."""
    for route in here.app.routes:
        if isinstance(route, APIRoute):
            cells = [cell.cell_contents for cell in route.app.__closure__ or ()]
            assert any("handle_clean" in repr(cell) for cell in cells), route.path


@pytest.mark.parametrize(
    "text", ["2147483648", "+2147483648", " 2_147_483_648 ", "0" * 9 + "3" * 10]
)
def test_a_number_is_too_large_in_every_spelling(text: str) -> None:
    assert is_too_large(text)


@pytest.mark.parametrize("text", ["2147483647", "", "-1", "x", "1e9", "00000000000001", "１２３"])
def test_other_texts_are_not_too_large(text: str) -> None:
    assert not is_too_large(text)
