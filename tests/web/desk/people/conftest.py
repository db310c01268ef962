"""The desk whose lists wait in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def desk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.chdir(tmp_path)  # lists wait beside the database, or here
    with site(database_url, NOON) as opened:
        yield opened
