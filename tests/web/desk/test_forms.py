"""What each form of the desk answers to a field that is missing, empty or of another type."""

from collections.abc import Iterator

import pytest

from newsletter.gathering import sources
from newsletter.gathering.sources import NewSource
from newsletter.tools import directory
from newsletter.tools.cards import read_card
from tests.samples.times import NOON
from tests.web.asking import Site, site

MISSING, NO_NUMBER = "Field required", "Input should be a valid integer"
NO_FLAG, NO_WEIGHT = "Input should be a valid boolean", "Input should be a valid number"
NEW = {"url": "https://new.example/feed", "kind": "feed"}
OWN = {"title": "Tide Log", "category": "Ports", "weight": "1.5", "own": "true"}


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "fields", "place", "says"),
    [
        ("issues/1/subject", {}, "version", MISSING),
        ("issues/1/subject", {"version": ""}, "version", MISSING),
        ("issues/1/subject", {"version": "new"}, "version", NO_NUMBER),
        ("issues/1/blocks/1/drop", {}, "version", MISSING),
        ("issues/1/blocks/1/move", {"version": "1"}, "step", MISSING),
        ("issues/1/blocks/1/move", {"version": "1", "step": "up"}, "step", NO_NUMBER),
        ("issues/1/blocks/1/words", {"version": "1.5"}, "version", NO_NUMBER),
        ("issues/1/approval", {"checksum": ""}, "checksum", MISSING),
        ("issues/1/proof", {}, "address", MISSING),
        ("issues/1/audience", {"version": "1", "audience_id": "all"}, "audience_id", NO_NUMBER),
        ("issues/1/candidates/1/keep", {}, "version", MISSING),
        ("sources", {"kind": "feed"}, "url", MISSING),
        ("sources", {**NEW, "kind": ""}, "kind", MISSING),
        ("sources", {**NEW, "weight": "heavy"}, "weight", NO_WEIGHT),
        ("sources/1", {**OWN, "own": "perhaps"}, "own", NO_FLAG),
        ("tools/1", {"is_sponsor": "perhaps"}, "is_sponsor", NO_FLAG),
        ("tools/submissions/1/approve", {"name": "Pen"}, "version", MISSING),
        ("tools/submissions/1/ask", {"question": "Why?"}, "version", MISSING),
        ("tools/submissions/1/reject", {"version": "one"}, "version", NO_NUMBER),
        (f"readers/import/{'0' * 64}/check", {}, "target", MISSING),
        (f"readers/import/{'0' * 64}/start", {"source": "Spring"}, "target", MISSING),
        ("readers/import/done/1/reconfirm", {"days": "soon"}, "days", NO_NUMBER),
    ],
)
def test_a_field_that_a_form_cannot_do_without_is_named(
    desk: Site, path: str, fields: dict[str, str], place: str, says: str
) -> None:
    answer = desk.post(f"/desk/{path}", **fields)
    assert answer.status == 422
    assert f"{place}: {says}" in answer.text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("login", 403, "do not belong together"),
        ("sources/look", 422, "http or https address"),
        ("api/tokens", 403, "A token needs a name"),
        ("api/webhooks", 403, "public address"),
        ("audiences", 403, "An audience needs a name"),
        ("articles", 422, "An article needs a title."),
        ("tools/1", 422, "Give the name of the tool"),
        ("tools/1/slots", 422, 'role="alert"'),
    ],
)
def test_a_form_whose_fields_may_all_be_empty_says_what_it_needs(
    desk: Site, path: str, status: int, says: str
) -> None:
    card = read_card(
        name="Pen",
        url="https://pen.example",
        price="",
        description="",
        tags="",
        image_url="",
    )
    desk.runtime.database.write(directory.add, desk.key, card)
    answer = desk.post(f"/desk/{path}")
    assert answer.status == status
    assert says in answer.text


def test_an_empty_field_has_its_default_and_an_unknown_one_is_left_alone(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        sources.add(session, desk.key, NewSource("https://tide.example/feed", "Tide Log"), now=NOON)
    assert desk.post("/desk/sources/1", **OWN, nonsense="x").status == 303
    source = desk.runtime.database.read(sources.find_source, desk.key, "1")
    assert (source.weight, source.is_own) == (1.5, True)
    assert desk.post("/desk/sources/1", title="Tide Log", weight="", own="").status == 303
    source = desk.runtime.database.read(sources.find_source, desk.key, "1")
    assert (source.weight, source.is_own, source.category) == (1.0, False, "")


def test_of_a_field_that_comes_twice_the_last_counts(desk: Site) -> None:
    desk.post("/desk/api/tokens", name=["first", "second"])
    page = desk.get("/desk/api").text
    assert "second" in page
    assert "first" not in page
