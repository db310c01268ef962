"""A database of one kind, where the kind does not matter."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tracking.stage import Stage, sent_issue


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "one.sqlite3")
    return f"sqlite:///{tmp_path / 'one.sqlite3'}"


@pytest.fixture
def sqlite_stage(sqlite_url: str) -> Iterator[Stage]:
    with sent_issue(sqlite_url, "individual", "ada@readers.example") as stage:
        yield stage
