"""The team in a browser: invited, entered, refused, forgotten. Every page on the way is fit for
everybody (axe), is filled in by keyboard, runs no script and asks its own host alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page, Request

from newsletter.demo import sample
from newsletter.desk.sessions import FRESH_FOR
from tests.doubles.browser import LOOKS, chromium, hear_breaches, unfit
from tests.journeys.world import World, link, world
from tests.web.desk.test_pages import log_in

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
WIM = "wim.with.a.long.local.part.that.somebody.really.has@writers-of-a-long-name.example"
PASSWORD, OTHER = "four words of a writer", "quite another long one"
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
# Half a finger is 22 pixels: what a hand must meet is 44 high and wide at least.
SMALL_TAPS = """
[...document.querySelectorAll('.rail a, .rail button, .rail summary')]
  .filter(each => each.checkVisibility())
  .map(each => [each.innerText.trim(), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([words, box]) => `${words} ${box.width} x ${box.height}`)
"""


@dataclass
class Team:
    """An owner and a writer, each in a browser of their own, and a second one of the writer's."""

    service: World
    owner: Page
    writer: Page
    second: Page

    @property
    def home(self) -> str:
        return self.service.runtime.settings.public_url


def submit(page: Page, field: str, **words: str) -> None:
    """Fill a form in, and send it by the keyboard: Enter in one of its fields."""
    for name, value in words.items():
        page.fill(f"#{name}", value)
    with page.expect_navigation():
        page.press(f"#{field}", "Enter")


def press(page: Page, words: str, number: int = 0) -> None:
    with page.expect_navigation():
        page.locator(f"main button:has-text('{words}') >> nth={number}").press("Enter")


def invited(team: Team) -> Iterator[tuple[str, Page]]:
    """An owner invites a writer: the letter, the link, the page behind it, and its second use."""
    owner, writer, home = team.owner, team.writer, team.home
    owner.goto(f"{home}/desk/team")
    yield "team", owner
    owner.select_option("#role", "writer")
    submit(owner, "address", address=sample.EDITOR)
    yield "team, a slip", owner
    owner.select_option("#role", "writer")
    submit(owner, "address", address=WIM)
    yield "team, invited", owner
    way_in = link(team.service.letter_to(WIM, "You are invited").text, "/desk/entry/invitation/")
    writer.goto(way_in)
    yield "invitation", writer
    submit(writer, "password", address="eve@elsewhere.example", name="Eve", password=PASSWORD)
    yield "invitation, another address", writer
    submit(writer, "password", address=WIM, name="Wim", password=PASSWORD)
    assert writer.url == f"{home}/desk"
    yield "desk of a writer", writer
    team.second.goto(way_in)
    assert "used already" in team.second.inner_text("main")
    yield "invitation, used", team.second


def refused(team: Team) -> Iterator[tuple[str, Page]]:
    """A writer sees no address, and approves nothing."""
    writer, home = team.writer, team.home
    writer.goto(f"{home}/desk/issues/{team.service.issue(1).key}")
    assert "Approve" not in writer.inner_text("main")
    yield "issue of a writer", writer
    answer = writer.request.post(f"{writer.url}/approval", form={"checksum": "0" * 64})
    assert answer.status == 403
    writer.goto(f"{home}/desk/readers")
    assert "You are a writer here" in writer.inner_text("main")
    yield "refused", writer
    writer.goto(f"{home}/desk/account")
    yield "account", writer
    submit(writer, "password", present="a wrong one", password=OTHER)
    yield "account, a wrong password", writer


def forgotten(team: Team) -> Iterator[tuple[str, Page]]:
    """Another password ends what is open elsewhere."""
    second, home = team.second, team.home
    second.goto(f"{home}/desk/login")
    second.click("a:has-text('Forgotten')")
    yield "forgotten", second
    submit(second, "address", address=WIM)
    yield "forgotten, sent", second
    letter = team.service.letter_to(WIM, "Another password")
    second.goto(link(letter.text, "/desk/entry/password/"))
    yield "another password", second
    submit(second, "password", address=WIM, password="password123")
    submit(second, "password", address=WIM, password=OTHER)
    yield "another password, set", second
    submit(second, "password", address=WIM, password=OTHER)
    assert second.url == f"{home}/desk"
    team.writer.goto(f"{home}/desk/account")
    assert team.writer.url == f"{home}/desk/login", "the old browser is logged out"
    yield "logged out", team.writer


def asked_again(team: Team) -> Iterator[tuple[str, Page]]:
    """After ten minutes the owner types the password again, and the log has all of it."""
    owner, home = team.owner, team.home
    team.service.clock.move_by(FRESH_FOR + timedelta(seconds=1))
    owner.goto(f"{home}/desk/team")
    yield "team of two", owner
    owner.locator("select").nth(1).select_option("editor")
    owner.locator("button:has-text('Save')").nth(1).press("Enter")
    owner.wait_for_selector("h1:has-text('Type your password again')")
    yield "password again", owner
    submit(owner, "password", password="a wrong one")
    yield "password again, a wrong one", owner
    submit(owner, "password", password=sample.PASSWORD)
    owner.locator("select").nth(1).select_option("editor")
    press(owner, "Save", 1)
    owner.goto(f"{home}/desk/settings/publication")
    submit(owner, "tagline", tagline="What the week was about")
    press(owner, "Save")
    owner.goto(f"{home}/desk/readers")
    owner.goto(f"{home}/desk/log")
    log = owner.inner_text("main")
    for words in (
        "was writer, is now editor",
        WIM,
        "Looked at readers",
        "Tagline",
        "Added a login",
    ):
        assert words in log, words
    yield "log", owner
    submit(owner, "q", q="What the week was about")
    assert owner.locator("tbody tr").count() == 1
    yield "log, searched", owner
    submit(owner, "q", q="no such thing")
    yield "log, nothing found", owner


def open_team(service: World, browser: Browser, wrong: list[str]) -> Team:
    home = service.runtime.settings.public_url

    def hear(asked: Request) -> None:
        if not asked.url.startswith(home):
            wrong.append(f"asked for {asked.url}")

    pages = [browser.new_context(reduced_motion="reduce").new_page() for _ in range(3)]
    for page in pages:
        hear_breaches(page, wrong)
        page.on("request", hear)
    log_in(pages[0], home)
    return Team(service, *pages)


def faults(page: Page, name: str) -> Iterator[str]:
    """Look at a page wide and narrow, light and dark; on the narrow one also in the menu."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        yield from unfit(page, f"{name} at {width} {scheme}")
        if page.evaluate(SIDEWAYS) > 0:
            yield f"{name} at {width} scrolls sideways"


def test_the_way_of_a_writer_is_for_everybody(sqlite_url: str) -> None:
    wrong: list[str] = []
    start = FIRST - timedelta(hours=20)
    later = FIRST + timedelta(days=7)
    with world(sqlite_url, start=start, second_deadline=later) as service, chromium() as browser:
        team = open_team(service, browser, wrong)
        service.tick()
        for way in (invited, refused, forgotten, asked_again):
            for name, page in way(team):
                wrong += faults(page, name)
    assert not wrong, "\n".join(wrong)


def test_the_menu_of_a_narrow_desk_leads_everywhere(sqlite_url: str) -> None:
    """It opens and closes by tap and key without a script; a wide desk has no button for it."""
    wrong: list[str] = []
    later = FIRST + timedelta(days=7)
    with world(sqlite_url, start=FIRST, second_deadline=later) as service, chromium() as browser:
        page = open_team(service, browser, wrong).owner
        menu, button = page.locator("#menu"), page.get_by_role("button", name="Menu")
        page.set_viewport_size({"width": 1280, "height": 900})
        assert menu.get_by_role("link").first.is_visible()
        assert not button.is_visible()
        page.set_viewport_size({"width": 390, "height": 844})
        assert not menu.get_by_role("link").first.is_visible()
        button.press("Enter")
        found = menu.get_by_role("link").all_inner_texts()
        assert {"Settings", "Team", "Log", "Public site"} <= set(found)
        assert page.evaluate(SMALL_TAPS) == []
        assert page.evaluate(SIDEWAYS) <= 0
        wrong += unfit(page, "the menu")
        page.keyboard.press("Escape")
        assert not menu.is_visible()
        button.click()
        with page.expect_navigation():
            menu.get_by_role("link", name=re.compile("^Settings$")).click()
        assert not menu.is_visible()
    assert not wrong, "\n".join(wrong)
