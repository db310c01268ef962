"""At the desk: an extra issue from the page of issues, and another time for an issue."""

from collections.abc import Iterator

import pytest

from newsletter.issues.models import Issue
from tests.issues.stage import news
from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            news(session, opened.publication, 6)
        yield opened


def test_an_extra_issue_is_made_from_the_page_of_issues(desk: Site) -> None:
    assert 'href="/desk/issues/extra"' in desk.get("/desk/issues").text
    assert "Europe/Berlin" in desk.get("/desk/issues/extra").text
    form = {"title": "The <harbor>", "begin": "empty", "at": "2026-05-20T14:00"}
    page = desk.post("/desk/issues/extra", **form)
    assert "Extra issue 1 is made; it goes out Wednesday 20 May, 14:00" in page.text
    assert "The &lt;harbor&gt;" in desk.get("/desk/issues/1").text
    assert "Extra issue 1" in desk.get("/desk/issues/1").text
    assert "Extra issue 1" in desk.get("/desk").text
    assert ">Extra<" in desk.get("/desk/issues").text


@pytest.mark.parametrize("at", ["2020-01-01T09:00", "soon", ""])
def test_what_cannot_be_is_refused_and_stays_in_the_form(desk: Site, at: str) -> None:
    answer = desk.post("/desk/issues/extra", title="My words", at=at)
    assert answer.status == 403
    assert "My words" in answer.text
    with desk.runtime.database.reading() as session:
        assert session.get(Issue, 1) is None


def test_an_issue_gets_another_time_and_says_what_becomes_of_the_next(desk: Site) -> None:
    desk.post("/desk/issues/extra", at="2026-05-20T14:00")
    assert 'value="2026-05-20T14:00"' in desk.get("/desk/issues/1/time").text
    page = desk.post("/desk/issues/1/time", at="2026-05-21T15:30").text
    assert "goes out Thursday 21 May, 15:30 (Europe/Berlin) instead of Wednesday 20 May" in page
    assert "the next date stays Tuesday 19 May, 09:00" in page
    assert desk.post("/desk/issues/1/time", at="now").status == 403
    assert desk.post("/desk/issues/1/time", at="2020-01-01T09:00").status == 403
    assert desk.get("/desk/issues/9/time").status == 404
