"""A source's health comes from how its fetches ended and from its own rhythm."""

from datetime import datetime, timedelta

import pytest

from newsletter.gathering.models import Source
from newsletter.gathering.source_health import Health, judge_health
from tests.samples.times import NOON

DAY = timedelta(days=1)


def judged(dates: list[datetime] | None = None, **fields: object) -> Health:
    source = Source(
        publication_id=1, url="https://news.example/feed", **{"succeeded_at": NOON, **fields}
    )
    return judge_health(source, dates or [], len(dates or []), NOON)


@pytest.mark.parametrize(
    ("fields", "word", "trouble"),
    [
        ({}, "Healthy", ""),
        ({"succeeded_at": None}, "Not read yet", ""),
        ({"succeeded_at": None, "kind": "hand"}, "By hand", ""),
        ({"failures": 2, "error": "HTTP 500"}, "Failing", ""),
        ({"failures": 3, "error": "HTTP 500"}, "Failing", "failing"),
        ({"status": "retired", "error": "HTTP 410"}, "Retired", "retired"),
        ({"status": "retired"}, "Retired", ""),
    ],
)
def test_three_failures_are_trouble_and_so_is_a_source_that_its_host_retired(
    fields: dict[str, object], word: str, trouble: str
) -> None:
    found = judged(**fields)
    assert (found.word, found.trouble) == (word, trouble)


@pytest.mark.parametrize(
    ("every_days", "silent_days", "is_silent"),
    [
        (1, 13, False),
        (1, 15, True),
        (7, 27, False),
        (7, 29, True),
        (30, 100, False),
        (30, 130, True),
    ],
)
def test_a_source_is_silent_when_it_waits_much_longer_than_it_used_to(
    every_days: int, silent_days: int, is_silent: bool
) -> None:
    dates = [NOON - DAY * (silent_days + every_days * n) for n in range(10)]
    assert (judged(dates).trouble == "silent") is is_silent


def test_a_source_that_paused_as_long_before_is_not_silent() -> None:
    dates = [NOON - DAY * days for days in (50, 51, 52, 110, 111, 112, 113)]
    assert judged(dates).trouble == ""


def test_a_source_without_a_rhythm_yet_cannot_fall_silent() -> None:
    assert judged([NOON - 400 * DAY]).trouble == ""


def test_a_page_lost_for_long_says_what_to_do() -> None:
    assert (
        "Look for its new address"
        in judged(failures=10, error="HTTP 404: there is nothing at this address").sentence
    )


def test_an_editor_reads_that_many_items_share_one_address() -> None:
    assert "7 of its items share one address" in judged(at_one_address=7).sentence
    assert "address" not in judged().sentence
