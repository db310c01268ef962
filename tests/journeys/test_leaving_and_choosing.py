"""A reader's ways after joining, in Chromium and over real SMTP: choose, snooze, move, leave by
each way, come back, be forgotten."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page
from sqlmodel import Session, col, select

from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from newsletter.publications.preferences import change
from subscribers.models import Leave, Subscriber, Subscription
from tests.delivery.rig import subscribe
from tests.doubles.browser import chromium, hear_breaches
from tests.journeys.world import World, link, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)  # Tuesday, 09:00 in Berlin
WEEK = timedelta(days=7)
ADA, BOB, CYD, DAN, EVE = (
    f"{name}@readers.example" for name in ("ada", "bob", "cyd", "dan", "eve")
)
NEW = "ada@elsewhere.example"


@contextmanager
def reading(database_url: str) -> Iterator[tuple[World, Page]]:
    """Five readers have issue 1 in their mailboxes; a browser of the width of a phone."""
    with (
        world(database_url, start=FIRST - timedelta(hours=20), second_deadline=FIRST + WEEK) as one,
        chromium() as browser,
    ):
        with one.runtime.database.writing() as session:
            change(session, one.publication.key, topics=["Models", "Policy"], monthly=True)
            for address in (ADA, BOB, CYD, DAN, EVE):
                subscribe(session, one.publication.key, address)
        send(one, 1, FIRST)
        page = browser.new_page(viewport={"width": 390, "height": 900})
        broken: list[str] = []
        hear_breaches(page, broken)
        yield one, page
        assert not broken


def send(one: World, number: int, at: datetime) -> dict[str, int]:
    """Propose, approve and send an issue; who was excluded, by reason."""
    one.tick()
    issue = one.issue(number)
    with one.runtime.database.writing() as session:
        edition = print_edition(session, issue.key, one.runtime.urls, one.clock.now())
        approval.approve(session, issue.key, edition.checksum, by="editor", now=one.clock.now())
    one.clock.move_to(at)
    one.tick()
    return dict(one.ledger(number).excluded)


def press(page: Page, what: str) -> None:
    with page.expect_navigation():
        page.locator(f"button:has-text('{what}')").first.click()


def issue_link(one: World, address: str, path: str) -> str:
    return link(one.letter_to(address, one.issue(1).subject).text, path)


def statuses(one: World) -> dict[str, str]:
    return one.runtime.database.read(_statuses)


def _statuses(session: Session) -> dict[str, str]:
    query = select(Subscriber.address, Subscription.status).join(
        Subscription, col(Subscription.subscriber_id) == col(Subscriber.id)
    )
    return dict(session.exec(query).all())


def test_a_reader_chooses_snoozes_moves_and_is_forgotten(database_url: str) -> None:
    with reading(database_url) as (one, page):
        page.goto(issue_link(one, ADA, "/preferences/"))
        assert "a•••@readers.example" in page.inner_text("main")
        page.check("input[value=Policy]")
        page.select_option("select[name^=snooze]", "2")
        press(page, "Save")
        assert "Saved" in page.inner_text("[role=status]")
        page.goto(issue_link(one, BOB, "/preferences/"))
        page.check("input[value=monthly]")
        press(page, "Save")

        page.goto(one.runtime.settings.public_url + "/link")
        page.fill("#email", CYD)
        press(page, "Send me my link")
        page.goto(link(one.letter_to(CYD, "Your link").text, "/preferences/"))
        assert "What you get" in page.inner_text("h1")

        page.goto(issue_link(one, ADA, "/preferences/"))
        page.fill("#address", NEW)
        press(page, "Change")
        page.goto(link(one.letter_to(NEW, "Confirm your new address").text, "/address/"))
        press(page, "Yes, write to me here")
        assert "One more yes" in page.inner_text("h1")
        page.goto(link(one.letter_to(ADA, "Shall your letters").text, "/address/present/"))
        press(page, "Yes, that was me")
        assert "a•••@elsewhere.example" in page.inner_text("h1")
        one.letter_to(ADA, "Your letters from")

        page.goto(issue_link(one, DAN, "/preferences/"))
        press(page, "Have a copy, or erase me")
        page.goto(link(one.letter_to(DAN, "Your data").text, "/mine/"))
        with page.expect_download() as coming:
            page.click("text=Download as JSON")
        assert json.loads(Path(coming.value.path()).read_text())["you"]["address"] == DAN
        page.check("input[name=sure]")
        press(page, "Erase me")
        assert "What stays, and why" in page.inner_text("main")

        one.clock.move_to(FIRST + WEEK - timedelta(hours=20))
        assert send(one, 2, FIRST + WEEK) == {"snoozed": 1, "monthly": 1}
        second = one.issue(2).subject
        assert DAN not in statuses(one)
        assert {
            address
            for address in (CYD, EVE)
            if one.letters_to(address)[-1].headers["Subject"] == second
        } == {CYD, EVE}
        one.clock.move_to(FIRST + 2 * WEEK - timedelta(hours=20))
        assert send(one, 3, FIRST + 2 * WEEK) == {"monthly": 1}, "the snooze has ended by itself"
        assert one.letter_to(NEW, one.issue(3).subject)


def test_a_reader_leaves_by_each_way_and_comes_back(database_url: str) -> None:
    with reading(database_url) as (one, page):
        one.clock.move_by(timedelta(hours=2))
        header = one.letter_to(ADA, one.issue(1).subject).headers["List-Unsubscribe"].strip("<>")
        assert one.post(header, **{"List-Unsubscribe": "One-Click"}) == "You are unsubscribed."

        page.goto(issue_link(one, BOB, "/leave/"))
        assert statuses(one)[BOB] == "active", "opening the page leaves nobody"
        one.clock.move_by(timedelta(seconds=4))
        press(page, "Unsubscribe")
        page.check("input[value=often]")
        press(page, "Send")
        assert "Thank you for telling us why" in page.inner_text("main")

        page.goto(issue_link(one, CYD, "/preferences/"))
        one.clock.move_by(timedelta(seconds=4))
        press(page, "Unsubscribe")
        assert "You are unsubscribed" in page.inner_text("h1")
        press(page, "Undo")
        assert "You are on the list" in page.inner_text("h1")

        page.goto(issue_link(one, DAN, "/leave/"))
        one.clock.move_by(timedelta(seconds=4))
        press(page, "Unsubscribe")
        assert statuses(one) == {
            ADA: "unsubscribed",
            BOB: "unsubscribed",
            CYD: "active",
            DAN: "unsubscribed",
            EVE: "active",
        }
        with one.runtime.database.reading() as session:
            leaves = session.exec(select(Leave).order_by(col(Leave.id))).all()
        assert [(leave.by, leave.status) for leave in leaves] == [
            ("one-click", "obeyed"),
            ("link", "obeyed"),
            ("preferences", "undone"),
            ("link", "obeyed"),
        ]
        assert {leave.issue_id for leave in leaves} == {one.issue(1).id}
        assert all(leave.after_s and 7200 <= leave.after_s <= 7300 for leave in leaves)
