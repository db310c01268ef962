"""The directory: each tool has a page of its own, and only an active one that is no sponsor's."""

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from newsletter.tools import directory
from newsletter.tools.cards import Card

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
