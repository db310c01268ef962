"""A yes makes a tool once, a no stays, and both can be taken back."""

import pytest
from sqlmodel import Session

from newsletter.formats.tools.found import FoundTool
from newsletter.moves import WrongMove
from newsletter.publications.models import Publication
from newsletter.tool_sources import deciding
from newsletter.tool_sources.importing import import_source
from newsletter.tool_sources.judging import judge_rows
from newsletter.tool_sources.storing import store_rows
from newsletter.tools import directory
from newsletter.tools.cards import Card
from tests.samples.times import NOON

PEN = FoundTool("Pen", "https://pen.example", "$9", "Writes.", ("Writing",), row=1)
INK = FoundTool("Ink", "https://ink.example", row=2)
BY = "editor@inference.example"


def gather(session: Session, publication: Publication, *found: FoundTool) -> list[int]:
    source_id = import_source(session, publication.key, "ask", NOON)
    store_rows(session, source_id, judge_rows(found), set(), NOON)
    return [row.key for row in deciding.with_status(session, publication.key, "waiting")]


def test_a_yes_makes_a_tool_and_taking_it_back_retires_it_until_the_next(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    (pen,) = gather(session, publication, PEN)
    assert deciding.accept(session, key, [pen, 999], by=BY, now=NOON) == 1
    assert deciding.accept(session, key, [pen], by=BY, now=NOON) == 0, "a double click"
    (tool,) = directory.all_tools(session, key)
    assert (tool.name, tool.price, tool.category) == ("Pen", "$9", "Writing")
    deciding.take_back(session, key, pen)
    assert tool.status == "retired"
    with pytest.raises(WrongMove):
        deciding.take_back(session, key, pen)
    deciding.accept(session, key, [pen], by=BY, now=NOON)
    assert tool.status == "active"
    assert len(directory.all_tools(session, key)) == 1
    deciding.take_back(session, key, pen)
    assert tool.status == "retired", "it is still the one that was made"


def test_a_no_stays_at_each_look_until_it_is_taken_back(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    pen, ink = gather(session, publication, PEN, INK)
    assert deciding.refuse(session, key, [pen], by=BY, now=NOON) == 1
    assert gather(session, publication, PEN, INK) == [ink]
    assert deciding.count_by_status(session, key) == {"refused": 1, "waiting": 1}
    assert [row.name for row in deciding.with_status(session, key, "refused")] == ["Pen"]
    deciding.take_back(session, key, pen)
    assert deciding.count_by_status(session, key) == {"waiting": 2}


def test_a_tool_that_was_added_by_hand_meanwhile_is_not_doubled(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    (pen,) = gather(session, publication, PEN)
    mine = directory.add(session, key, Card("PEN", "https://my.example", "Free"))
    deciding.accept(session, key, [pen], by=BY, now=NOON)
    assert directory.all_tools(session, key) == [mine]
    with pytest.raises(deciding.WasHereBefore):
        deciding.take_back(session, key, pen)
    with pytest.raises(deciding.NoGatheredTool):
        deciding.take_back(session, key + 1, pen)
