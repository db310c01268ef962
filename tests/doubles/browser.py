"""Chromium for a test: one of its own, closed at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Run one with `more` switches; where it is missing the test is skipped, or fails on CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: bin/setup --tests installs it")
        pytest.skip("Chromium is missing here: bin/setup --tests installs it on Debian")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage", *more])
        yield browser
        browser.close()
