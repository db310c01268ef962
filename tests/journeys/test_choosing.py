"""An editor chooses the week in Chromium: a source is looked at, added, weighed and retired;
stories are taken out, kept and ordered.

Wide with scripts, narrow without and by keyboard: no page needs a script or a mouse.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from newsletter.demo import feeds, sample
from newsletter.formats.opml import Outline, write_opml
from newsletter.gathering import sources
from newsletter.issues.reading import read_blocks
from tests.doubles.browser import chromium
from tests.journeys.world import World, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)  # Tuesday, 09:00 in Berlin
START = FIRST - timedelta(hours=20)
SITE = (
    b'<html><head><title>Quay</title><link rel="alternate" type="application/rss+xml" '
    b'href="/news.rss"></head><body>Quay</body></html>'
)
ITEM = (
    "<item><title>The {0} quay opens</title><link>https://quay.example/{0}</link>"
    "<pubDate>{1:%a, %d %b %Y} 09:00:00 GMT</pubDate></item>"
)
NAMES = ("north", "south", "east", "west", "inner", "outer")


def _rss() -> bytes:
    items = "".join(
        ITEM.format(name, FIRST - timedelta(days=day + 1)) for day, name in enumerate(NAMES)
    )
    head = "<title>Quay News</title><link>https://quay.example</link>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


@contextmanager
def _desk(width: int, url: str) -> Iterator[tuple[World, Page]]:
    """A world with one editor, logged in; a console error or a request to another place is a
    failure."""
    with (
        world(url, start=START, second_deadline=FIRST + timedelta(days=7)) as one,
        chromium() as browser,
    ):
        page = browser.new_page(
            viewport={"width": width, "height": 900},
            java_script_enabled=width > 1000,
            accept_downloads=True,
        )
        home, broken = one.runtime.settings.public_url, list[str]()
        page.on(
            "console",
            lambda message: (
                broken.append(message.text)
                if message.type == "error" and "409" not in message.text
                else None
            ),
        )
        page.on(
            "request",
            lambda asked: broken.append(asked.url) if not asked.url.startswith(home) else None,
        )
        page.goto(home + "/desk/sources")
        page.fill("#address", sample.EDITOR)
        page.fill("#password", sample.PASSWORD)
        _press(page, "button:has-text('Log in')")
        yield one, page
        assert not broken, broken


def _press(page: Page, what: str) -> None:
    """Press by keyboard: what cannot be reached and pressed so is no button."""
    button = page.locator(what).first
    button.focus()
    with page.expect_navigation():
        button.press("Enter")


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


@pytest.mark.parametrize("width", [1280, 390])
def test_a_source_is_looked_at_before_it_is_saved_then_weighed_retired_and_restored(
    width: int, sqlite_url: str
) -> None:
    pages: dict[str, feeds.Body] = {"/": lambda _: SITE, "/news.rss": lambda _: _rss()}
    with _desk(width, sqlite_url) as (one, page), feeds.serving(pages, one.clock) as address:
        home = one.runtime.settings.public_url
        page.goto(home + "/desk/sources")
        known = len(_sources(one))
        page.fill("#url", address + "/")
        page.locator("button:has-text('Look')").press("Enter")
        page.locator("#found").wait_for()
        latest = page.locator("#found ol li").all_inner_texts()
        assert [text.split("\n")[0] for text in latest] == [
            f"The {name} quay opens" for name in NAMES[:5]
        ]
        assert page.input_value("#title") == "Quay News"
        assert len(_sources(one)) == known, "nothing is saved by looking"
        _fits(page)
        page.fill("#title", "Quay")
        page.fill("#weight", "1.5")
        _press(page, "button:has-text('Add it')")
        assert page.inner_text("[role=status]").startswith("Added")
        assert {f"{address}/news.rss": ("Quay", 1.5)}.items() <= _sources(one).items()

        page.fill("#url", address + "/")
        page.locator("button:has-text('Look')").press("Enter")
        page.locator("[role=alert]").wait_for()
        assert "there already" in page.inner_text("[role=alert]")
        assert page.input_value("#url") == address + "/"

        _press(page, "a:has-text('Quay')")
        page.fill("#weight", "0.5")
        page.check("input[name=own]")
        _fits(page)
        _press(page, "button:has-text('Save')")
        row = page.locator("tr:has-text('Quay')")
        assert "own" in row.inner_text()
        assert "0.5" in row.inner_text()
        _press(page, "tr:has-text('Quay') button")
        assert "Retired" in page.locator("tr:has-text('Quay')").inner_text()
        _press(page, "tr:has-text('Quay') button")
        assert "Not read yet" in page.locator("tr:has-text('Quay')").inner_text()

        listed = write_opml(
            "Feeds",
            [Outline("Quay", f"{address}/news.rss"), Outline("Mole", "https://mole.example/rss")],
        )
        page.set_input_files(
            "#file", {"name": "feeds.opml", "mimeType": "text/xml", "buffer": listed}
        )
        _press(page, "button:has-text('Import')")
        assert "1 added, 1 known already" in page.inner_text("[role=status]")
        _fits(page)
        with page.expect_download() as download:
            page.click("text=Export the active feeds")
        assert b"https://mole.example/rss" in Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_hand_takes_out_keeps_leads_and_moves_stays_so_when_the_desk_looks_again(
    width: int, sqlite_url: str
) -> None:
    with _desk(width, sqlite_url) as (one, page):
        one.tick()
        issue = f"{one.runtime.settings.public_url}/desk/issues/{one.issue(1).id}"
        first, second, third, fourth, *_ = _order(one)
        page.goto(f"{issue}/candidates")
        _fits(page)
        _press(page, f"li:has(a:text-is('{first}')) button:has-text('Take out')")
        assert "Taken out by" in page.locator(f"li:has(a:text-is('{first}'))").inner_text()
        _press(page, f"li:has(a:text-is('{third}')) button:has-text('Make lead')")
        _press(page, f"li:has(a:text-is('{fourth}')) button:has-text('Keep')")
        assert "Kept by" in page.locator(f"li:has(a:text-is('{fourth}'))").inner_text()
        assert _order(one)[0] == third

        page.goto(issue)
        _press(page, f"button:has-text('Down'):has-text('{third}')")
        assert _order(one)[:2] == [second, third]
        page.goto(f"{issue}/candidates")
        _press(page, "button:has-text('Look again')")
        assert page.inner_text("[role=status]").startswith("Looked again")
        assert _order(one)[:2] == [second, third]
        assert first not in _order(one)
        _press(page, f"li:has(a:text-is('{first}')) button:has-text('Bring back')")
        assert first in _order(one)
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("details[open] li").first.is_visible()
        _fits(page)


def _sources(one: World) -> dict[str, tuple[str, float]]:
    with one.runtime.database.reading() as session:
        return {
            source.url: (source.title, source.weight)
            for source in sources.all_sources(session, one.publication.key)
        }


def _order(one: World) -> list[str]:
    with one.runtime.database.reading() as session:
        return [block.title for block in read_blocks(session, one.issue(1).key) if block.is_story]
