"""A program of the editor's adds a reader: the token is made and revoked at the desk by keyboard,
the reader confirms through real SMTP."""

import json
import re
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page

from newsletter.demo import sample
from tests.doubles.browser import chromium, hear_breaches
from tests.journeys.test_joining import confirm
from tests.journeys.world import World, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
ADA = "ada@readers.example"
MOST_TABS = 60


def tab_to(page: Page, what: str) -> None:
    """Go there by the tabulator alone, as who has no mouse does."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"the tabulator does not lead to {what}")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def ask(one: World, token: str) -> int:
    """Add ada as a program does; returns the status."""
    body = json.dumps({"address": ADA, "name": "Ada", "source": "shop"}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        asked = urllib.request.Request(
            one.runtime.settings.public_url + "/api/subscribers", data=body, headers=headers
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_reader_joins_by_the_api_with_a_token_that_was_made_and_revoked_by_keyboard(
    sqlite_url: str,
) -> None:
    start, second = FIRST - timedelta(days=1), FIRST + timedelta(days=7)
    with world(sqlite_url, start=start, second_deadline=second) as one, chromium() as browser:
        desk = browser.new_page(viewport={"width": 1280, "height": 900})
        broken: list[str] = []
        hear_breaches(desk, broken)
        desk.goto(one.runtime.settings.public_url + "/desk/api")
        tab_to(desk, "#address")
        desk.keyboard.type(sample.EDITOR)
        tab_to(desk, "#password")
        desk.keyboard.type(sample.PASSWORD)
        enter(desk)
        tab_to(desk, "a[href='/desk/api']")
        enter(desk)
        tab_to(desk, "#name")
        desk.keyboard.type("web shop")
        enter(desk)
        token = re.findall(r"nlt_[\w-]{43}", desk.inner_text("[role=status]"))[0]

        assert ask(one, token) == 201
        confirm(one, browser.new_page(), ADA)
        assert ask(one, token) == 200, "who is there is not written to again"
        assert [letter.headers["Subject"].split()[0] for letter in one.letters_to(ADA)] == [
            "Confirm",
            "Welcome",
        ]

        desk.goto(one.runtime.settings.public_url + "/desk/api")
        assert token not in desk.content(), "it is shown once"
        assert "never" not in desk.inner_text("tr:has-text('web shop')"), (
            "when it was last used is shown"
        )
        tab_to(desk, "form[action$='/revoke'] button")
        enter(desk)
        assert "opens nothing any more" in desk.inner_text("[role=status]")
        assert ask(one, token) == 401
        assert not broken
