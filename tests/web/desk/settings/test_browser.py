"""The pages of settings in a browser: fit for everybody (axe), by keyboard, without a script."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page

from newsletter.publications.fields.table import SUBJECTS
from tests.doubles.browser import LOOKS, chromium, hear_breaches, unfit
from tests.journeys.world import World, world
from tests.web.desk.test_pages import log_in

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
LONG = "A-name-of-one-word-that-goes-on-" * 3
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


def states(service: World, page: Page) -> Iterator[str]:
    """Lead the page through each state, and name it."""
    home = service.runtime.settings.public_url
    page.goto(f"{home}/desk/settings")
    yield "all"
    for subject in SUBJECTS:
        page.goto(f"{home}/desk/settings/{subject.name}")
        yield subject.name
    page.goto(f"{home}/desk/settings/cues")
    yield "cues"
    page.fill("#cues", "a garden")
    with page.expect_navigation():
        page.locator("button:has-text('Use this file')").press("Enter")
    yield "cues with a fault"
    page.goto(f"{home}/desk/settings/publication")
    page.fill("#name", LONG)
    page.fill("#language", "english")
    page.press("#language", "Enter")
    page.wait_for_selector("#language-error")
    yield "a slip"
    assert page.input_value("#name") == LONG, "what was typed is there"
    page.fill("#language", "de")
    page.press("#language", "Enter")
    page.wait_for_selector("text=Nothing is saved yet")
    yield "a look at what it does"
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.locator("button:has-text('Save')").press("Enter")
    yield "saved"
    page.goto(f"{home}/desk/settings/sending")
    with page.expect_navigation():
        page.locator("button:has-text('Send a letter to yourself')").press("Enter")
    assert "It said: 250" in page.inner_text("#relay")
    yield "the relay tried"
    page.goto(f"{home}/desk/settings/publications")
    for name, words in (
        ("name", LONG),
        ("slug", "second"),
        ("sender", "s@second.example"),
        ("postal_address", "1 Street"),
    ):
        page.fill(f"#{name}", words)
    page.press("#postal_address", "Enter")
    page.wait_for_url(f"{home}/p/second/desk/settings")
    page.goto(f"{home}/p/second/desk/settings/publications")
    page.locator("summary:has-text('Other publications')").press("Enter")
    yield "a second publication"


def test_every_page_of_settings_is_for_everybody(sqlite_url: str) -> None:
    wrong: list[str] = []
    later = FIRST + timedelta(days=7)
    start = FIRST - timedelta(hours=20)
    with world(sqlite_url, start=start, second_deadline=later) as service, chromium() as browser:
        page = browser.new_page(reduced_motion="reduce")
        hear_breaches(page, wrong)
        log_in(page, service.runtime.settings.public_url)
        for name in states(service, page):
            assert page.evaluate("document.scripts.length") == 0, "no script is needed"
            for width, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                wrong += unfit(page, f"{name} at {width} {scheme}")
                if page.evaluate(SIDEWAYS) > 0:
                    wrong.append(f"{name} at {width} scrolls sideways")
    assert not wrong, "\n".join(wrong)
