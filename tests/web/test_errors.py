"""Errors as answers: the code, a page for a person, a problem for a program."""

import dataclasses
import json
from collections.abc import Iterator

import pytest

from newsletter.database import Database
from newsletter.desk.tokens import BadApiToken
from newsletter.errors import Conflict, NewsletterError, NotFound, Refused, Unavailable
from newsletter.gathering.own_articles import Withdrawn
from newsletter.intake.gate import TooMuchFromHere
from newsletter.web.application import application
from newsletter.web.errors import status_of
from newsletter.web.requests import LoginNeeded
from subscribers.addresses import BadAddress
from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (NotFound, 404),
        (Refused, 403),
        (Conflict, 409),
        (Unavailable, 503),
        (LoginNeeded, 401),
        (BadApiToken, 401),
        (BadAddress, 422),
        (NewsletterError, 500),
        (ValueError, 500),
    ],
)
def test_each_kind_of_error_has_its_code(kind: type[Exception], code: int) -> None:
    assert status_of(kind("It did not work.")) == code


def test_a_narrower_kind_goes_before_the_kind_that_it_is_of() -> None:
    assert issubclass(Withdrawn, NewsletterError)
    assert status_of(Withdrawn("It was taken back.")) == 410
    assert issubclass(TooMuchFromHere, Refused)
    assert status_of(TooMuchFromHere(60)) == 429


def test_a_person_reads_a_page_and_a_program_a_problem(here: Site) -> None:
    page = here.get("/tools/nothing")
    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such tool here" in page.text
    problem = here.ask("GET", "/api/subscribers?address=ada@readers.example", token="unknown")
    assert (problem.status, problem.headers["content-type"]) == (401, "application/problem+json")
    assert problem.headers["www-authenticate"] == "Bearer"
    assert json.loads(problem.text)["type"] == "urn:newsletter:problem:bad-api-token"


def test_whoever_is_not_logged_in_is_led_to_the_login_as_a_whole_page(here: Site) -> None:
    here.log_out()
    page = here.get("/desk")
    assert (page.status, page.headers["location"]) == (303, "/desk/login")
    part = here.get("/desk", hx_request="true")
    assert (part.status, part.headers["hx-redirect"]) == (204, "/desk/login")
    assert part.text == ""


def test_a_database_that_does_not_answer_is_said_to_people_and_to_programs(here: Site) -> None:
    """Restarted, locked, without room: a bare 500 would tell nobody that it passes."""
    gone = Database("postgresql://somebody:password@127.0.0.1:1/newsletter")
    app = application(dataclasses.replace(here.runtime, database=gone))
    without = dataclasses.replace(here, app=app)
    page = without.get("/")
    assert (page.status, page.headers["retry-after"]) == (503, "30")
    assert "The database does not answer at this moment" in page.text
    assert "Please try again in a minute." in " ".join(page.text.split())
    answer = without.ask("GET", "/api/subscribers?address=ada@readers.example", token="any")
    assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"] == "30"
    for shown in (page.text, answer.text):
        assert "password" not in shown
