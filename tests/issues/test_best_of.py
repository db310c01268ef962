"""The monthly best-of: what people clicked and editors chose, once, for those who want no other."""

from datetime import timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.planning import freeze, plan
from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from newsletter.issues.best_of import propose_monthly, sent_in
from newsletter.issues.models import Block, Issue
from newsletter.issues.proposing import window_start
from newsletter.issues.reading import current_issue, read_blocks
from newsletter.issues.refreshing import refresh
from newsletter.publications.models import Publication
from newsletter.tools import directory, slots
from newsletter.urls import Urls
from tests.issues.stage import JUNE_FIRST, MAY, month, sent_issue, tool
from tests.subscribers.people import join

URLS = Urls("https://letters.example")


def propose(session: Session, publication: Publication, **clicks: int) -> Issue | None:
    counted = {f"https://news.example/{title}": count for title, count in clicks.items()}
    return propose_monthly(
        session,
        publication,
        MAY,
        due_at=JUNE_FIRST + timedelta(days=2),
        clicks=counted,
        urls=URLS,
        now=JUNE_FIRST,
    )


def test_what_was_clicked_most_leads_each_story_comes_once_and_says_why(
    session: Session, publication: Publication
) -> None:
    made = month(session, publication)
    assert list(sent_in(session, publication, MAY)) == made
    issue = propose(session, publication, owl=40, ferry=20)
    assert issue
    shown = read_blocks(session, issue.key)
    assert [block.title for block in shown] == ["owl", "ferry", "vote", "court", "lake"]
    assert [block.kind for block in shown] == ["lead", "stories", "stories", "stories", "stories"]
    assert shown[0].reasons == ["clicked 40 times"]
    assert shown[1].reasons == ["clicked 20 times", "the lead of issue 1"]
    assert (issue.subject, issue.number, issue.frequency) == ("The best of May: owl", 4, "monthly")


def test_it_is_proposed_once_and_not_of_a_month_with_hardly_a_story(
    session: Session, publication: Publication
) -> None:
    sent_issue(session, publication, 1, JUNE_FIRST - timedelta(days=10), ["ferry", "court"])
    assert propose(session, publication) is None
    sent_issue(session, publication, 2, JUNE_FIRST - timedelta(days=3), ["owl"])
    assert propose(session, publication)
    assert propose(session, publication) is None


def test_the_tools_that_were_followed_most_come_again_without_rivals_slots_or_a_turn_lost(
    session: Session, publication: Publication
) -> None:
    made = month(session, publication)
    chart, rival, quiet, gone, sold = (
        tool(session, publication, name, name[0])
        for name in ("Chart", "Cards", "Quill", "Gong", "Sold")
    )
    slot = slots.book(session, sold.key, kind="paid", starts_on=MAY, ends_on=MAY)
    for issue, shown in ((made[0], (chart, rival, sold)), (made[1], (quiet, gone))):
        for place, shown_tool in enumerate(shown):
            slot_id = slot.id if shown_tool is sold else None
            block = Block(
                issue_id=issue.key,
                kind="tools",
                position=place,
                tool_id=shown_tool.id,
                slot_id=slot_id,
                title=shown_tool.name,
                url=shown_tool.url,
            )
            session.add(block)
    directory.retire(session, gone.key)
    session.flush()
    publication.tools = 3
    clicks = {rival.url: 9, chart.url: 4, gone.url: 50, sold.url: 60}
    best = propose_monthly(
        session, publication, MAY, due_at=JUNE_FIRST, clicks=clicks, urls=URLS, now=JUNE_FIRST
    )
    assert best
    shown_tools = [block for block in read_blocks(session, best.key) if block.kind == "tools"]
    assert [(block.title, block.reasons) for block in shown_tools] == [
        ("Cards", ["clicked 9 times"]),
        ("Quill", ["featured in issue 2"]),
    ]
    assert "Cards" in print_edition(session, best.key, URLS, JUNE_FIRST).html
    approval.approve(session, best.key, "checksum", by="mara", now=JUNE_FIRST)
    approval.mark_sent(session, best.key, JUNE_FIRST)
    assert rival.featured_at is None


def test_weekly_issues_do_not_know_it(session: Session, publication: Publication) -> None:
    month(session, publication)
    before = window_start(session, publication.key, JUNE_FIRST)
    issue = propose(session, publication)
    assert issue
    assert not refresh(session, issue.key, JUNE_FIRST)
    assert current_issue(session, publication.key) is None
    assert current_issue(session, publication.key, "monthly") == issue
    issue.status = "sent"
    session.flush()
    assert window_start(session, publication.key, JUNE_FIRST) == before


def test_it_goes_to_who_wishes_for_the_best_of_only_and_every_other_has_a_reason(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        month(session, publication)
        join(session, publication, "every@readers.example")
        join(session, publication, "monthly@readers.example", frequency="monthly")
        issue = propose(session, publication)
        assert issue
        edition = print_edition(session, issue.key, URLS, JUNE_FIRST)
        approval.approve(session, issue.key, edition.checksum, by="mara", now=JUNE_FIRST)
        delivery = plan(session, issue.key, JUNE_FIRST)
    assert freeze(database, delivery.key)
    ledger = database.read(read_ledger, delivery.key)
    assert (ledger.considered, dict(ledger.excluded), ledger.recipients) == (
        2,
        {"every issue": 1},
        1,
    )
