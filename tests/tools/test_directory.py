"""The directory: each tool has a page of its own, and only an active one that is no sponsor's."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from newsletter.tools import directory
from newsletter.tools.cards import Card
from tests.samples.times import NOON

CARD = Card(
    "Inkwell Lens", "https://inkwell.example", "Free", "Reads scanned letters.", ("Documents",)
)


def test_two_tools_have_two_pages_and_no_name_is_taken_twice(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    one, two = (
        directory.add(session, key, Card(name, CARD.url)) for name in ("Ink & Well", "Ink Well")
    )
    assert (one.slug, two.slug) == ("ink-well", "ink-well-2")
    with pytest.raises(directory.KnownTool):
        directory.add(session, key, Card("INK WELL", CARD.url))
    directory.change(session, one.key, Card("Pen", CARD.url), category=" a  b ", is_sponsor=False)
    assert (one.name, one.slug, one.category) == ("Pen", "ink-well", "a b"), (
        "a page keeps its address"
    )


def test_a_retired_tool_and_a_sponsor_have_no_page(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    tool, sponsor = (
        directory.add(session, key, CARD),
        directory.add(session, key, Card("S", CARD.url), is_sponsor=True),
    )
    assert directory.public_tool(session, key, tool.slug) is tool
    directory.retire(session, tool.key)
    for gone in (tool, sponsor):
        with pytest.raises(directory.NoTool):
            directory.public_tool(session, key, gone.slug)
    assert directory.restore(session, tool.key).status == "active"


def test_a_card_that_cannot_be_shown_is_refused_with_its_problems(
    session: Session, publication: Publication
) -> None:
    with pytest.raises(directory.BadTool, match="Give the name of the tool"):
        directory.add(session, publication.key, Card("", CARD.url))
    tool = directory.add(session, publication.key, CARD)
    with pytest.raises(directory.BadTool, match="Write the web address"):
        directory.change(session, tool.key, Card("Pen", "ftp:x"), category="", is_sponsor=False)
    assert directory.card_of(directory.read_tool(session, tool.key)) == CARD
    with pytest.raises(directory.NoTool):
        directory.read_tool(session, 999)


def test_the_last_featured_come_first_and_those_without_a_page_not_at_all(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    never, long_ago, lately, retired = (
        directory.add(session, key, Card(name, CARD.url)) for name in ("D", "C", "B", "A")
    )
    directory.mark_featured(session, [long_ago.key], NOON - timedelta(days=9))
    directory.mark_featured(session, [lately.key, retired.key], NOON)
    directory.retire(session, retired.key)
    session.expire_all()
    assert directory.recently_featured(session, key, 2) == [lately, long_ago]
    assert directory.recently_featured(session, key, 9) == [lately, long_ago, never]
    assert directory.all_tools(session, key) == [retired, lately, long_ago, never]


def test_a_tool_is_found_by_its_name_whatever_its_case(
    session: Session, publication: Publication
) -> None:
    tool = directory.add(session, publication.key, CARD)
    assert directory.find_by_name(session, publication.key, " INKWELL lens ") is tool
    assert directory.find_by_name(session, publication.key, "Inkwell") is None
