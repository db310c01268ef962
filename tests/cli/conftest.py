"""An operator's folder."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: empty, save that the tables are made, which takes a second each time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_ALLOW_PRIVATE_SOURCES", "true")
    # All pages are on one host here, and a host is asked once a second.
    monkeypatch.setenv("NEWSLETTER_PAGES_PER_GATHERING", "0")
    shutil.copy(sqlite_template, tmp_path / "newsletter.sqlite3")
    return tmp_path
