"""Folding: what tells one story becomes one group, nothing is lost and nothing is in two groups."""

from dataclasses import dataclass, field
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from newsletter.issues.folding import fold
from tests.samples.times import NOON


@dataclass(frozen=True)
class Item:
    id: int
    title: str
    dek: str = ""
    url: str = ""
    source: str = ""
    published_at: datetime = field(default=NOON)


def test_one_story_told_twice_is_one_group_and_groups_stand_where_their_first_item_stood() -> None:
    titles = [
        "Orrery launches a planner for laboratories",
        "Two cities ban scoring by voice",
        "Orrery launches planner for whole laboratories",
    ]
    assert fold(Item(at, title) for at, title in enumerate(titles)) == [frozenset({0, 2}), frozenset({1})]


@given(st.lists(st.text(max_size=40), max_size=12))
def test_folding_loses_nothing_and_repeats_nothing(titles: list[str]) -> None:
    groups = fold(Item(at, title) for at, title in enumerate(titles))
    assert sorted(key for group in groups for key in group) == list(range(len(titles)))
