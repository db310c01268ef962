"""Promote your tool, in a browser: form, ownership letter, review, slot, preview, and the badge on
somebody else's page."""

import http.server
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from newsletter.demo import sample
from newsletter.tools import directory, submissions
from newsletter.tools.models import Submission
from tests.doubles.browser import chromium, hear_breaches
from tests.journeys.world import World, link, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
MAKER = "maker@pen.example"
GOOD = {
    "name": "Pen & Ink",
    "url": "https://pen.example",
    "price": "Free",
    "description": "Writes by hand.",
    "tags": "Writing, Documents",
    "contact": MAKER,
}


@contextmanager
def sample_world(url: str) -> Iterator[World]:
    start, second = FIRST - timedelta(hours=20), FIRST + timedelta(days=7)
    with world(url, start=start, second_deadline=second) as one:
        yield one


@contextmanager
def other_site(html: str) -> Iterator[str]:
    """A maker's own page, on another origin."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header(
                "Cross-Origin-Embedder-Policy", "require-corp"
            )  # the strictest page: it takes what says it may be taken
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Maker</title>{html}".encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def post(url: str, fields: dict[str, str]) -> str:
    with urllib.request.urlopen(
        url, data=urllib.parse.urlencode(fields).encode(), timeout=10
    ) as answer:
        return str(answer.read().decode())


def press(page: Page, what: str) -> None:
    with page.expect_navigation():
        page.locator(what).first.click()


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"#{name}", value)


def log_in(page: Page, home: str) -> None:
    page.goto(home + "/desk/login")
    fill(page, address=sample.EDITOR, password=sample.PASSWORD)
    press(page, "button:has-text('Log in')")


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def sent_in(one: World, status: str) -> list[Submission]:
    return list(one.runtime.database.read(submissions.with_status, one.publication.key, status))


@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_form_to_an_issue_and_a_badge_elsewhere(width: int, sqlite_url: str) -> None:
    with sample_world(sqlite_url) as one, chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark")
        broken: list[str] = []
        hear_breaches(page, broken)
        home = one.runtime.settings.public_url
        page.goto(home)
        press(page, "footer a:has-text('Promote your tool')")
        _send_in(one, page)
        log_in(page, home)
        press(page, "text=A tool waits for a decision")
        assert "One waits for a decision." in page.inner_text("header.page-head")
        fits(page)
        page.click("summary:has-text('Change what a reader sees')")
        fill(page, description="Writes by hand, and reads it too.", category="Pens")
        press(page, "button:has-text('Approve')")
        assert page.inner_text("h1") == GOOD["name"]
        page.click("label:has-text('Paid')")
        fill(page, starts_on="2026-05-12", cap="1")
        press(page, "button:has-text('Book the slot')")
        assert "sent 0 of 1" in page.inner_text("#slots")
        fits(page)

        one.tick()
        page.goto(f"{home}/desk/issues/{one.issue(1).id}")
        letter = page.frame_locator("iframe").locator("body")
        assert "Writes by hand, and reads it too." in letter.inner_text()
        assert letter.inner_text().count("Sponsored") == 1
        assert "Sponsored, Free, #Writing #Documents" in one_text(page, home, one)
        _look_at_the_tools_page(one, page, browser)
        assert not broken


def _send_in(one: World, page: Page) -> None:
    """A form with mistakes keeps what was typed; a right one brings a letter, whose link has a
    button."""
    fill(page, **GOOD | {"url": "pen,example"})
    press(page, "text=Send for review")
    assert (
        "Oops! Something went wrong while submitting the form. One thing to fix: the web address."
        in page.inner_text("[role=alert]")
    )
    assert page.input_value("#description") == GOOD["description"]
    assert page.input_value("#contact") == MAKER
    fits(page)
    fill(page, url=GOOD["url"])
    press(page, "text=Send for review")
    assert "Thank you! Your submission has been received!" in page.inner_text("[role=status]")
    assert not sent_in(one, "waiting"), "an address that nobody proved to own makes no work"
    letter = one.letter_to(MAKER, "Did you send a tool")
    assert GOOD["name"] not in letter.text, "nothing that was typed reaches a stranger"
    page.goto(link(letter.text, "/promote/own/"))
    assert not sent_in(one, "waiting"), "a scanner's GET changes nothing"
    press(page, "text=Yes, it was me")
    assert "waits for an editor" in page.inner_text("h1")
    assert len(sent_in(one, "waiting")) == 1
    one.letter_to(sample.EDITOR, "A tool waits for you")


def one_text(page: Page, home: str, one: World) -> str:
    """The text part of the issue, as the desk previews it."""
    page.goto(f"{home}/desk/issues/{one.issue(1).id}/preview/text")
    return page.inner_text("body")


def _look_at_the_tools_page(one: World, page: Page, browser: Browser) -> None:
    approved = one.letter_to(MAKER, f"{GOOD['name']} is on")
    page.goto(link(approved.text, "/tools/"))
    fits(page)
    page.click("summary:has-text('Show its badge')")
    code = page.input_value("#embed")
    assert code in approved.text, "the letter has the code whole"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("button:has-text('Copy embed code')")
    page.wait_for_function(
        "document.querySelector('[data-copy] + [role=status]').textContent === 'Copied'"
    )
    assert page.evaluate("navigator.clipboard.readText()") == code
    with other_site(code) as elsewhere:
        for scheme in ("light", "dark"):
            maker = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
            maker.goto(elsewhere)
            maker.wait_for_function("document.querySelector('img').complete")
            assert maker.evaluate("document.querySelector('img').naturalWidth") > 100, (
                "it loads on another origin"
            )
            assert ("/dark/" in maker.evaluate("document.querySelector('img').currentSrc")) == (
                scheme == "dark"
            )
            press(maker, "a")
            assert maker.inner_text("h1") == GOOD["name"]
            assert maker.context.cookies() == []


def test_without_scripts_a_question_is_asked_answered_and_decided(sqlite_url: str) -> None:
    with sample_world(sqlite_url) as one, chromium() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        home = one.runtime.settings.public_url
        page.goto(home + "/promote")
        fill(page, **GOOD)
        one.clock.move_by(timedelta(minutes=1))  # people need a while to fill in a form
        press(page, "text=Send for review")
        page.goto(link(one.letter_to(MAKER, "Did you send a tool").text, "/promote/own/"))
        press(page, "text=Yes, it was me")
        log_in(page, home)
        page.goto(home + "/desk/tools")
        fill(page, question="What does it cost after a month?")
        press(page, "button:text-is('Ask')")
        assert "The question is on its way" in page.inner_text("[role=status]")
        asked = one.letter_to(MAKER, "A question about")
        assert "What does it cost after a month?" in asked.text
        page.goto(link(asked.text, "/promote/answer/"))
        assert page.input_value("#name") == GOOD["name"]
        fill(page, note="Nine dollars, then.", price="From $9", url="no address")
        press(page, "text=Send the answer")
        assert page.input_value("#note") == "Nine dollars, then."
        fill(page, url=GOOD["url"])
        press(page, "text=Send the answer")
        page.goto(home + "/desk/tools")
        assert "2: changed price" in page.inner_text("dl.kv")
        assert "Nine dollars, then." in page.inner_text("dl.kv")
        fill(page, reason="It needs an account before it can be tried.")
        press(page, "button:text-is('Reject')")
        assert "It needs an account before it can be tried." in one.letter_to(MAKER, "About").text
        page.goto(link(asked.text, "/promote/answer/"))
        assert "There is no open question" in page.inner_text("main")


def test_the_form_is_no_weapon(sqlite_url: str) -> None:
    with sample_world(sqlite_url) as one:
        form = one.runtime.settings.public_url + "/promote"
        post(form, GOOD | {"website": "https://robot.example"})
        for _ in range(submissions.PER_CONTACT):
            assert "Thank you!" in post(form, GOOD)
        with pytest.raises(urllib.error.HTTPError) as refused:
            post(form, GOOD)
        page = refused.value.read().decode()
        assert refused.value.code == 422
        assert (
            "Oops! Something went wrong while submitting the form.</b> Too much was sent in" in page
        )
        assert "Writes by hand." in page, "what was typed is kept"
        one.letter_to(MAKER, "Did you")
        assert len(one.letters_to(MAKER)) <= submissions.PER_CONTACT
        elsewhere = urllib.request.Request(
            form, data=b"name=x", headers={"Origin": "https://evil.example"}
        )
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(elsewhere, timeout=10)


def test_the_directory_filters_by_tag_and_a_badge_may_be_shown_anywhere(sqlite_url: str) -> None:
    with sample_world(sqlite_url) as one:
        home = one.runtime.settings.public_url
        assert one.get(home + "/tools?tag=developers").count("Learn more") == 1
        assert "No tool has the tag #nothing" in one.get(home + "/tools?tag=nothing")
        page = one.get(home + "/tools/patchbay")
        assert '"@type": "SoftwareApplication"' in page
        assert 'rel="noopener nofollow"' in page
        with urllib.request.urlopen(home + "/badge/patchbay.svg", timeout=10) as answer:
            assert answer.headers["Content-Type"] == "image/svg+xml"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert "Set-Cookie" not in answer.headers
            etag = answer.headers["ETag"]
        known = urllib.request.Request(
            home + "/badge/patchbay.svg", headers={"If-None-Match": etag}
        )
        with pytest.raises(urllib.error.HTTPError, match="304"):
            urllib.request.urlopen(known, timeout=10)
        with one.runtime.database.writing() as session:
            directory.retire(
                session, directory.public_tool(session, one.publication.key, "patchbay").key
            )
        for path in ("/tools/patchbay", "/badge/patchbay.svg", "/tools?page=2"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                one.get(home + path)
