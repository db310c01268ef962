"""Skipped dates at the desk: added, removed, imported; each says what it does to the next issue."""

from collections.abc import Iterator

import pytest

from tests.samples.times import NOON
from tests.web.asking import Site, site

HERE = "/desk/settings/skipped"
CALENDAR = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:%s\nSUMMARY:Off\nEND:VEVENT\nEND:VCALENDAR\n"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def test_a_date_that_is_skipped_moves_the_next_issue_and_comes_back(desk: Site) -> None:
    assert "No date is skipped." in desk.get(HERE).text
    page = desk.post(HERE, first="2026-05-19", name="Feast <b>").text
    assert "goes out Tuesday 26 May, 09:00 instead of Tuesday 19 May, 09:00." in page
    assert "Feast &lt;b&gt;" in page
    assert "<li>Tuesday 19 May 2026, 09:00</li>" not in page
    page = desk.post(f"{HERE}/remove", first="2026-05-19").text
    assert "<li>Tuesday 19 May 2026, 09:00</li>" in page
    assert desk.post(f"{HERE}/remove", first="2026-05-19").status == 404


def test_what_cannot_be_skipped_is_refused_and_stays_in_the_form(desk: Site) -> None:
    for form in ({"first": "2026-05-19", "last": "2026-05-01"}, {"first": "soon"}, {}):
        answer = desk.post(HERE, **form, name="My words")
        assert answer.status == 403
        assert "My words" in answer.text
    assert "No date is skipped." in desk.get(HERE).text


def test_a_calendar_file_is_skipped_and_a_broken_one_is_refused_with_its_line(desk: Site) -> None:
    page = desk.upload(f"{HERE}/import", CALENDAR % b"20260519").text
    assert "1 dates of the calendar are skipped." in page
    assert "Tuesday 26 May, 09:00 instead of" in page
    broken = desk.upload(f"{HERE}/import", CALENDAR % b"tomorrow")
    assert broken.status == 403
    assert "Line 3" in broken.text
