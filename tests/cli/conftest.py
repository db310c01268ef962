"""An operator's folder."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, as good as empty: `newsletter init` finds its tables made, for making them takes a second."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_ALLOW_PRIVATE_SOURCES", "true")
    monkeypatch.setenv(
        "NEWSLETTER_PAGES_PER_GATHERING", "0"
    )  # all are on one host here, and a host is asked once a second
    shutil.copy(sqlite_template, tmp_path / "newsletter.sqlite3")
    return tmp_path
