"""Publications at the desk: who makes one owns it, and its pages move."""

from collections.abc import Iterator

import pytest

from newsletter.desk.models import Membership
from newsletter.publications.reading import all_publications
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

PATH = "/desk/settings/publications"
FORM = {
    "name": "AI Weekly",
    "slug": "ai-weekly",
    "sender": "ai@inference.example",
    "postal_address": "2 Street",
    "cadence": "Monday 08:00 Europe/Berlin",
}


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def make(here: Site, **changes: str) -> Answer:
    return here.post(PATH, **(FORM | changes))


def test_who_makes_a_publication_goes_on_at_its_desk_and_owns_it(here: Site) -> None:
    made = make(here)
    assert made.status == 303
    desk = "http://news.example/p/ai-weekly/desk"
    assert made.headers["location"] == f"{desk}/settings"
    page = here.get("/p/ai-weekly/desk/settings/publications")
    assert (page.status, "owner" in page.text) == (200, True)
    # the switcher, from each to the other
    assert 'href="http://news.example/desk"' in page.text
    assert f'href="{desk}"' in here.get("/desk").text


def test_an_editor_of_one_publication_sees_no_switcher(here: Site) -> None:
    assert "Other publications" not in here.get("/desk").text


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "the-inference"},
        {"slug": "desk"},
        {"slug": "Ä"},
        {"sender": "nobody"},
        {"cadence": "never"},
        {"name": ""},
        {"name": "n" * 121},
        {"postal_address": "2 Street" * 200},
        {"slug": "", "name": "!"},
    ],
)
def test_a_publication_that_cannot_be_comes_back_as_it_was_typed(
    changes: dict[str, str], here: Site
) -> None:
    refused = make(here, **changes)
    assert refused.status in (403, 409, 422)
    assert "2 Street" in refused.text
    assert len(here.runtime.database.read(all_publications)) == 1


def test_its_pages_move_and_the_firsts_do_not(here: Site) -> None:
    make(here)
    moved = here.post(f"/p/ai-weekly{PATH}/move", url="https://ai.example")
    assert moved.headers["location"] == f"/p/ai-weekly{PATH}?done=moved"
    assert here.get("/", host="ai.example").status == 200
    assert here.post(f"{PATH}/move", url="/elsewhere").status == 403


def test_who_works_on_another_publication_only_is_led_to_its_desk(here: Site) -> None:
    make(here)
    with here.runtime.database.writing() as session:
        session.delete(session.get_one(Membership, 1))
    led = here.get("/desk")
    assert led.headers["location"] == "http://news.example/ai-weekly/desk"
    desk = here.get("/ai-weekly/desk").headers["location"]
    assert desk == "http://news.example/p/ai-weekly/desk"
    assert here.get("/desk/issues").status == 403
