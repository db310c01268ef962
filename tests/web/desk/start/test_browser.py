"""An empty installation in a browser: from the code to the first steps, and fit for everybody."""

from collections.abc import Iterator

from playwright.sync_api import Page

from newsletter.demo.inbox import free_port
from newsletter.runtime import Runtime, open_runtime
from newsletter.serving.pages import web
from newsletter.settings import Settings
from tests.doubles.browser import LOOKS, chromium, hear_breaches, unfit
from tests.web.desk.start.empty import ADDRESS, PASSWORD

SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


def fill(page: Page, **typed: str) -> None:
    for name, words in typed.items():
        page.fill(f"#{name}", words)


def states(runtime: Runtime, page: Page) -> Iterator[str]:
    """Lead the page through each state by the keyboard, and name it."""
    code = runtime.first_code.make()
    home = runtime.settings.public_url
    page.goto(f"{home}/desk")
    fill(page, code="AAAA", address=ADDRESS, password=PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("text=That is not the code")
    yield "a wrong code"
    fill(page, code=code, password=PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{home}/desk/start/publication")
    fill(page, name="N", sender_address="editor@inference.example", postal_address="1 Street")
    page.fill("#cadence", "a day that never comes")
    page.press("#cadence", "Enter")
    page.wait_for_selector("#cadence-error")
    yield "a cadence that never comes"
    page.fill("#cadence", "Thursday 09:00 UTC")
    page.press("#cadence", "Enter")
    page.wait_for_url(f"{home}/desk/start")
    yield "the first steps"
    page.locator("button:has-text('Add')").first.press("Enter")
    page.wait_for_selector("text=It is read with the next gathering")
    page.goto(f"{home}/desk")
    page.wait_for_selector("text=Next: Try the relay")
    yield "this week"


def test_an_empty_installation_is_for_everybody(sqlite_url: str) -> None:
    wrong: list[str] = []
    port = free_port()
    settings = Settings(
        database_url=sqlite_url,
        public_url=f"http://127.0.0.1:{port}",
        port=port,
        secret="tests of the first hour",
    )
    with open_runtime(settings) as runtime, web(runtime), chromium() as browser:
        page = browser.new_page(reduced_motion="reduce")
        hear_breaches(page, wrong)
        for name in states(runtime, page):
            for width, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                wrong += unfit(page, f"{name} at {width} {scheme}")
                if page.evaluate(SIDEWAYS) > 0:
                    wrong.append(f"{name} at {width} scrolls sideways")
    assert not wrong, "\n".join(wrong)
