"""A tool added by hand: what is wrong is said beside its field, and what was typed stays."""

from collections.abc import Iterator

import pytest

from newsletter.tools import directory
from newsletter.tools.models import Tool
from tests.samples.times import NOON
from tests.web.asking import Site, site

HERE = "/desk/tools/new"
PEN = {"name": "Pen", "url": "https://pen.example", "description": "Writes.", "tags": "Notes, Ink"}


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def kept(desk: Site) -> list[Tool]:
    return list(desk.runtime.database.read(directory.all_tools, desk.key))


def test_a_tool_is_added_with_all_that_the_command_takes(desk: Site) -> None:
    assert f'href="{HERE}"' in desk.get("/desk/tools?tab=tools").text
    assert 'value="Free"' in desk.get(HERE).text
    more = {"price": "$9", "category": "Pens", "is_sponsor": "true"}
    added = desk.post(HERE, **PEN, **more)
    assert "Added." in desk.get(added.headers["location"]).text
    (tool,) = kept(desk)
    assert (tool.name, tool.price, tool.category) == ("Pen", "$9", "Pens")
    assert (list(tool.tags), tool.is_sponsor) == (["Notes", "Ink"], True)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("url", "javascript:alert(1)"),
        ("url", "https://" + "x" * 3000 + ".example"),
        ("image_url", "data:image/svg+xml,<svg/>"),
        ("tags", "a, b, c, d, e, f"),
        ("price", "x" * 25),
    ],
)
def test_what_is_wrong_is_refused_beside_its_field(desk: Site, field: str, typed: str) -> None:
    answer = desk.post(HERE, **{**PEN, "category": "Pens", field: typed})
    assert answer.status == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="Pens"' in answer.text, "what was typed stays"
    assert kept(desk) == []


def test_a_second_tool_of_a_name_is_refused_and_a_form_without_fields_too(desk: Site) -> None:
    desk.post(HERE, **PEN)
    again = desk.post(HERE, **{**PEN, "name": " pen "})
    assert again.status == 422
    assert "There is a tool of that name already" in again.text
    assert desk.post(HERE).status == 422
    assert len(kept(desk)) == 1
