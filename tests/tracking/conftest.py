"""A database of one kind, where the kind does not matter."""

from collections.abc import Iterator

import pytest

from tests.tracking.stage import Stage, sent_issue


@pytest.fixture
def sqlite_stage(sqlite_url: str) -> Iterator[Stage]:
    with sent_issue(sqlite_url, "individual", "ada@readers.example") as stage:
        yield stage
