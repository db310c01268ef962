"""Joining in Chromium and through real SMTP: by the page, by the form on another site, by JSON;
with scripts and without."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from newsletter.publications.preferences import change
from subscribers.models import Subscriber, Subscription
from tests.doubles.browser import chromium, hear_breaches
from tests.doubles.web import answer, serving
from tests.intake.solving import solve
from tests.journeys.world import World, link, world

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
DONE = "Thank you! Your submission has been received!"


@contextmanager
def some_world(url: str) -> Iterator[World]:
    with world(
        url, start=FIRST - timedelta(days=1), second_deadline=FIRST + timedelta(days=7)
    ) as one:
        yield one


def confirm(one: World, page: Page, address: str) -> None:
    page.goto(link(one.letter_to(address, "Confirm").text, "/confirm/"))
    assert standing(one, address) == "unconfirmed", "a GET confirms nothing"
    with page.expect_navigation():
        page.click("text=Confirm my subscription")
    assert standing(one, address) == "active"
    welcome = one.letter_to(address, "Welcome")
    assert "/preferences/" in welcome.text


def standing(one: World, address: str) -> str:
    with one.runtime.database.reading() as session:
        query = select(Subscription.status).join(
            Subscriber, Subscriber.id == Subscription.subscriber_id
        )  # type: ignore[arg-type]
        return session.exec(query.where(Subscriber.address == address)).one()


@pytest.mark.parametrize("width", [1280, 390])
def test_by_the_page(width: int, sqlite_url: str) -> None:
    with some_world(sqlite_url) as one, chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 900})
        broken: list[str] = []
        hear_breaches(page, broken)
        page.goto(one.runtime.urls.home() + "?source=talk")
        page.fill("#email", "ada@gmial.com")
        page.click("text=Subscribe")
        page.click("text=Yes, use it")
        page.wait_for_selector(f"text={DONE}")
        assert "ada@gmail.com" in page.inner_text("[role=status]")
        assert page.url.endswith("?source=talk"), "in place"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        confirm(one, page, "ada@gmail.com")
        assert not broken


def test_by_the_page_without_scripts(sqlite_url: str) -> None:
    with some_world(sqlite_url) as one, chromium() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(one.runtime.urls.home())
        page.fill("#email", "jürgen+week@bücher.example")
        one.clock.move_by(timedelta(seconds=20))
        with page.expect_navigation():
            page.click("text=Subscribe")
        assert page.inner_text("h1") == DONE
        confirm(one, page, "jürgen+week@xn--bcher-kva.example")
        for letter in one.letters_to("jürgen+week@xn--bcher-kva.example"):
            assert "jürgen+week@bücher.example" in letter.html, "as its reader knows it"
        page.goto(one.runtime.urls.home())
        page.fill("#email", '"ada b"@readers.example')
        one.clock.move_by(timedelta(seconds=20))
        with page.expect_navigation():
            page.click("text=Subscribe")
        confirm(one, page, '"ada b"@readers.example')


@pytest.mark.parametrize(("is_listed", "has_scripts"), [(True, True), (False, True), (True, False)])
def test_by_the_form_on_another_site(
    sqlite_url: str, *, is_listed: bool, has_scripts: bool
) -> None:
    with some_world(sqlite_url) as one, chromium() as browser, serving({}) as blog:
        page = browser.new_page()
        page.goto(one.runtime.settings.public_url + "/embed?theme=dark&source=blog")
        code = page.input_value("#embed")
        blog.scripts["/"] = lambda _: [
            answer(
                200, f"<!doctype html><title>Blog</title>{code}".encode(), content_type="text/html"
            )
        ]
        if is_listed:
            one.runtime.database.write(change, one.publication.key, allowed_origins=[blog.url])
        page = browser.new_context(java_script_enabled=has_scripts).new_page()
        page.goto(blog.url + "/")
        page.fill("#newsletter-email", "bob@readers.example")
        one.clock.move_by(timedelta(seconds=20))
        page.click("button:has-text('Subscribe')")
        page.wait_for_selector(f"text={DONE}")
        in_place = page.url.startswith(blog.url)
        assert in_place == (is_listed and has_scripts)
        confirm(one, page, "bob@readers.example")
        with one.runtime.database.reading() as session:
            assert session.exec(select(Subscription.source)).one() == "blog"


def test_by_json_from_a_program(sqlite_url: str) -> None:
    with some_world(sqlite_url) as one, chromium() as browser:
        home = one.runtime.settings.public_url
        proof = solve(json.loads(one.get(home + "/api/signup/challenge")))
        body = json.dumps({"email": "cyd@readers.example", "name": "Cyd", "altcha": proof}).encode()
        request = urllib.request.Request(
            home + "/api/signup", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert (answer.status, json.load(answer)["message"]) == (202, DONE)
        confirm(one, browser.new_page(), "cyd@readers.example")
