"""`newsletter issue figures` and `newsletter issue repoint`: what was counted, and wrong links."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import INIT, run
from tests.tracking.stage import sent_issue

ADA = "ada@readers.example"


@pytest.fixture
def sent(folder: Path) -> Path:
    """The folder, with issue 1 sent to one reader who followed its first link."""
    with sent_issue(f"sqlite:///{folder / 'newsletter.sqlite3'}", "anonymous", ADA) as stage:
        stage.follow(stage.paths(ADA)[0])
        stage.settle()
    (folder / "newsletter.toml").write_text('secret = "a secret of the tests"\n', "utf-8")
    return folder


def test_an_issue_that_was_not_sent_has_no_figures(folder: Path) -> None:
    run(*INIT)
    assert run("issue", "figures", "1", code=3).stderr.strip()


def test_a_person_reads_at_least_so_many_and_a_script_the_numbers(sent: Path) -> None:
    for_person = run("issue", "figures", "1")
    assert "1 of 1 letters accepted" in for_person.stderr
    assert "clicked at least 1 times by people, 0 times by robots" in for_person.stderr
    figures = json.loads(run("issue", "figures", "1", "--json").stdout)
    assert (figures["number"], figures["recipients"], figures["sent"]) == (1, 1, 1)
    assert figures["clicks"] == {"people": 1, "robots": 0}
    assert sum(link["people"] for link in figures["links"]) == 1


def test_a_link_led_elsewhere_is_on_record_with_who_did_it(sent: Path) -> None:
    first = json.loads(run("issue", "figures", "1", "--json").stdout)["links"][0]
    right = "https://right.example/a"
    place = str(first["link"])
    run("issue", "repoint", "1", place, right, "--by", "mara")
    figures = json.loads(run("issue", "figures", "1", "--json").stdout)
    assert figures["links"][0]["url"] == right
    assert figures["links"][0]["sent_url"] == first["url"]
    assert "mara" in json.dumps(figures["repointed"])
    assert run("issue", "repoint", "1", "999", right, code=3).stderr.strip()
