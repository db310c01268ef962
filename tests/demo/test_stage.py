"""The stage: everything is set up from nothing, and nothing of it stays."""

import socket
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.demo.stage import NoFeeds, set_up
from tests.samples.feeds import RSS

START = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def test_a_folder_without_feeds_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(NoFeeds),
        set_up(
            now=datetime(2026, 5, 12, tzinfo=UTC),
            readers=2,
            folder=Path(str(tmp_path)),
            port=0,
            database_url="",
            say=print,
        ),
    ):
        pass


def test_the_feeds_of_a_folder_are_played_instead_of_the_samples(
    tmp_path: Path, sqlite_url: str
) -> None:
    (tmp_path / "tides.xml").write_text(RSS, "utf-8")
    (tmp_path / "notes.txt").write_text("no feed", "utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with set_up(
            now=START, readers=2, folder=tmp_path, port=port, database_url=sqlite_url, say=print
        ) as setting:
            stage = setting.stage
            (address,) = stage.feeds
            assert address.endswith("/tides.xml")
            assert urllib.request.urlopen(address, timeout=10).status == 200
            assert stage.runtime.settings.port != port, "that port is taken"
            assert stage.clock.now() == START
            home = stage.folder
            assert home.is_dir()
    assert not home.exists()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=10)
