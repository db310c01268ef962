"""Tools in issues: a slot counts when it is sent, is promised in an open issue, and labelled."""

from datetime import date, timedelta

from sqlmodel import Session

from newsletter.editions.printing import preview, print_edition
from newsletter.issues import featuring
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import read_blocks
from newsletter.issues.status import ISSUE
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from newsletter.tools import directory, slots
from newsletter.urls import Urls
from tests.issues.stage import WEEK, make_issue, send, tool
from tests.samples.times import NOON

DAY = date(2026, 5, 12)


def names(session: Session, issue: Issue) -> list[str]:
    return [block.title for block in featuring_blocks(session, issue)]


def featuring_blocks(session: Session, issue: Issue) -> list[Block]:
    return [block for block in read_blocks(session, issue.key) if block.kind == "tools"]


def test_a_cap_counts_what_was_sent_and_what_an_open_issue_promises(
    session: Session, publication: Publication
) -> None:
    paid = tool(session, publication, "Paid")
    for name in ("A", "B", "C"):
        tool(session, publication, name)
    slot = slots.book(
        session, paid.key, kind="paid", starts_on=DAY - WEEK, ends_on=DAY + WEEK * 9, cap=2
    )
    first, second = make_issue(session, publication, 1), make_issue(session, publication, 2)
    third = make_issue(session, publication, 3)
    assert ["Paid" in names(session, issue) for issue in (first, second, third)] == [
        True,
        True,
        False,
    ], "promised twice, the cap is 2"
    used = featuring.slot_uses(session, publication.key)[slot.key]
    assert (used.sent, used.open) == (0, 2), "nothing counts as sent before it is"
    send(session, first)
    second.status = ISSUE.to(second.status, "skipped")
    session.flush()
    used = featuring.slot_uses(session, publication.key)[slot.key]
    assert (used.sent, used.open) == (1, 0)
    assert "Paid" in names(session, make_issue(session, publication, 4)), (
        "a skipped issue gives its promise back"
    )
    assert [issue.number for issue in featuring.issues_with(session, paid.key)] == [1]


def test_a_tool_that_an_editor_took_out_is_not_counted(
    session: Session, publication: Publication
) -> None:
    paid = tool(session, publication, "Paid")
    slot = slots.book(
        session, paid.key, kind="paid", starts_on=DAY - WEEK, ends_on=DAY + WEEK, cap=1
    )
    issue = make_issue(session, publication, 1)
    session.delete(featuring_blocks(session, issue)[0])
    session.flush()
    send(session, issue)
    assert slot.id not in featuring.slot_uses(session, publication.key)
    assert paid.featured_at is None


def test_the_rotation_goes_on_when_an_issue_is_sent(
    session: Session, publication: Publication
) -> None:
    for name in ("A", "B", "C"):
        tool(session, publication, name)
    first = make_issue(session, publication, 1)
    assert names(session, first) == ["A", "B"]
    send(session, first)
    assert names(session, make_issue(session, publication, 2)) == ["C", "A"]


def test_a_retired_tool_is_not_shown_whatever_its_slot(
    session: Session, publication: Publication
) -> None:
    gone = tool(session, publication, "Gone")
    slots.book(session, gone.key, kind="paid", starts_on=DAY - WEEK, ends_on=DAY + WEEK)
    directory.retire(session, gone.key)
    assert names(session, make_issue(session, publication, 1)) == []


def test_the_day_of_an_issue_is_that_of_its_own_zone(publication: Publication) -> None:
    assert featuring.day_of(
        publication, NOON.replace(hour=22, minute=30)
    ) == NOON.date() + timedelta(days=1), "Berlin is ahead in May"


def test_what_was_paid_for_is_labelled_in_the_letter_in_its_text_and_in_its_reasons(
    session: Session, publication: Publication
) -> None:
    mine = session.merge(publication)
    change(session, mine.key, disclosure="Anzeige")
    paid = tool(session, mine, "Paid")
    tool(session, mine, "Unpaid")
    slots.book(session, paid.key, kind="paid", starts_on=DAY - WEEK, ends_on=DAY + WEEK)
    issue = make_issue(session, mine, 1)
    first, second = featuring_blocks(session, issue)
    assert (first.title, first.label, first.reasons[0][:11]) == ("Paid", "Anzeige", "a paid slot")
    assert (second.title, second.label) == ("Unpaid", "")
    _, printed = preview(session, issue.key, Urls("https://n.example"))
    assert printed.html.count("Anzeige") == 1
    assert "Anzeige, Free" in printed.text
    assert "https://n.example/promote" in printed.html, "the block leads to our own form"
    mine.promote_url = "https://elsewhere.example/form"
    session.flush()
    edition = print_edition(session, issue.key, Urls("https://n.example"), NOON)
    assert "https://elsewhere.example/form" in edition.html
    assert "https://n.example/promote" not in edition.html
