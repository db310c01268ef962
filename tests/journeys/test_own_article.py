"""An own article from the author to the reader: written, proposed, mailed, and its page, in
Chromium with a real inbox.

Wide with scripts, narrow without: no page needs one.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from typer.testing import CliRunner

from newsletter.cli.main import app
from newsletter.demo import sample
from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from newsletter.issues.reading import read_blocks
from tests.doubles.browser import chromium
from tests.journeys.world import World, link, world
from tests.samples.articles import FILE, TITLE

COUNTED = re.compile(r"https?://[^\s\"<>/]+/c/[\w-]+/\d+")
FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)  # Tuesday, 09:00 in Berlin
WEEK = timedelta(days=7)
SECOND = "Ostwerk launches a crane that reads its own load"
SLUG = "harbor-compute-sells-the-tide-by-the-answer"


def _press(page: Page, what: str) -> None:
    with page.expect_navigation():
        page.locator(what).first.click()


def _write_at_the_terminal(one: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the same database, by the clock of this machine: so the file says when."""
    monkeypatch.chdir(folder)
    for key in ("database_url", "public_url", "relay_url", "secret"):
        monkeypatch.setenv(f"NEWSLETTER_{key.upper()}", getattr(one.runtime.settings, key))
    file = folder / "crane.md"
    file.write_text(
        f"---\ntitle: {SECOND}\nslug: crane\ndate: 2026-05-11 12:30\n---\n"
        "It lifts what the tide has left.\n",
        "utf-8",
    )
    done = CliRunner().invoke(app, ["article", "write", str(file)])
    assert done.exit_code == 0, done.output


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def _send(one: World, number: int, at: datetime) -> None:
    with one.runtime.database.writing() as session:
        key = one.issue(number).key
        edition = print_edition(session, key, one.runtime.urls, one.clock.now())
        approval.approve(session, key, edition.checksum, by="editor", now=one.clock.now())
    one.clock.move_to(at)
    one.tick()
    one.ledger(number)


def _join(one: World, address: str) -> None:
    one.sign_up(address)
    one.post(link(one.letter_to(address, "Confirm").text, "/confirm/"))
    one.letter_to(address, "Welcome")


def _where(page: Page, counted: str) -> str:
    """Where a counted link of a letter leads."""
    return page.request.get(counted, max_redirects=0).headers.get("location", "")


def _log_in(page: Page, home: str) -> None:
    page.goto(home + "/desk/articles")
    page.fill("#address", sample.EDITOR)
    page.fill("#password", sample.PASSWORD)
    _press(page, "button:has-text('Log in')")


def _write_at_the_desk(page: Page, home: str) -> None:
    """Log in, err, look, save: what was typed is there each time."""
    _log_in(page, home)
    page.goto(home + "/desk/articles/new")
    head, text = FILE.removeprefix("---\n").split("\n---\n", 1)
    for key, value in (line.split(": ", 1) for line in head.splitlines()):
        page.fill(f"#{key}", value)
    page.fill("#body", text)
    page.fill("#date", "on Tuesday")
    _press(page, "button:has-text('Save')")
    assert "'on Tuesday' is no date" in page.inner_text("[role=alert]")
    assert page.input_value("#body").strip() == text.strip()
    page.fill("#date", "")
    _press(page, "button:has-text('Preview')")
    assert page.locator("section[aria-label=Preview] h2:has-text('What is charged')").is_visible()
    assert page.input_value("#title") == TITLE
    _fits(page)
    _press(page, "button:has-text('Save')")
    assert page.inner_text("[role=status]") == "Saved."


@pytest.mark.parametrize("width", [1280, 390])
def test_an_own_article_is_written_proposed_mailed_and_read(
    width: int, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = FIRST - timedelta(hours=20)
    with (
        world(sqlite_url, start=start - timedelta(hours=1), second_deadline=FIRST + WEEK) as one,
        chromium() as browser,
    ):
        page = browser.new_page(
            viewport={"width": width, "height": 900}, java_script_enabled=width > 1000
        )
        broken: list[str] = []
        page.on(
            "console",
            lambda message: broken.append(message.text) if message.type == "error" else None,
        )
        page.on(
            "request",
            lambda asked: broken.append(asked.url) if not asked.url.startswith(home) else None,
        )
        home = one.runtime.settings.public_url
        _join(one, "ada@readers.example")

        _write_at_the_desk(page, home)
        _write_at_the_terminal(one, tmp_path, monkeypatch)
        one.clock.move_to(start)
        broken.clear()  # the browser tells of the 422 that was meant
        one.tick()
        with one.runtime.database.reading() as session:
            proposed = [block.title for block in read_blocks(session, one.issue(1).key)]
        assert {TITLE, SECOND} <= set(proposed), "both are proposed"
        _send(one, 1, FIRST)
        letter = next(
            letter
            for letter in one.letters_to("ada@readers.example")
            if "List-Unsubscribe" in letter.headers
        )
        for part in (letter.text, letter.html):
            leads_to = {_where(page, counted): counted for counted in set(COUNTED.findall(part))}
            assert {f"{home}/articles/{slug}" for slug in (SLUG, "crane")} <= leads_to.keys()

        page.goto(leads_to[f"{home}/articles/{SLUG}"])
        assert page.locator("h1").all_inner_texts() == [TITLE]
        assert page.inner_text("dl.read__src").split("\n")[:2] == [
            "Source",
            "Harbor Compute price list",
        ]
        assert page.locator("h2:has-text('Featured tools')").is_visible()
        shown = page.locator("section:has(> h2:has-text('Featured tools')) h3").all_inner_texts()
        assert len(shown) == 2, shown
        near = page.locator("section:has(> #near-h) h3 a")
        assert near.first.inner_text() == "Insurers publish a price list for AI errors", (
            "the dek tells of a price list too"
        )
        _fits(page)
        page.fill("#email", "bob@readers.example")
        page.click("form[aria-label='Sign up'] button")
        page.wait_for_selector(
            "[role=status]:has-text('Thank you! Your submission has been received!')"
        )
        one.letter_to("bob@readers.example", "Confirm")

        page.goto(home + f"/articles/{SLUG}")
        _press(page, "section:has(> #near-h) h3 a")
        assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
        assert page.locator("link[rel=canonical]").get_attribute("href") == page.locator(
            "a:has-text('Read it at')"
        ).get_attribute("href")
        _fits(page)
        _log_in(page, home)  # days have passed, and the desk asks again
        for path in ("/articles", "/archive/1", "/desk/articles"):
            page.goto(home + path)
            assert page.locator(f"a:has-text('{TITLE}')").first.is_visible()
            _fits(page)
        assert not broken, broken
