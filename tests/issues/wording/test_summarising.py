"""A summariser: its words are taken, checked and cut.

Whatever goes wrong, the issue keeps its own words and says why.
"""

import json
import shlex
import sys
from pathlib import Path

import pytest

from newsletter.database import Database
from newsletter.issues import composing
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_issue
from newsletter.issues.wording.summarising import summarise
from newsletter.publications.models import Publication
from tests.issues.stage import news
from tests.samples.times import NOON


def command(folder: Path, program: str) -> str:
    path = folder / "summariser.py"
    path.write_text(program, "utf-8")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(path))}"


@pytest.fixture
def issue(database: Database, publication: Publication) -> Issue:
    with database.writing() as session:
        news(session, publication, 5)
        return propose(session, publication.key, period="p1", due_at=NOON, now=NOON)


GOOD = """
import json, sys
stories = json.load(sys.stdin)["stories"]
words = f"{len(stories)} stories, first {stories[0]['title']}"
print(json.dumps({"subjects": [words, "Two"], "preheaders": ["Before"], "intro": "Hello."}))
"""


def test_its_words_are_taken_and_it_is_asked_once_for_each_version(
    database: Database, issue: Issue, tmp_path: Path
) -> None:
    key, own = issue.key, issue.subject
    assert summarise(database, key, command(tmp_path, GOOD)) == "the summariser worded the issue"
    now = database.read(read_issue, key)
    assert (now.subject, now.subjects[1], now.preheader, now.intro) == (
        f"5 stories, first {own}",
        "Two",
        "Before",
        "Hello.",
    )
    assert now.version == 2
    assert summarise(database, key, command(tmp_path, GOOD)) == ""


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import time; time.sleep(30)", "did not answer within 0.5 seconds"),
        ("import sys; sys.exit('no key')", "ended with 1, so the words are our own. no key"),
        ("print('hello')", "no JSON object"),
        ("print('{\"subjects\": []}')", "has no subjects"),
        ("print('[' * 100000)", "no JSON object"),
        ("print('x' * 100000)", "no JSON object"),
    ],
)
def test_a_failure_keeps_our_words_and_is_noted(
    database: Database, issue: Issue, tmp_path: Path, program: str, why: str
) -> None:
    key = issue.key
    assert why in summarise(
        database, key, command(tmp_path, program), limit_s=0.5 if "sleep" in program else 20
    )
    now = database.read(read_issue, key)
    assert why in now.wording_note
    assert (now.subject, now.version) == (issue.subject, 1)


def test_a_command_that_is_not_there_is_reported(database: Database, issue: Issue) -> None:
    assert "could not be started" in summarise(database, issue.key, "/no/such/program")


def test_what_an_editor_wrote_is_never_replaced(
    database: Database, issue: Issue, tmp_path: Path
) -> None:
    database.write(composing.change_subject, issue.key, "By hand", "", version=1, by="mara")
    assert summarise(database, issue.key, command(tmp_path, GOOD)) == ""
    assert database.read(read_issue, issue.key).subject == "By hand"


def test_long_words_are_cut(database: Database, issue: Issue, tmp_path: Path) -> None:
    program = f"print({json.dumps(json.dumps({'subjects': ['word ' * 40]}))})"
    summarise(database, issue.key, command(tmp_path, program))
    now = database.read(read_issue, issue.key)
    assert len(now.subject) <= 60
    assert now.intro == issue.intro
