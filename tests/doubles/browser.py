"""Chromium for a test: one of its own, closed at the end; and what axe says of a page in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
# By colour scheme: dark changes the outcome of one rule only. Without passes a look takes half.
RULES: dict[str, dict[str, object]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {
        "resultTypes": ["violations"],
        "runOnly": {"type": "rule", "values": ["color-contrast"]},
    },
}


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Run one with `more` switches; where it is missing the test is skipped, or fails on CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: bin/setup --tests installs it")
        pytest.skip("Chromium is missing here: bin/setup --tests installs it on Debian")
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage", *more]
        )
        yield browser
        browser.close()


def hear_breaches(page: Page, found: list[str]) -> None:
    """Add to `found` each breach of a page's own policy that its console reports from now on."""

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            found.append(message.text)

    page.on("console", hear)


def unfit(page: Page, where: str, scheme: str = "light") -> list[str]:
    """Return what axe calls serious or critical on a page as it stands, each beginning with
    `where`. Look at a page in the light scheme first."""
    return [
        f"{where}: {rule['id']} ({rule['impact']}) {rule['nodes'][0]['html'][:160]}"
        for rule in Axe().run(page, options=RULES[scheme]).response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
