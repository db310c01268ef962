"""Issues beside the cadence by command: an extra one, and another time."""

from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def test_an_extra_issue_is_made_moved_and_refused_what_cannot_be() -> None:
    made = run("issue", "extra", "--at", "tomorrow 14:00", "--empty", "--title", "Now").stderr
    assert "Extra issue 1 is made" in made
    assert "Berlin" in made
    assert "the next date stays" in made
    assert rows("issue", "list")[0]["subject"] == "Now"
    assert "instead of" in run("issue", "send-at", "1", "tomorrow 15:00").stderr
    assert "approve it first" in run("issue", "send-at", "1", "now", code=4).stderr
    assert "2026-12-03 14:00" in run("issue", "send-at", "1", "soon", code=4).stderr
    assert "later one" in run("issue", "send-at", "1", "2020-01-01 09:00", code=4).stderr
    assert run("issue", "extra", "--at", "2020-01-01 09:00", code=4).stderr
    assert run("issue", "extra", "--at", "tomorrow 14:00", "--audience", "X", code=3).stderr
    assert run("issue", "extra", code=2).stderr
    assert len(rows("issue", "list")) == 1
