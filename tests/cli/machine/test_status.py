"""`newsletter status`: readers, the next deadline, and the account of each issue."""

import json
from pathlib import Path

import pytest

from newsletter.cli.console import opened
from newsletter.intake.quarantine import MOST_WAITING
from tests.cli.shell import INIT, run
from tests.intake.test_quarantine import fill


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    (folder / "people.csv").write_text(
        "address\nada@readers.example\nbob@readers.example\n", "utf-8"
    )
    run(*INIT, "--cadence", "Tuesday 09:00 Asia/Tokyo")
    run("subscribers", "import", "people.csv")


def test_a_script_gets_one_object_with_a_time_that_it_can_read() -> None:
    found = json.loads(run("status", "--json").stdout)
    assert found["publication"] == "The Inference"
    assert found["readers active"] == "2"
    assert found["next deadline"].endswith("T00:00:00+00:00")
    assert found["issues"] == []


def test_a_person_gets_the_deadline_in_the_zone_of_the_publication() -> None:
    shown = run("status")
    assert "09:00 JST" in shown.stdout
    assert "nothing yet" in shown.stderr, "no issue was proposed"


def test_a_full_quarantine_is_said() -> None:
    assert "quarantine" not in run("status").stdout
    with opened() as here, here.database.writing() as session:
        key = here.publisher.key
        fill(session, key, MOST_WAITING - 1)
    assert json.loads(run("status", "--json").stdout)["quarantine"] == "999 waiting"
    with opened() as here, here.database.writing() as session:
        fill(session, key, 1)
    found = json.loads(run("status", "--json").stdout)
    assert found["quarantine"] == "1000 waiting, full: nothing more is kept"
