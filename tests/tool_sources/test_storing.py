"""What a source shows is stored once, whatever it calls a tool and whoever knew it before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.formats.tools.found import FoundTool
from newsletter.publications.models import Publication
from newsletter.tool_sources import sources
from newsletter.tool_sources.importing import import_source
from newsletter.tool_sources.judging import addresses_of, judge_rows
from newsletter.tool_sources.models import GatheredTool
from newsletter.tool_sources.storing import changes_in_words, read_known, store_rows
from newsletter.tools import directory
from newsletter.tools.cards import Card
from tests.samples.times import NOON

PEN = FoundTool("Pen", "https://pen.example", "$9", "Writes.", row=1)


def store(session: Session, source_id: int, *found: FoundTool) -> list[str]:
    judged = judge_rows(found)
    stored = store_rows(session, source_id, judged, addresses_of(judged), NOON)
    return [row.outcome for row in stored.judged]


def gathered(session: Session) -> list[GatheredTool]:
    return list(session.exec(select(GatheredTool).order_by(GatheredTool.name_key)))


def test_a_refused_tool_does_not_come_back_under_another_address_or_name(
    session: Session, publication: Publication
) -> None:
    source_id = import_source(session, publication.key, "ask", NOON)
    store(session, source_id, PEN)
    gathered(session)[0].move_to("refused")
    session.flush()
    for again in (
        PEN,
        FoundTool("Pencil", "http://www.pen.example/?utm_source=x", row=1),
        FoundTool("P E N", "https://new.example", row=1),
    ):
        assert store(session, source_id, again) == ["same"]
    assert [row.status for row in gathered(session)] == ["refused"]


def test_a_tool_of_an_editor_is_kept_beside_what_its_source_shows(
    session: Session, publication: Publication
) -> None:
    tool = directory.add(session, publication.key, Card("PEN", "https://my.example/pen", "Free"))
    source_id = import_source(session, publication.key, "accept", NOON)
    assert store(session, source_id, PEN) == ["changed"]
    (row,) = gathered(session)
    assert (row.tool_id, row.status, row.is_made) == (tool.key, "accepted", False)
    assert (tool.name, tool.price, tool.url) == ("PEN", "Free", "https://my.example/pen")
    assert len(directory.all_tools(session, publication.key)) == 1


def test_a_tool_that_moves_to_another_address_is_the_same_tool(
    session: Session, publication: Publication
) -> None:
    source_id = import_source(session, publication.key, "accept", NOON)
    store(session, source_id, PEN)
    moved = FoundTool("Pen", "https://new.example", "$9", row=1)
    assert store(session, source_id, moved) == ["changed"]
    assert store(session, source_id, moved) == ["changed"], "until an editor decides"
    assert store(session, source_id, PEN) == ["same"], "it moved back"
    assert len(gathered(session)) == 1


def test_two_that_swap_their_addresses_break_nothing(
    session: Session, publication: Publication
) -> None:
    source_id = import_source(session, publication.key, "ask", NOON)
    ink = FoundTool("Ink", "https://ink.example", row=2)
    store(session, source_id, PEN, ink)
    swapped = (
        FoundTool("Ink", "https://pen.example", row=1),
        FoundTool("Pen", "https://ink.example", row=2),
    )
    assert store(session, source_id, *swapped) == ["same", "same"]
    assert len(gathered(session)) == 2


def test_a_new_tool_with_the_old_name_of_another_takes_nothing_from_it(
    session: Session, publication: Publication
) -> None:
    """A row that has the address of a tool is that tool; another with its name is shown beside."""
    source_id = import_source(session, publication.key, "accept", NOON)
    store(session, source_id, PEN)
    renamed = FoundTool("Pen Pro", "https://pen.example", "$19", row=1)
    young = FoundTool("Pen", "https://young.example", "$1", row=2)
    for rows in ((renamed, young), (young, renamed)):
        outcomes = dict(zip(rows, store(session, source_id, *rows), strict=True))
        assert outcomes == {renamed: "changed", young: "double"}
        (row,) = gathered(session)
        assert (row.name, row.url, row.price) == ("Pen Pro", "https://pen.example", "$19")


def test_a_row_that_is_refused_still_shows_its_tool(
    session: Session, publication: Publication
) -> None:
    """A price that is too long does not make a tool disappear, nor change what is known of it."""
    source_id = import_source(session, publication.key, "accept", NOON)
    store(session, source_id, PEN)
    row = gathered(session)[0]
    row.missing_at = NOON
    session.flush()
    assert store(session, source_id, replace(PEN, price="9" * 300)) == ["refused"]
    session.refresh(row)
    assert (row.missing_at, row.price) == (None, "$9")


def test_a_look_that_began_earlier_and_ends_later_makes_nothing_older(
    session: Session, publication: Publication
) -> None:
    source_id = import_source(session, publication.key, "accept", NOON)
    store(session, source_id, PEN)
    later, earlier = NOON + timedelta(hours=2), NOON + timedelta(hours=1)
    for now in (later, earlier):
        store_rows(session, source_id, judge_rows([PEN]), set(), now)
    row = gathered(session)[0]
    session.refresh(row)
    assert row.seen_at == later


def test_nothing_comes_in_from_a_source_that_was_removed_meanwhile(
    session: Session, publication: Publication
) -> None:
    new = sources.NewToolSource("https://shelf.example/tools.csv", "list", rule="accept")
    source_id = sources.add(session, publication.key, new, NOON).key
    sources.remove(session, publication.key, source_id)
    with pytest.raises(sources.NoToolSource):
        store(session, source_id, PEN)
    assert gathered(session) == []


def test_all_that_is_known_is_found_by_address_and_by_name(
    session: Session, publication: Publication
) -> None:
    directory.add(session, publication.key, Card("Ink", "https://ink.example"))
    source_id = import_source(session, publication.key, "ask", NOON)
    store(session, source_id, PEN)
    known = read_known(session, publication.key)
    assert {key: match.kind for key, match in known.items()} == {
        "@pen.example": "gathered",
        "=pen": "gathered",
        "@ink.example": "tool",
        "=ink": "tool",
    }
    assert changes_in_words({"price": ("", "$9")}) == "Price: none is $9 now."
