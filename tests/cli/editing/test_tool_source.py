"""`newsletter tool source`: found, saved, changed, looked at and removed."""

import json
from pathlib import Path

import pytest

from newsletter.cli.editing.tool_source import health_of
from newsletter.tool_sources.models import ToolSource
from tests.cli.shell import INIT, rows, run
from tests.doubles.web import always, serving

LIST = b"name,url\nPen,https://pen.invalid\nBad,javascript:x\n"


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def test_a_source_is_looked_at_before_it_is_saved_and_changed_and_removed() -> None:
    with serving({"/tools.csv": always(200, LIST)}) as web:
        url = web.url + "/tools.csv"
        unsaved = run("tool", "source", "add", url, code=4)
        assert "list with 2 tools" in unsaved.stderr
        assert "Pen  https://pen.invalid" in unsaved.stderr
        run("tool", "source", "add", url, "--yes")
        run("tool", "source", "add", url, "--yes", code=5)
        looked = run("tool", "source", "look", "1")
        assert "2 read: 1 new (0 came in, 1 wait for a yes)" in looked.stderr
        assert "row 3: Bad: Write the web address" in looked.stderr
    run("tool", "source", "change", "1", "--rule", "accept", "--title", "A shelf")
    (row,) = rows("tool", "source", "list")
    assert (row["title"], row["rule"], row["waiting"]) == ("A shelf", "accept", 1)
    shown = json.loads(run("tool", "source", "show", "1").stdout)
    assert shown["account"]["refused"] == 1
    run("tool", "source", "look", code=6)
    assert "Failed once: no connection" in str(rows("tool", "source", "list")[0]["health"])
    run("tool", "source", "remove", "1")
    assert rows("tool", "source", "list") == []
    run("tool", "source", "show", "9", code=3)


def test_a_file_of_this_machine_is_a_source(folder: Path) -> None:
    (folder / "tools.csv").write_bytes(LIST)
    run("tool", "source", "add", "tools.csv", "--yes", "--rule", "accept")
    run("tool", "source", "look")
    assert [row["name"] for row in rows("tool", "list")] == ["Pen"]


def test_a_sentence_says_how_a_source_is_doing() -> None:
    assert health_of(ToolSource()) == "Not looked at yet."
    failing = ToolSource(error="HTTP 500", failures=3)
    assert health_of(failing) == "Failed 3 times in a row: HTTP 500"
    assert health_of(ToolSource(note="The first 500 are looked at.")).startswith("The first")
