"""The look in a browser: fit for everybody (axe), tried as it is typed, and no request leaves."""

from datetime import UTC, datetime, timedelta

from tests.doubles.browser import LOOKS, chromium, hear_breaches, unfit
from tests.journeys.world import world
from tests.web.desk.test_pages import log_in

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


def test_the_look_is_tried_saved_and_for_everybody(sqlite_url: str) -> None:
    wrong: list[str] = []
    start = FIRST - timedelta(hours=20)
    later = FIRST + timedelta(days=7)
    with world(sqlite_url, start=start, second_deadline=later) as service, chromium() as browser:
        page = browser.new_page(reduced_motion="reduce")
        hear_breaches(page, wrong)
        home = service.runtime.settings.public_url
        page.on("request", lambda asked: asked.url.startswith(home) or wrong.append(asked.url))
        log_in(page, home)
        page.goto(f"{home}/desk/settings/look")
        page.fill("#light_text", "#dddddd")
        page.press("#light_text", "Tab")
        # A script shows what is mended while it is typed; a button does the same without one.
        page.wait_for_selector("text=Light: the text #dddddd had a contrast of 1.2 : 1")
        letter = page.frame_locator("iframe >> nth=0").locator("h1")
        assert "rgb(107, 107, 107)" in letter.evaluate(
            "heading => getComputedStyle(heading.querySelector('a')).color"
        )
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            wrong += unfit(page, f"the look at {width} {scheme}")
            assert page.evaluate(SIDEWAYS) <= 0
        with page.expect_navigation():
            page.locator("button:has-text('Save')").press("Enter")
        page.goto(home)
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            wrong += unfit(page, f"the front at {width} {scheme}")
    assert not wrong, "\n".join(wrong)
