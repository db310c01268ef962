"""Problems: an error as a program reads it (RFC 9457), below /api/ only."""

import json
from collections.abc import Iterator

import pytest

from newsletter.web.api.problems import problem
from tests.samples.times import NOON
from tests.web.api.test_subscribers import ADA, read_json, token
from tests.web.asking import Answer, Site, site


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def body_of(answer: Answer, status: int) -> dict[str, object]:
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = json.loads(answer.text)
    assert body["status"] == status
    return body


def test_a_problem_has_the_name_of_our_error_its_words_and_its_own_members() -> None:
    answer = problem(
        409, "NoSuchThing", "It is gone.", headers={"Retry-After": "7"}, address="ada@a.example"
    )
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(bytes(answer.body)) == {
        "type": "urn:newsletter:problem:no-such-thing",
        "title": "No such thing",
        "status": 409,
        "detail": "It is gone.",
        "address": "ada@a.example",
    }


def test_wrong_places_of_a_body_are_pointed_at(here: Site) -> None:
    body = body_of(here.ask("POST", "/api/signup", {"email": 7}), 422)
    errors = body["errors"]
    assert isinstance(errors, list)
    assert [error["pointer"] for error in errors] == ["#/email"]
    assert all(error["detail"] for error in errors)


def test_a_body_that_is_no_json_and_a_missing_parameter_are_problems(here: Site) -> None:
    assert body_of(here.ask("POST", "/api/signup", raw=b"{no json"), 422)["errors"]


def test_an_address_and_a_method_that_there_are_not_are_problems(here: Site) -> None:
    assert body_of(here.ask("GET", "/api/nothing"), 404)["title"] == "Not found"
    assert body_of(here.ask("DELETE", "/api/signup"), 405)["title"] == "Method not allowed"


def test_a_person_gets_a_page_and_no_problem(here: Site) -> None:
    assert "problem" not in here.get("/nothing/here").headers["content-type"]
    assert "problem" not in here.ask("DELETE", "/archive").headers["content-type"]


@pytest.fixture
def shop(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        yield opened


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/address"),
        ({"address": ADA, "nmae": "Ada"}, "#/nmae"),
        ({"address": ADA, "consent": {"words": "yes"}}, "#/consent/source"),
        ({"address": ADA, "name": "x" * 201}, "#/name"),
    ],
)
def test_a_wrong_body_is_answered_by_the_place_where_it_is_wrong(
    body: object, pointer: str, shop: Site
) -> None:
    answer = read_json(shop.ask("POST", "/api/subscribers", body, token=token(shop)), 422)
    errors = answer["errors"]
    assert isinstance(errors, list)
    assert [error["pointer"] for error in errors] == [pointer]


def test_every_way_of_asking_wrongly_gets_a_problem(shop: Site) -> None:
    secret = token(shop)
    read_json(shop.ask("POST", "/api/subscribers", raw=b"{not json", token=secret), 422)
    read_json(shop.ask("POST", "/api/subscribers", {"address": "no address"}, token=secret), 422)
    read_json(shop.ask("GET", "/api/subscribers", token=secret), 422)
    read_json(shop.ask("GET", "/api/nothing", token=secret), 404)
    read_json(shop.ask("PUT", "/api/subscribers", {}, token=secret), 405)
    for wrong in ("", "nlt_unknown"):
        answer = shop.ask("GET", f"/api/subscribers?address={ADA}", token=wrong)
        read_json(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
