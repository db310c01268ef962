"""`newsletter adopt`, and `newsletter status` before it: the reason in numbers, then an account."""

import json
from pathlib import Path

import pytest

from newsletter.host.memory import Memory
from tests.cli.shell import INIT, run


@pytest.fixture(autouse=True)
def remembering(folder: Path) -> None:
    """A folder that remembers more than the database counts."""
    run(*INIT)
    journals = folder / "newsletter.sqlite3.journals"
    journals.mkdir()
    (journals / "home").write_text("us-00000000", "utf-8")
    Memory(journals).raise_to(1206)


def test_status_says_why_nothing_is_sent() -> None:
    found = json.loads(run("status", "--json").stdout)
    assert "it counts 0, the host counted 1,206" in found["waits"]


def test_a_person_adopts_and_status_says_nothing_more() -> None:
    refused = run("adopt", code=4)
    assert "Stop the service on every other copy" in refused.stderr
    done = run("adopt", "--yes")
    assert "0 letters were accepted" in done.stderr
    assert "waits" not in json.loads(run("status", "--json").stdout)
    assert "agree" in run("adopt", "--yes", code=5).stderr
