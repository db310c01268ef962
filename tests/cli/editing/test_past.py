"""Past issues from files (`newsletter issue import`), and where old addresses lead."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run

SAMPLES = Path(__file__).parents[2] / "samples" / "past"


@pytest.fixture
def past(folder: Path) -> Path:
    run(*INIT)
    shutil.copytree(SAMPLES, folder / "past")
    return folder / "past"


def test_files_become_issues_once_and_their_old_addresses_lead_to_them(past: Path) -> None:
    files = [str(one) for one in sorted(past.iterdir())]
    dry = json.loads(run("issue", "import", *files, "--dry-run", "--json").stdout)
    assert [(one["number"], one["links"], one["outcome"]) for one in dry] == [
        (12, 2, "would be kept"),
        (13, 2, "would be kept"),
    ]
    assert rows("issue", "list") == []
    for _ in range(2):
        kept = json.loads(run("issue", "import", *files, "--json").stdout)
        assert [(one["number"], one["date"], one["outcome"]) for one in kept] == [
            (12, "2024-05-14", "kept"),
            (13, "2024-05-21", "kept"),
        ]
    assert [(one["number"], one["status"]) for one in rows("issue", "list")] == [
        (13, "sent"),
        (12, "sent"),
    ]
    assert rows("redirect", "list") == [
        {"old": "/?p=13", "new": "/archive/13"},
        {"old": "/p/the-tide-comes-in", "new": "/archive/12"},
    ]


def test_a_file_that_cannot_be_kept_is_named_and_the_others_are_kept(past: Path) -> None:
    broken = past / "undated.html"
    broken.write_text("<p>A text without a date", "utf-8")
    outcome = run("issue", "import", str(broken), str(past / "2024-05-21-lamps.md"), code=4)
    assert "It says no date. Write `date: 2024-05-12` in its head" in outcome.output
    assert "Not all of it could be kept" in outcome.output
    assert [one["number"] for one in rows("issue", "list")] == [13]


def test_a_table_of_redirects_is_imported_and_a_wrong_one_removed(past: Path) -> None:
    table = past / "redirects.csv"
    table.write_text("old,new\n/p/1,/archive/1\n/p/2,nowhere\n", "utf-8")
    assert (
        "line 3: /p/2 → nowhere: A redirect has an old address"
        in run("redirect", "import", str(table), code=4).output
    )
    run("redirect", "remove", "/p/1")
    assert rows("redirect", "list") == []
    assert "No old address like that" in run("redirect", "remove", "/p/1", code=3).output
