"""Audiences at the desk, in a browser: the count follows the form; saved, used for an issue, and without scripts the same."""

from datetime import timedelta

from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from newsletter.demo import sample
from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from subscribers.joining import signup
from subscribers.models import Subscription
from tests.doubles.browser import chromium
from tests.journeys.world import World, world
from tests.web.desk.test_delivery import FIRST


def readers(one: World) -> None:
    """Six of them, two of whom ticked Policy."""

    def add(session: Session) -> None:
        for number in range(6):
            asked = signup.sign_up(
                session,
                one.publication.key,
                f"reader{number}@{'example.org' if number < 4 else 'example.com'}",
                now=FIRST,
            )
            signup.confirm(session, asked.subscription_id, now=FIRST)
            session.get_one(Subscription, asked.subscription_id).topics = (
                ["Policy"] if number in (0, 5) else []
            )

    one.runtime.database.write(add)


def desk(browser: Browser, one: World, *, scripts: bool) -> Page:
    page = browser.new_page(java_script_enabled=scripts, viewport={"width": 390, "height": 900})
    page.goto(one.runtime.settings.public_url + "/desk/login")
    page.fill("#address", sample.EDITOR)
    page.fill("#password", sample.PASSWORD)
    page.click("button:has-text('Log in')")
    page.goto(one.runtime.settings.public_url + "/desk/audiences")
    return page


def test_a_filter_is_tried_saved_and_an_issue_goes_to_it_with_everybody_accounted_for(
    sqlite_url: str,
) -> None:
    start, second = FIRST - timedelta(hours=20), FIRST + timedelta(days=7)
    with world(sqlite_url, start=start, second_deadline=second) as one, chromium() as browser:
        readers(one)
        page = desk(browser, one, scripts=True)
        expect(page.locator("#count")).to_have_text("6 readers: everybody")
        page.fill("#domains", "example.org")
        expect(page.locator("#count")).to_have_text("4 readers: address at example.org")
        page.fill("#topics", "Policy")
        expect(page.locator("#count")).to_have_text(
            "1 reader: topic Policy, address at example.org"
        )
        page.fill("#domains", "no domain")
        expect(page.locator("#count")).to_contain_text("expects names like example.org")

        plain = desk(browser, one, scripts=False)
        plain.fill("#topics", "Policy")
        plain.click("button:has-text('Count')")
        assert "2 readers: topic Policy" in plain.inner_text("#count")
        plain.fill("#name", "Policy people")
        plain.click("button:has-text('Save')")
        assert "Policy people" in plain.inner_text("table")

        one.tick()
        issue = one.issue(1)
        plain.goto(one.runtime.urls.desk_issue(issue.key))
        plain.select_option("#audience", label="Policy people")
        plain.click("section:has(#audience) button:has-text('Save')")
        assert "of the audience “Policy people” only" in plain.inner_text("main")
        with one.runtime.database.writing() as session:
            edition = print_edition(session, issue.key, one.runtime.urls, one.clock.now())
            approval.approve(
                session, issue.key, edition.checksum, by=sample.EDITOR, now=one.clock.now()
            )
        one.clock.move_to(FIRST + timedelta(minutes=1))
        one.tick()
        ledger = one.ledger(1)
        assert (ledger.considered, dict(ledger.excluded)) == (6, {"not in the audience": 4})
        assert {letter.rcpt_to for letter in one.inbox.letters} == {
            "reader0@example.org",
            "reader5@example.com",
            sample.EDITOR,
        }
