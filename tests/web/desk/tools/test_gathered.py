"""Gathered tools at the desk: a yes, a no, all at once, and each taken back, without scripts."""

from collections.abc import Iterator

import pytest

from newsletter.formats.tools.found import FoundTool, ToolList
from newsletter.tool_sources.importing import import_tools
from newsletter.tools import directory
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

PEN = FoundTool("Pen", "https://pen.example", "$9", "<b>Writes</b>.", ("Writing",), row=1)
INK = FoundTool("Ink", "https://ink.example", row=2)
HERE = "/desk/tools/gathered"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        gather(opened, PEN, INK)
        yield opened


def gather(desk: Site, *found: FoundTool) -> None:
    import_tools(desk.runtime.database, desk.key, ToolList(found), NOON, rule="ask")


def tools(desk: Site) -> dict[str, str]:
    listed = desk.runtime.database.read(directory.all_tools, desk.key)
    return {tool.name: tool.status for tool in listed}


def follow(desk: Site, answer: Answer) -> str:
    assert answer.status == 303
    return " ".join(desk.get(answer.headers["location"]).text.split())


def test_a_yes_and_a_no_are_pressed_and_undone(desk: Site) -> None:
    page = desk.get(HERE).text
    assert "2 wait for your yes." in page
    assert "&lt;b&gt;Writes&lt;/b&gt;." in page, "what strangers wrote is text"
    accepted = follow(desk, desk.post(HERE, accept="1"))
    assert "Accepted: it is a tool now" in accepted
    assert f'action="{HERE}/1/undo"' in accepted
    assert tools(desk) == {"Pen": "active"}
    assert "Gathered tools (1)" in " ".join(desk.get("/desk/tools").text.split())
    assert "Refused: no source brings it back." in follow(desk, desk.post(HERE, refuse="2"))
    gather(desk, INK)
    assert "Ink" not in desk.get(HERE).text
    assert "it waits again" in follow(desk, desk.post(f"{HERE}/1/undo"))
    assert tools(desk) == {"Pen": "retired"}
    assert "Ink" in desk.get(f"{HERE}?tab=refused").text


def test_all_that_were_shown_are_accepted_and_no_others(desk: Site) -> None:
    gather(desk, FoundTool("Late", "https://late.example", row=3))
    done = desk.post(HERE, everyone="true", shown=["1", "2"])
    assert "Each can be taken back" in follow(desk, done)
    assert tools(desk) == {"Ink": "active", "Pen": "active"}
    assert "Take back" in desk.get(f"{HERE}?tab=accepted").text


def test_what_somebody_decided_meanwhile_stays_decided(desk: Site) -> None:
    desk.post(HERE, refuse="1")
    desk.post(HERE, accept="1")
    assert tools(desk) == {}
    assert desk.post(f"{HERE}/9/undo").status == 404
    desk.post(f"{HERE}/1/undo")
    assert desk.post(f"{HERE}/1/undo").status == 409


def test_a_change_is_taken_over_or_left(desk: Site) -> None:
    desk.post(HERE, everyone="true", shown=["1", "2"])
    gather(desk, FoundTool("Pen", "https://pen.example", "$19", row=1))
    assert "Price: $9 is $19 now." in desk.get(f"{HERE}?tab=changes").text
    assert "as its source shows it" in follow(desk, desk.post(f"{HERE}/1/take"))
    gather(desk, FoundTool("Ink", "https://pen.example", row=1))
    assert "Name: Pen is Ink now." in desk.get(f"{HERE}?tab=changes").text
    refused = desk.post(f"{HERE}/1/take")
    assert refused.status == 422
    assert "There is a tool of that name already." in refused.text
    assert "not pointed out again" in follow(desk, desk.post(f"{HERE}/1/leave"))
    assert "Nothing changed." in desk.get(f"{HERE}?tab=changes").text
