"""Dates by command: those that come, and those that are skipped."""

from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def test_the_next_dates_are_shown_with_the_cadence_in_words() -> None:
    shown = run("publication", "dates")
    assert "every Tuesday at 09:00, Berlin time" in shown.stderr
    assert len(rows("publication", "dates")) == 6
    assert run("publication", "dates", "--count", "0", code=2).stderr


def test_dates_are_skipped_shown_and_come_back(folder: Path) -> None:
    first = rows("publication", "dates")[0]["due"]
    day = str(first)[:10]
    shown = run("publication", "skip", "add", day, "Off")
    assert "instead of" in shown.stderr
    assert rows("publication", "skip", "list") == [{"from": day, "to": day, "name": "Off"}]
    assert rows("publication", "dates")[0]["due"] != first
    run("publication", "skip", "remove", day)
    assert rows("publication", "dates")[0]["due"] == first
    assert "skip list" in run("publication", "skip", "remove", day, code=3).stderr
    calendar = folder / "holidays.ics"
    calendar.write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR\n")
    assert "Line 3" in run("publication", "skip", "import", str(calendar), code=4).stderr
    calendar.write_text(calendar.read_text().replace("soon", day.replace("-", "")))
    assert "1 dates are skipped" in run("publication", "skip", "import", str(calendar)).stderr
