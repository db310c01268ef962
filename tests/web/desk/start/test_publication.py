"""The first publication: its owner names it, once; what is refused stays in its field."""

from collections.abc import Iterator

import pytest

from newsletter.desk import team
from newsletter.publications.reading import all_publications
from tests.web.desk.start.empty import Empty, claim, empty_site, keep_cookies

PUBLICATION = "/desk/start/publication"
TYPED = {
    "name": "The Inference",
    "sender_address": "editor@inference.example",
    "postal_address": "1 Harbor Road, Kiel",
    "cadence": "thu 10:30 UTC",
}


@pytest.fixture
def here(database_url: str) -> Iterator[Empty]:
    with empty_site(database_url) as opened:
        keep_cookies(opened, claim(opened))
        yield opened


@pytest.fixture
def embedded(sqlite_url: str) -> Iterator[Empty]:
    with empty_site(sqlite_url) as opened:
        keep_cookies(opened, claim(opened))
        yield opened


def test_the_owner_makes_the_first_publication_once(here: Empty) -> None:
    assert here.site.get("/desk").headers["location"] == "/desk/start/owner"
    assert "Step 2 of 2" in here.site.get(PUBLICATION).text
    for _ in range(2):  # a button that is pressed twice
        done = here.site.post(PUBLICATION, **TYPED)
        assert (done.status, done.headers["location"]) == (303, "/desk/start")
    [made] = here.database.read(all_publications)
    kept = (made.name, made.sender_address, made.postal_address, made.cadence)
    assert kept[:3] == ("The Inference", "editor@inference.example", "1 Harbor Road, Kiel")
    assert kept[3] == "Thursday 10:30 UTC"
    [(_, role)] = here.database.read(team.read_team, made.key)
    assert role == "owner"
    assert here.site.get("/desk").status == 200
    assert here.site.get(PUBLICATION).headers["location"] == "/desk/start"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "???"),
        ("name", "n" * 121),
        ("sender_address", "no address"),
        ("postal_address", " "),
        ("postal_address", "1 Street " * 120),
        ("cadence", "31 February"),
        ("cadence", "Tuesday 09:00 Nowhere/Land"),
    ],
)
def test_a_bad_value_is_refused_beside_its_field_and_nothing_is_lost(
    embedded: Empty, field: str, typed: str
) -> None:
    answer = embedded.site.post(PUBLICATION, **{**TYPED, field: typed})
    assert answer.status == 400
    assert answer.text.count('class="field-error"') == 1
    assert f'id="{field}-error"' in answer.text
    for name, value in {**TYPED, field: typed}.items():
        assert f'value="{value}"' in answer.text, name
    assert embedded.database.read(all_publications) == []


def test_a_stranger_makes_no_publication(embedded: Empty) -> None:
    embedded.site.log_out()
    assert embedded.site.get(PUBLICATION).headers["location"] == "/desk/login"
    assert embedded.site.post(PUBLICATION, **TYPED).headers["location"] == "/desk/login"
    assert embedded.database.read(all_publications) == []
