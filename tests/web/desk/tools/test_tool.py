"""One tool at the desk: its card and its slots; what is typed wrong stays typed."""

from collections.abc import Iterator

import pytest

from newsletter.tools import directory, slots
from newsletter.tools.cards import read_card
from newsletter.tools.models import Slot, Tool
from tests.samples.times import NOON
from tests.web.asking import Site, site

PEN = {
    "name": "Pen",
    "url": "https://pen.example",
    "price": "Free",
    "description": "Writes.",
    "tags": "Writing, Documents",
}
SLOT = {"kind": "paid", "starts_on": "2026-06-02", "ends_on": "2026-06-09", "cap": "2"}


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        for name in ("Pen", "Ink"):
            card = read_card(**{**PEN, "name": name}, image_url="")
            opened.runtime.database.write(directory.add, opened.key, card)
        yield opened


def tool(desk: Site) -> Tool:
    return desk.runtime.database.read(directory.read_tool, 1)


def booked(desk: Site) -> list[Slot]:
    return list(desk.runtime.database.read(slots.slots_of_tool, 1))


def test_a_card_is_changed_and_its_white_space_folded(desk: Site) -> None:
    fields = {**PEN, "name": " The  Pen ", "category": "Pens", "is_sponsor": "true"}
    saved = desk.post("/desk/tools/1", **fields)
    assert "Saved." in desk.get(saved.headers["location"]).text
    assert (tool(desk).name, tool(desk).category, tool(desk).is_sponsor) == (
        "The Pen",
        "Pens",
        True,
    )
    desk.post("/desk/tools/1", **PEN)
    assert (tool(desk).category, tool(desk).is_sponsor) == ("", False), "an empty box is not sent"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " ", "Give the name of the tool"),
        ("url", "pen,example", "Write the web address like"),
        ("name", "Ink", "There is a tool of that name already."),
    ],
)
def test_a_card_that_cannot_stay_comes_back_as_it_was_typed(
    desk: Site, field: str, value: str, says: str
) -> None:
    refused = desk.post("/desk/tools/1", **{**PEN, "category": "Typed", field: value})
    assert refused.status == 422
    assert says in refused.text
    assert 'value="Typed"' in refused.text
    assert (tool(desk).name, tool(desk).url) == ("Pen", "https://pen.example")


def test_a_slot_is_booked_shown_and_ended(desk: Site) -> None:
    made = desk.post("/desk/tools/1/slots", **SLOT)
    page = " ".join(desk.get(made.headers["location"].removesuffix("#slots")).text.split())
    assert "The slot is booked." in page
    assert "02 June 2026 to 09 June 2026" in page
    assert "sent 0 of 2" in page
    assert desk.post("/desk/tools/1/slots/1/end").status == 303
    assert booked(desk) == [], "one that has not begun has no day left"
    assert desk.post("/desk/tools/1/slots/9/end").status == 404


def test_a_slot_without_a_last_day_is_for_one_day_and_without_a_cap_for_all(desk: Site) -> None:
    desk.post("/desk/tools/1/slots", starts_on="2026-06-02")
    [slot] = booked(desk)
    assert (slot.kind, slot.cap) == ("featured", 0)
    assert slot.starts_on == slot.ends_on


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": ""},
        {"starts_on": "2.6.2026"},
        {"ends_on": "2026-06-01"},
        {"cap": "many"},
        {"cap": "-1"},
        {"kind": "free"},
    ],
)
def test_a_slot_that_cannot_be_comes_back_as_it_was_typed(
    desk: Site, wrong: dict[str, str]
) -> None:
    refused = desk.post("/desk/tools/1/slots", **{**SLOT, **wrong})
    assert refused.status == 422
    assert 'role="alert"' in refused.text
    typed = {**SLOT, **wrong}
    for name in ("starts_on", "ends_on", "cap"):
        assert f'value="{typed[name]}"' in refused.text
    assert booked(desk) == []


def test_a_retired_tool_gets_no_slot_until_it_is_brought_back(desk: Site) -> None:
    desk.post("/desk/tools/1/retire")
    assert "Bring it back first" in desk.post("/desk/tools/1/slots", **SLOT).text
    desk.post("/desk/tools/1/restore")
    assert desk.post("/desk/tools/1/slots", **SLOT).status == 303
    again = desk.post("/desk/tools/1/slots", **SLOT)
    assert again.status == 422
    assert "has a slot on some of these days already" in again.text


def test_it_is_for_editors_only(desk: Site) -> None:
    desk.log_out()
    assert desk.get("/desk/tools/1").headers["location"] == "/desk/login"
    assert desk.post("/desk/tools/1/retire").headers["location"] == "/desk/login"
    assert tool(desk).status == "active"
