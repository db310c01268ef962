"""An editor's way in a browser: an extra issue, another time, a skipped date, a changed cadence.

Each page on it is fit for everybody (axe), wide in the light scheme and narrow in the dark one.
"""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.doubles.browser import LOOKS, chromium, hear_breaches, unfit
from tests.web.desk.test_pages import log_in
from tests.web.public.test_pages import filled

CALENDAR = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260526\nEND:VEVENT\nEND:VCALENDAR\n"


def _states(page: Page, home: str, folder: Path) -> Iterator[str]:
    """Lead the page along the way, and name each stop."""
    page.goto(home + "/desk/issues")
    page.click("a:has-text('Extra issue')")
    yield "extra issue, asked"
    page.fill("#title", "The harbor opens today")
    page.check("input[value=empty]")
    page.fill("#at", "2026-06-18T14:00")
    page.click("button:has-text('Make the extra issue')")
    assert "It takes no issue's place" in page.inner_text("[role=status]")
    yield "extra issue, made"
    page.fill("#at", "2026-06-19T15:30")
    page.click("button:has-text('Set the time')")
    assert "19 June, 15:30" in page.inner_text("[role=status]")
    yield "another time"
    page.goto(home + "/desk/issues")
    yield "issues"
    page.goto(home + "/desk")
    yield "this week"
    page.goto(home + "/desk/settings/skipped")
    yield "skipped dates, none"
    file = folder / "holidays.ics"
    file.write_text(CALENDAR, "utf-8")
    page.set_input_files("#file", file)
    page.click("button:has-text('Skip its dates')")
    assert "26 May 2026" in page.inner_text("table")
    yield "skipped dates, one"
    page.goto(home + "/desk/settings/when")
    page.fill("#cadence", "every second Friday from 2026-05-22 at 10:00 Europe/Berlin")
    page.click("button:has-text('See what it does')")
    yield "a cadence, looked at"


def test_the_way_beside_the_cadence_is_for_everybody(sqlite_url: str, tmp_path: Path) -> None:
    wrong: list[str] = []
    with filled(sqlite_url) as service, chromium() as browser:
        # A colour that is on its way is no colour of ours.
        page = browser.new_page(reduced_motion="reduce")
        hear_breaches(page, wrong)
        home = service.runtime.settings.public_url
        log_in(page, home)
        for name in _states(page, home, tmp_path):
            for width, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                wrong += unfit(page, f"{name} at {width} {scheme}")
                if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                    wrong.append(f"{name} at {width} scrolls sideways")
    assert not wrong, "\n".join(wrong)
