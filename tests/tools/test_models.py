"""What the tables of tools keep: a name and a page are one tool's; what is not set is modest."""

from datetime import date

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from newsletter.tools.models import Slot, Submission, Tool
from tests.rows import takes
from tests.samples.times import NOON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def tool(publication: Publication, name: str, slug: str) -> Tool:
    return Tool(publication_id=publication.key, name=name, slug=slug, url="https://pen.example")


def test_a_name_and_a_page_are_of_one_tool(session: Session, publication: Publication) -> None:
    assert takes(session, tool(publication, "Pen", "pen"))
    assert not takes(session, tool(publication, "Pen", "pen-2"))
    assert not takes(session, tool(publication, "Pencil", "pen"))
    assert takes(session, tool(publication, "Pencil", "pencil"))


def test_another_publication_may_have_a_tool_of_the_same_name(
    session: Session, publication: Publication
) -> None:
    other = Publication(slug="b", name="B", sender_name="B", sender_address="b@b.example")
    assert takes(session, other, tool(publication, "Pen", "pen"))
    assert takes(session, tool(other, "Pen", "pen"))


def test_a_tool_begins_active_and_is_no_sponsors(
    session: Session, publication: Publication
) -> None:
    pen = tool(publication, "Pen", "pen")
    assert takes(session, pen)
    session.expire(pen)
    assert (pen.status, pen.is_sponsor, pen.price) == ("active", False, "Free")
    assert (pen.category, pen.tags, pen.featured_at) == ("", [], None)


def test_a_slot_without_a_cap_is_for_each_issue_and_is_of_a_tool_that_there_is(
    session: Session, publication: Publication
) -> None:
    pen = tool(publication, "Pen", "pen")
    assert takes(session, pen)
    days = {"starts_on": date(2026, 5, 12), "ends_on": date(2026, 5, 12)}
    slot = Slot(publication_id=publication.key, tool_id=pen.key, kind="paid", **days)
    assert takes(session, slot)
    session.expire(slot)
    assert slot.cap == 0
    nobody = Slot(publication_id=publication.key, tool_id=99, kind="paid", **days)
    assert not takes(session, nobody)


def test_a_submission_begins_with_its_first_version_and_nothing_decided(
    session: Session, publication: Publication
) -> None:
    def sent_in() -> Submission:
        return Submission(
            publication_id=publication.key,
            status="unverified",
            name="Pen",
            url="https://pen.example",
            contact="maker@pen.example",
            sent_at=NOON,
        )

    first = sent_in()
    assert takes(session, first)
    session.expire(first)
    assert (first.version, first.tags, first.changed) == (1, [], [])
    assert (first.verified_at, first.decided_at, first.tool_id) == (None, None, None)
    assert takes(session, sent_in()), "a maker may send it in again"
