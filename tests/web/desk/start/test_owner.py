"""An empty installation: who types the code of the terminal owns it, once, and nobody else."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from newsletter.desk import editors, team
from newsletter.publications.opening import open_publication
from tests.web.desk.start.empty import (
    ADDRESS,
    OWNER,
    Empty,
    claim,
    empty_site,
    keep_cookies,
)

OPEN_PAGES = ("/desk", "/desk/login", "/desk/issues", "/desk/start")


@pytest.fixture
def here(database_url: str) -> Iterator[Empty]:
    with empty_site(database_url) as opened:
        yield opened


@pytest.fixture
def embedded(sqlite_url: str) -> Iterator[Empty]:
    with empty_site(sqlite_url) as opened:
        yield opened


def open_one(session: Session) -> int:
    made = open_publication(
        session,
        name="The Inference",
        sender_address="a@inference.example",
        cadence="Tuesday 09:00 Europe/Berlin",
    )
    return made.key


def test_every_page_of_an_empty_desk_leads_to_the_first_step(embedded: Empty) -> None:
    for path in OPEN_PAGES:
        assert embedded.site.get(path).headers["location"] == OWNER
    assert "owns this installation" in embedded.site.get(OWNER).text
    assert embedded.site.get("/").status == 404


def test_the_code_makes_an_owner_who_is_logged_in_once(here: Empty) -> None:
    assert claim(here, code="AAAA-AAAA-AAAA").status == 403
    done = claim(here)
    assert (done.status, done.headers["location"]) == (303, "/desk")
    again = claim(here, address="eve@inference.example")
    assert (again.status, "used already" in again.text) == (403, True)
    assert here.database.read(editors.read_all)[0].address == ADDRESS
    keep_cookies(here, done)
    assert here.site.get(OWNER).headers["location"] == "/desk/start/publication"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("address", "no address"), ("address", ""), ("password", "short"), ("password", "password12")],
)
def test_what_is_refused_stays_in_its_field_and_the_code_works_on(
    embedded: Empty, field: str, typed: str
) -> None:
    refused = claim(embedded, **{field: typed})
    assert refused.status in (403, 422)
    assert 'role="alert"' in refused.text
    assert f'value="{embedded.code}"' in refused.text
    assert typed not in refused.text or field == "address", "a password is never shown"
    assert embedded.database.read(editors.read_all) == []
    assert claim(embedded).status == 303


def test_who_guesses_codes_waits_and_the_owner_elsewhere_does_not(embedded: Empty) -> None:
    guesses = [claim(embedded, network="203.0.113.7", code="AAAA") for _ in range(7)]
    assert [answer.status for answer in guesses[:5]] == [403] * 5
    assert guesses[-1].status == 429
    assert int(guesses[-1].headers["retry-after"]) > 0
    assert claim(embedded, network="203.0.113.7").status == 429, "even with the right one"
    assert claim(embedded, network="198.51.100.9").status == 303


def test_who_left_before_the_publication_begins_again_with_another_code(embedded: Empty) -> None:
    claim(embedded)
    other = "quite another long one of mine"
    code = embedded.runtime.first_code.make()
    assert claim(embedded, code=code, password=other).status == 303
    assert len(embedded.database.read(editors.read_all)) == 1


def test_a_publication_of_the_command_line_gets_its_owner_the_same_way(here: Empty) -> None:
    key = here.database.write(open_one)
    assert here.site.get("/desk/login").headers["location"] == OWNER
    done = claim(here)
    keep_cookies(here, done)
    assert here.site.get("/desk").status == 200
    [(editor, role)] = here.database.read(team.read_team, key)
    assert (editor.address, role) == (ADDRESS, "owner")


def test_the_code_ends_when_there_is_an_owner(embedded: Empty) -> None:
    embedded.database.write(open_one)
    keep_cookies(embedded, claim(embedded))
    code = embedded.runtime.first_code.make()
    late = claim(embedded, code=code, address="eve@inference.example")
    assert (late.status, late.headers["location"]) == (303, "/desk")
    assert not late.set_cookies
    assert len(embedded.database.read(editors.read_all)) == 1
    embedded.site.log_out()
    assert embedded.site.get(OWNER).headers["location"] == "/desk"
    assert "Forgotten password" in embedded.site.get("/desk/login").text
