"""Sign-ups as JSON: one answer for every address, problems with words, and CORS for the sites on
the list only."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from newsletter.intake.judging import NETWORK
from newsletter.letters.models import SmallLetter
from newsletter.publications.fields.checks import BadOrigin
from newsletter.publications.preferences import change
from subscribers.joining import signup
from subscribers.models import ConsentRecord
from tests.intake.solving import solve
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

BLOG = "https://blog.example"


@pytest.fixture
def one(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as made:
        made.runtime.database.write(change, made.key, allowed_origins=[BLOG])
        yield made


def sign_up(one: Site, email: str, origin: str = "", **more: object) -> Answer:
    proof = solve(json.loads(one.get("/api/signup/challenge").text))
    return one.ask("POST", "/api/signup", {"email": email, "altcha": proof, **more}, origin=origin)


def kinds(one: Site) -> list[tuple[str, str]]:
    with one.runtime.database.reading() as session:
        return [(row.kind, row.address) for row in session.exec(select(SmallLetter))]


def test_a_known_and_an_unknown_address_have_the_same_answer(one: Site) -> None:
    with one.runtime.database.writing() as session:
        signup.confirm(
            session,
            signup.sign_up(session, one.key, "bob@readers.example", now=NOON).subscription_id,
            now=NOON,
        )
    new, known = sign_up(one, "ada@readers.example"), sign_up(one, "bob@readers.example")
    assert (new.status, known.status) == (202, 202)
    assert new.text.replace("ada", "bob") == known.text
    assert json.loads(new.text)["message"] == "Thank you! Your submission has been received!"
    assert {name: value for name, value in new.headers.items() if name != "content-length"} == {
        name: value for name, value in known.headers.items() if name != "content-length"
    }
    assert kinds(one) == [("confirm", "ada@readers.example"), ("known", "bob@readers.example")]


def test_what_is_wrong_is_a_problem_with_words_and_a_slip_has_a_suggestion(one: Site) -> None:
    bad = sign_up(one, "ada")
    assert (bad.status, bad.headers["content-type"]) == (422, "application/problem+json")
    assert json.loads(bad.text)["detail"] == "The address needs an @, like you@example.com."
    slip = sign_up(one, "ada@gmial.com")
    assert (slip.status, json.loads(slip.text)["suggestion"]) == (422, "ada@gmail.com")
    assert sign_up(one, "ada@gmial.com", is_meant=True).status == 202
    assert one.ask("POST", "/api/signup", raw=b"{").status == 422
    assert one.ask("POST", "/api/signup", raw=b'{"email": 7}').status == 422


def test_scripts_of_a_site_on_the_list_may_and_no_others(one: Site) -> None:
    asked = one.ask("OPTIONS", "/api/signup", origin=BLOG)
    assert asked.status == 204
    assert (asked.headers["access-control-allow-origin"], asked.headers["vary"]) == (BLOG, "Origin")
    assert asked.headers["access-control-allow-headers"] == "Content-Type"
    assert "access-control-allow-credentials" not in asked.headers
    done = sign_up(one, "ada@readers.example", origin=BLOG, source="blog")
    assert (done.status, done.headers["access-control-allow-origin"]) == (202, BLOG)
    assert sign_up(one, "ada", origin=BLOG).headers["access-control-allow-origin"] == BLOG, (
        "a site's script reads what is wrong, too"
    )
    with one.runtime.database.reading() as session:
        record = session.exec(select(ConsentRecord)).one()
    assert (record.source, BLOG in record.words) == ("blog", True)
    for origin in ("https://evil.example", "null", BLOG + ".evil.example", "http://blog.example"):
        refused = sign_up(one, "eve@readers.example", origin=origin)
        assert refused.status == 403
        assert "access-control-allow-origin" not in refused.headers
        assert one.ask("OPTIONS", "/api/signup", origin=origin).status == 403
    assert kinds(one) == [("confirm", "ada@readers.example")]


@pytest.mark.parametrize(
    "origin", ["https://blog.example/path", "blog.example", "*", "https://", "null"]
)
def test_an_origin_without_its_shape_is_refused(one: Site, origin: str) -> None:
    with pytest.raises(BadOrigin):
        one.runtime.database.write(change, one.key, allowed_origins=[origin])


def test_too_much_from_one_network_is_refused_with_the_time_to_wait(one: Site) -> None:
    for number in range(NETWORK.most):
        assert one.ask("POST", "/api/signup", {"email": f"r{number}@readers.example"}).status == 202
    refused = one.ask("POST", "/api/signup", {"email": "ada@readers.example"}, origin=BLOG)
    assert (
        refused.status,
        refused.headers["retry-after"],
        refused.headers["access-control-allow-origin"],
    ) == (429, "3600", BLOG)
    one.clock.move_by(timedelta(hours=1))
    assert one.ask("POST", "/api/signup", {"email": "ada@readers.example"}).status == 202
