"""In a real browser, wide and narrow: sign-up to undo, login to approval.

No page scrolls sideways or breaks its policy.
"""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from newsletter.demo import sample
from tests.doubles.browser import chromium, hear_breaches
from tests.journeys.world import link, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def _press(page: Page, selector: str) -> None:
    """Press the first button or link of that kind, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(selector).first.click()


@pytest.mark.parametrize("width", [1280, 390])
def test_reader_and_editor_in_a_browser(width: int, sqlite_url: str) -> None:
    start = FIRST - timedelta(hours=20)
    with (
        world(sqlite_url, start=start, second_deadline=FIRST + timedelta(days=7)) as service,
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": width, "height": 900})
        broken: list[str] = []
        hear_breaches(page, broken)
        home = service.runtime.settings.public_url
        page.goto(home)
        page.fill("#email", "not an address")
        page.click("text=Subscribe")
        page.wait_for_selector(
            "text=Oops! Something went wrong while submitting the form. The address needs an @"
        )
        page.fill("#email", "ada@readers.example")
        page.click("text=Subscribe")
        page.wait_for_selector("text=Thank you! Your submission has been received!")
        _fits(page)
        page.goto(link(service.letter_to("ada@readers.example", "Confirm").text, "/confirm/"))
        _press(page, "text=Confirm my subscription")
        assert "You are on the list" in page.inner_text("h1")
        page.goto(link(service.letter_to("ada@readers.example", "Welcome").text, "/leave/"))
        assert "a•••@readers.example" in page.inner_text("main")
        service.clock.move_to(start + timedelta(seconds=5))  # who presses at once may be a scanner
        _press(page, "button:has-text('Unsubscribe')")
        assert "You are unsubscribed" in page.inner_text("h1")
        _press(page, "button:has-text('Undo')")
        assert "You are on the list" in page.inner_text("h1")
        _fits(page)

        service.tick()
        page.goto(home + "/desk")
        page.fill("#address", sample.EDITOR)
        page.fill("#password", sample.PASSWORD)
        _press(page, "button:has-text('Log in')")
        _fits(page)
        _press(page, "text=Review issue 1")
        _fits(page)
        second = page.locator("ol.list b").nth(1).inner_text()
        _press(page, "button:has-text('Take out')")
        assert page.locator("ol.list b").first.inner_text() == second, "the next story leads"
        page.fill("#subject", "A subject by hand")
        _press(page, "button:has-text('Save')")
        page.wait_for_timeout(300)
        assert second in page.frame_locator("iframe").locator("body").inner_text()
        _press(page, "button:has-text('Send proof')")
        service.letter_to(sample.EDITOR, "[Proof] A subject by hand")
        _press(page, "button:has-text('Approve')")
        assert service.issue(1).status == "approved"
        assert not broken
