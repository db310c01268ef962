"""The log at the desk: each change and each look at addresses, searched, and as a file."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.desk.deeds import read_log
from newsletter.desk.models import LogEntry
from newsletter.issues.proposing import propose
from newsletter.publications.models import Publication
from tests.delivery.rig import subscribe
from tests.issues.stage import news
from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            news(session, session.get_one(Publication, opened.key), 8)
            due_at = NOON + timedelta(hours=9)
            propose(session, opened.key, period="p1", due_at=due_at, now=NOON)
            subscribe(session, opened.key, "ada@readers.example")
        yield opened


def entries(desk: Site) -> list[LogEntry]:
    """All entries, the oldest first."""
    return desk.runtime.database.read(lambda session: list(read_log(session, desk.key))[::-1])


def test_changes_at_the_desk_are_there_with_both_sides(desk: Site) -> None:
    answer = desk.post(
        "/desk/issues/1/subject", version="1", subject="=A <b>new</b> subject", preheader="And more"
    )
    assert answer.status == 303
    [entry] = entries(desk)
    assert (entry.by, entry.act, entry.thing, entry.issue_id) == (
        "mara@inference.example",
        "write",
        "issue",
        1,
    )
    assert entry.after["subject"] == "=A <b>new</b> subject"
    assert entry.network == "127.0.0.0/24"
    page = desk.get("/desk/log?q=NEW").text
    assert "=A &lt;b&gt;new&lt;/b&gt; subject" in page
    assert "Nothing found" in desk.get("/desk/log?q=nowhere").text
    assert "What was done" in desk.get("/desk/issues/1").text
    assert "Nothing was done" not in desk.get("/desk/log?issue=1").text
    assert "Nothing was done yet" in desk.get("/desk/log?issue=2").text
    table = list(csv.DictReader(io.StringIO(desk.get("/desk/log/log.csv").text)))
    [row] = [row for row in table if row["field"] == "subject"]
    assert row["after"].startswith("'="), "no program of tables runs it"


def test_looks_at_addresses_and_exports_are_there_and_other_pages_are_not(desk: Site) -> None:
    for path in ("/desk", "/desk/issues/1", "/desk/sources", "/desk/team", "/desk/log"):
        assert desk.get(path).status == 200
    assert entries(desk) == []
    for path in ("/desk/readers", "/desk/readers/1", "/desk/readers/export.csv"):
        assert desk.get(path).status == 200
    assert [entry.deed for entry in entries(desk)] == [
        "GET /desk/readers",
        "GET /desk/readers/1",
        "GET /desk/readers/export.csv",
    ]


def test_what_was_refused_changed_nothing_and_is_not_there(desk: Site) -> None:
    assert desk.post("/desk/issues/1/subject", version="0", subject="x").status == 409
    assert desk.post("/desk/team/1/role", role="writer").status == 403
    assert [entry for entry in entries(desk) if entry.thing] == []


def test_acts_about_people_and_issues_are_each_there(desk: Site) -> None:
    pressed = (
        "/desk/issues/1/hold",
        "/desk/issues/1/release",
        "/desk/readers/1/leave",
        "/desk/account/sessions/end",
    )
    for path in pressed:
        assert desk.post(path).status == 303, path
    desk.post("/desk/team/invitations", address="wim@writers.example", role="writer")
    desk.post("/desk/api/tokens", name="web shop")
    deeds = {entry.deed for entry in entries(desk)}
    assert deeds == {
        *(f"POST {path}" for path in pressed),
        "POST /desk/team/invitations",
        "POST /desk/api/tokens",
    }
    told = str([entry.model_dump() for entry in entries(desk)])
    assert "ada@readers.example" not in told
    assert not re.search(r"[0-9a-f]{64}|nlt_", told), "no digest and no secret"


def test_pages_follow_each_other(desk: Site) -> None:
    for number in range(51):
        desk.get(f"/desk/readers?q={number}")
    page = desk.get("/desk/log").text
    assert "before=" in page
    assert page.count("Looked at readers") == 50
