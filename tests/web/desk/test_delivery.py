"""A delivery watched in a browser: its figures move by themselves.

Pause, resume and stop are obeyed, without scripts too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect
from sqlmodel import col, select, update

from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.planning import plan
from newsletter.demo import sample
from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from tests.delivery.rig import subscribe
from tests.doubles.browser import chromium
from tests.journeys.world import World, wait, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
READERS = 400


@contextmanager
def sending(url: str) -> Iterator[World]:
    """Some hundred readers, a slow inbox, and an issue that is on its way to them."""
    with world(
        url, start=FIRST - timedelta(hours=20), second_deadline=FIRST + timedelta(days=7)
    ) as service:
        with service.runtime.database.writing() as session:
            for number in range(READERS):
                subscribe(session, service.publication.key, f"reader{number}@readers.example")
        service.tick()
        service.inbox.delay_s = 0.2  # the delivery must not end before a slow browser looked at it
        with service.runtime.database.writing() as session:
            key = service.issue(1).key
            edition = print_edition(session, key, service.runtime.urls, service.clock.now())
            approval.approve(session, key, edition.checksum, by="editor", now=service.clock.now())
            plan(session, key, service.clock.now())
        yield service


def _log_in(page: Page, home: str) -> None:
    page.goto(home + "/desk/login")
    page.fill("#address", sample.EDITOR)
    page.fill("#password", sample.PASSWORD)
    _press(page, "button:has-text('Log in')")


def _press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def _settled(page: Page) -> int:
    return int(page.locator("progress").get_attribute("value") or 0)


def test_progress_moves_pauses_resumes_and_ends(sqlite_url: str) -> None:
    with sending(sqlite_url) as service, chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 900})
        broken: list[str] = []
        page.on(
            "console",
            lambda message: broken.append(message.text) if message.type == "error" else None,
        )
        home = service.runtime.settings.public_url
        _log_in(page, home)
        _press(page, "text=Open the delivery")
        assert page.inner_text("h1") == "Sending issue 1"
        assert page.locator("progress").get_attribute("max") == str(READERS)
        before = _settled(page)
        wait(lambda: _settled(page) > before)
        assert page.evaluate("performance.getEntriesByType('navigation').length") == 1, (
            "by itself, the page was not loaded again"
        )

        _press(page, "button:has-text('Pause')")
        assert page.inner_text("h1") == "Issue 1 is paused"
        expect(page.locator("#progress[hx-get]")).to_have_count(0)  # what was in hand is answered
        paused = _settled(page)
        assert before < paused < READERS
        taken = len(service.inbox.letters)
        page.wait_for_timeout(1500)
        assert len(service.inbox.letters) == taken, "nothing is offered while it is paused"
        page.reload()
        assert _settled(page) == paused
        cookies = page.context.cookies()

        _press(page, "button:has-text('Resume')")
        assert page.inner_text("h1") == "Sending issue 1"
        wait(lambda: _settled(page) > paused)
        page.context.clear_cookies()
        page.wait_for_url("**/desk/login")  # a page whose login has ended goes there as a whole
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        service.inbox.delay_s = 0.0
        page.go_back()
        expect(page.locator("h1")).to_have_text("Issue 1 is sent", timeout=20_000)
        assert _settled(page) == READERS
        assert "100 %" in page.inner_text("#progress")
        assert f"{READERS} considered = 0 excluded + {READERS} messages" in page.inner_text(
            "#progress"
        )
        assert len(service.inbox.letters) - READERS in (0, 1), "one each, and the editors' notice"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert not broken


def test_without_scripts_all_is_shown_and_all_orders_are_obeyed(sqlite_url: str) -> None:
    with sending(sqlite_url) as service, chromium() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        home = service.runtime.settings.public_url
        _log_in(page, home)
        _press(page, "text=Open the delivery")
        assert "Load it again" in page.inner_text("main")
        _press(page, "button:has-text('Pause')")
        wait(lambda: "Waiting" in page.inner_text("main") and not _claimed(service))
        with service.runtime.database.writing() as session:
            doubtful = session.exec(
                select(Message.id).where(col(Message.status) == "planned").limit(2)
            ).all()
            session.exec(
                update(Message).where(col(Message.id).in_(doubtful)).values(status="uncertain")
            )
        page.reload()
        assert "Some may arrive twice" in page.inner_text("#uncertain")
        _press(page, "button:has-text('Send these again')")
        assert "sent again when the delivery is resumed" in page.inner_text("main")
        assert page.locator("#uncertain").count() == 0
        assert page.locator("button:has-text('Stop for good')").is_hidden()
        page.click("summary:has-text('Stop for good')")
        assert "never will be" in page.inner_text("main")
        _press(page, "button:has-text('Stop for good')")
        assert page.inner_text("h1") == "Issue 1 was stopped"
        assert _settled(page) < READERS
        with service.runtime.database.reading() as session:
            assert session.exec(select(Delivery.status)).one() == "stopped"
        assert page.locator("button:has-text('Pause'), button:has-text('Resume')").count() == 0


def _claimed(service: World) -> bool:
    with service.runtime.database.reading() as session:
        return (
            session.exec(
                select(Message.id).where(col(Message.status) == "claimed").limit(1)
            ).first()
            is not None
        )
