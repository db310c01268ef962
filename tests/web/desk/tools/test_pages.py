"""The desk's pages of gathered tools in a browser: fit for everybody (axe), wide and narrow."""

from collections.abc import Iterator

from playwright.sync_api import Page

from newsletter.formats.tools.found import FoundTool, ToolList
from newsletter.tool_sources import sources
from newsletter.tool_sources.importing import import_tools
from newsletter.tool_sources.sources import NewToolSource
from tests.doubles.browser import LOOKS, chromium, hear_breaches, unfit
from tests.journeys.world import World
from tests.samples.times import NOON
from tests.web.desk.test_pages import log_in
from tests.web.public.test_pages import filled

LONG = "https://shelf.example/" + "a-long-path-of-a-tool/" * 8
PEN = FoundTool("Pen", LONG, "$9", "Writes. " * 40, ("Writing", "Notes"), row=1)
INK = FoundTool("Ink" * 20, "https://ink.example", row=2)
BAD = FoundTool("Bad", "javascript:x", row=3)


def fill(service: World) -> None:
    database, key = service.runtime.database, service.publication.key
    import_tools(database, key, ToolList((PEN, INK, BAD)), NOON, rule="ask")
    new = NewToolSource(LONG, "pages", below="/tools/")
    source = database.write(sources.add, key, new, NOON)
    with database.writing() as session:
        row = sources.read_source(session, key, source.key)
        row.error, row.failures = "HTTP 500: the host is broken for now", 3
        row.account = {
            **dict.fromkeys(("read", "new", "same", "changed", "double", "refused"), 1),
            "rows": [{"row": 3, "name": "Bad", "outcome": "refused", "reason": LONG}],
        }


def states(service: World, page: Page) -> Iterator[str]:
    """Lead the page through each state by its own buttons, with the keyboard alone."""
    home = service.runtime.settings.public_url + "/desk/tools"
    for path in ("/gathered", "/gathered?tab=changes", "/sources", "/new"):
        page.goto(home + path)
        yield f"{path}, empty"
    page.fill("#name", "A tool without a web address")
    page.fill("#url", "https://nowhere")
    page.locator("button:has-text('Add')").last.press("Enter")
    page.wait_for_selector("#url-error")
    yield "a tool refused"
    fill(service)
    for path in ("/sources", "/sources/2", "/gathered"):
        page.goto(home + path)
        yield path
    page.locator("button[name=accept]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Accepted: it is a tool now")
    yield "accepted, with undo"
    page.locator("button:has-text('Accept all shown')").press("Enter")
    page.wait_for_selector("text=Each can be taken back")
    yield "all accepted"
    dearer = ToolList((FoundTool("Pen", LONG, "$19", row=1),))
    import_tools(service.runtime.database, service.publication.key, dearer, NOON)
    for tab in ("changes", "accepted", "refused"):
        page.goto(f"{home}/gathered?tab={tab}")
        yield f"tab {tab}"


def test_every_page_of_gathered_tools_is_for_everybody(sqlite_url: str) -> None:
    wrong: list[str] = []
    with filled(sqlite_url) as service, chromium() as browser:
        page = browser.new_page(reduced_motion="reduce", java_script_enabled=True)
        hear_breaches(page, wrong)
        log_in(page, service.runtime.settings.public_url)
        for name in states(service, page):
            for width, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                wrong += unfit(page, f"{name} at {width} {scheme}")
                if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                    wrong.append(f"{name} at {width} scrolls sideways")
    assert not wrong, "\n".join(wrong)
