"""The past issues of the sample: files that the importer reads, a week apart, before the story."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from newsletter.archive.past_files import read_past_file
from newsletter.demo import past
from tests.samples.times import NOON

BERLIN = ZoneInfo("Europe/Berlin")


def test_each_file_is_one_that_the_importer_reads() -> None:
    files = past.files(NOON)
    issues = [read_past_file(name, text.encode(), BERLIN) for name, text in files.items()]
    assert [issue.title for issue in issues] == [title for title, _, _ in past.ISSUES]
    assert [issue.number for issue in issues] == [1, 2, 3]
    assert all(issue.html for issue in issues)


def test_they_are_a_week_apart_and_the_last_is_a_week_before_the_story() -> None:
    days = [name.removesuffix(".md") for name in past.files(NOON)]
    weeks_before = (3, 2, 1)
    assert days == [f"{NOON - timedelta(weeks=weeks):%Y-%m-%d}" for weeks in weeks_before]
