"""What is pointed out is taken over or left, and then it is quiet; nothing changes by itself."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.formats.tools.found import FoundTool
from newsletter.publications.models import Publication
from newsletter.tool_sources.deciding import read_gathered
from newsletter.tool_sources.importing import import_source
from newsletter.tool_sources.judging import judge_rows
from newsletter.tool_sources.models import WatchedPage
from newsletter.tool_sources.pointing import leave, pointed_out, take_over
from newsletter.tool_sources.storing import store_rows
from newsletter.tools import directory
from newsletter.tools.models import Tool
from tests.samples.times import NOON

PEN = FoundTool("Pen", "https://pen.example", "$9", "Writes.", row=1)


@pytest.fixture
def tool(session: Session, publication: Publication) -> Tool:
    """A tool that came in by the rule of its source."""
    show(session, publication, PEN)
    return directory.all_tools(session, publication.key)[0]


def show(session: Session, publication: Publication, found: FoundTool) -> None:
    source_id = import_source(session, publication.key, "accept", NOON)
    store_rows(session, source_id, judge_rows([found]), set(), NOON)


def sentences(session: Session, publication: Publication) -> list[str]:
    return [point.sentence for point in pointed_out(session, publication.key)]


def test_a_change_is_taken_over_and_nothing_else_of_the_tool(
    session: Session, publication: Publication, tool: Tool
) -> None:
    assert sentences(session, publication) == []
    tool.description = "My own words."
    dearer = FoundTool("Pen", "https://pen.example", "$19", "Other words.", row=1)
    show(session, publication, dearer)
    assert sentences(session, publication) == ["Price: $9 is $19 now."]
    assert tool.price == "$9"
    take_over(session, publication.key, 1)
    assert (tool.price, tool.description) == ("$19", "My own words.")
    assert sentences(session, publication) == []


def test_a_change_that_is_left_is_quiet_until_the_next(
    session: Session, publication: Publication, tool: Tool
) -> None:
    show(session, publication, FoundTool("Pen", "https://pen.example", "$19", row=1))
    leave(session, publication.key, 1)
    show(session, publication, FoundTool("Pen", "https://pen.example", "$19", row=1))
    assert (sentences(session, publication), tool.price) == ([], "$9")
    show(session, publication, FoundTool("Pen", "https://pen.example", "$29", row=1))
    assert sentences(session, publication) == ["Price: $19 is $29 now."]
    tool.price = "$29"
    session.flush()
    assert sentences(session, publication) == [], "the editor wrote it themselves"


def test_who_disappeared_and_a_dead_link_are_pointed_out_once(
    session: Session, publication: Publication, tool: Tool
) -> None:
    gathered = read_gathered(session, publication.key, 1)
    gathered.missing_at = NOON
    page = WatchedPage(source_id=gathered.source_id, url=tool.url, gathered_id=1)
    page.trouble = "Its link is dead (HTTP 404)."
    session.add(page)
    session.flush()
    assert sentences(session, publication) == [
        "Its link is dead (HTTP 404). Its source does not show it any more."
    ]
    leave(session, publication.key, 1)
    assert sentences(session, publication) == []
    gathered.missing_at = NOON + timedelta(days=9)  # it was there again, and went again
    session.flush()
    assert sentences(session, publication) == ["Its source does not show it any more."]
    directory.retire(session, tool.key)
    assert sentences(session, publication) == [], "nobody meets a retired tool"
