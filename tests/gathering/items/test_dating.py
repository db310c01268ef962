"""Dates that say when a document was made are none, and what is to come waits for its day."""

from datetime import timedelta

import pytest

from newsletter.formats.found import Found
from newsletter.gathering.items.dating import believed, published_at
from tests.samples.times import NOON

ODD = NOON.replace(minute=12, second=41)


def test_one_second_for_all_items_is_that_of_the_build() -> None:
    built = [Found(f"https://w.example/{n}", f"W {n}", published_at=ODD) for n in range(5)]
    assert {item.published_at for item in believed(built)} == {None}
    assert believed(built[:3]) == built[:3], "two or three may come out together"


def test_one_day_for_all_items_is_their_day() -> None:
    day = NOON.replace(hour=0, minute=0, second=0)
    papers = [Found(f"https://w.example/{n}", f"W {n}", published_at=day) for n in range(5)]
    assert believed(papers) == papers


def test_different_dates_are_believed() -> None:
    items = [
        Found(f"https://w.example/{n}", f"W {n}", published_at=ODD + timedelta(seconds=n))
        for n in range(5)
    ]
    assert believed(items) == items
    assert believed([]) == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [(None, 0), (-3, -3), (0, 0), (1, 0), (2, 0), (3, 3), (120, 120)],
)
def test_an_event_waits_for_its_day(days: int | None, expected: int) -> None:
    at = None if days is None else NOON + timedelta(days=days)
    item = Found("https://w.example/e", "Evening of talks", published_at=at)
    assert published_at(item, NOON) == NOON + timedelta(days=expected)
