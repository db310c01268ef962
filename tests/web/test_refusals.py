"""What the framework refuses: a page for a person, a problem for a program, never the other."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from fastapi import Request

from newsletter.web.refusals import UNFORESEEN, answer_unforeseen, answer_unreadable
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

HTML = "text/html; charset=utf-8"
PROBLEM = "application/problem+json"


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def kind_of(answer: Answer) -> str:
    return answer.headers["content-type"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/archive?page=0", 422),
        ("GET", "/tools?page=x", 422),
        ("GET", "/archive/abc", 404),
        ("GET", "/desk/issues/abc", 404),
        ("DELETE", "/archive", 405),
        ("POST", "/archive", 405),
        ("BREW", "/tools", 405),
    ],
)
def test_a_person_gets_a_page(method: str, path: str, status: int, here: Site) -> None:
    cookie = f"desk={here.cookies['desk']}"
    answer = here.visit(method, path, "192.0.2.1", cookie=cookie)
    assert (answer.status, kind_of(answer)) == (status, HTML)
    assert "To the first page" in answer.text


def test_the_page_names_the_field_that_is_wrong(here: Site) -> None:
    assert "page: Input should be greater than or equal to 1." in here.get("/archive?page=0").text


def test_the_page_escapes_what_came_in(here: Site) -> None:
    assert "<b>" not in here.get("/archive?page=<b>").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/subscribers", 405),
        ("GET", "/api/subscribers/\0", 404),
        ("POST", "/api/subscribers", 401),
    ],
)
def test_a_program_gets_a_problem(method: str, path: str, status: int, here: Site) -> None:
    answer = here.visit(method, path, "192.0.2.1")
    assert (answer.status, kind_of(answer)) == (status, PROBLEM)
    assert json.loads(answer.text)["status"] == status


def test_a_method_that_is_refused_says_which_are_not(here: Site) -> None:
    """RFC 9110, 15.5.6: an answer of 405 has Allow."""
    assert "GET" in here.visit("DELETE", "/archive", "192.0.2.1").headers["allow"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 2000, b'"a"', b"1" * 5000, b"NaN"])
def test_json_that_is_none_is_a_problem(body: bytes, here: Site) -> None:
    answer = here.ask("POST", "/api/signup", raw=body)
    assert (answer.status in (400, 422), kind_of(answer)) == (True, PROBLEM)


@pytest.mark.parametrize(("path", "kind"), [("/desk", HTML), ("/api/subscribers", PROBLEM)])
def test_a_fault_of_ours_says_no_more_than_that(path: str, kind: str, here: Site) -> None:
    request = Request({"type": "http", "path": path, "headers": [], "app": here.app})
    for error in (ValueError("ada@readers.example"), KeyError("secret")):
        answer = asyncio.run(answer_unforeseen(request, error))
        assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
        assert UNFORESEEN.partition(",")[0] in bytes(answer.body).decode()
        assert b"ada@" not in answer.body


@pytest.mark.parametrize(("path", "kind"), [("/desk", HTML), ("/api/subscribers", PROBLEM)])
def test_what_nobody_can_compute_with_is_the_fault_of_who_asks(
    path: str, kind: str, here: Site
) -> None:
    request = Request({"type": "http", "path": path, "headers": [], "app": here.app})
    answer = asyncio.run(answer_unreadable(request, OverflowError("date value out of range")))
    assert (answer.status_code, answer.headers["content-type"]) == (422, kind)
