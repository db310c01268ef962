"""Chromium for a test, with nothing in it of the tests before; and what axe says of a page."""

import asyncio
import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

# The shell is the same browser without windows: a page costs two thirds of the processor.
NAMES = ("chromium-headless-shell", "chromium")
# Width and colour scheme of each look at a page. A rule depends on one of them, none on both.
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))

SERIOUS = """
async () => (await axe.run({resultTypes: ['violations']})).violations
  .filter(rule => ['serious', 'critical'].includes(rule.impact))
  .map(rule => [rule.id, rule.impact, rule.nodes[0].html])
"""


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Lend one with `more` switches; where it is missing the test is skipped, or fails on CI.

    A process starts each only once. Cookies, storage and cache are of contexts, and the contexts
    of a test are closed at its end.
    """
    if not any(map(shutil.which, NAMES)):
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: bin/setup --tests installs it")
        pytest.skip("Chromium is missing here: bin/setup --tests installs it on Debian")
    with _driving():
        browser = _browser(more)
        if not browser.is_connected():  # a page has taken it down
            _browser.cache_clear()
            browser = _browser(more)
        try:
            yield browser
        finally:
            for context in browser.contexts:
                context.close()


@contextmanager
def _driving() -> Iterator[None]:
    """Let Playwright's event loop run in this thread, and other loops again after that."""
    loop = _player()._impl_obj._loop
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(None)


@cache
def _player() -> Playwright:
    player = sync_playwright().start()
    atexit.register(_stop)
    return player


def _stop() -> None:
    with _driving():
        _player().stop()


@cache
def _browser(more: tuple[str, ...]) -> Browser:
    return _player().chromium.launch(
        executable_path=next(filter(None, map(shutil.which, NAMES))),
        args=["--no-sandbox", "--disable-dev-shm-usage", *more],
    )


def hear_breaches(page: Page, found: list[str]) -> None:
    """Add to `found` each breach of a page's own policy that its console reports from now on."""

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            found.append(message.text)

    page.on("console", hear)


def unfit(page: Page, where: str) -> list[str]:
    """Return what axe calls serious or critical on a page as it stands, each beginning with
    `where`."""
    if not page.evaluate(
        "'axe' in window"
    ):  # half a megabyte, which a page keeps for its next look
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(SERIOUS)
    return [f"{where}: {rule} ({impact}) {html[:160]}" for rule, impact, html in found]
