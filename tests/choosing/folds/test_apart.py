"""Apart: which two articles can be no story together, however much they share."""

from datetime import timedelta

import pytest

from newsletter.choosing.folds.apart import are_apart
from newsletter.choosing.folds.profiles import (
    Profile,
    WindowKeys,
    names_in,
    parse_article,
    profile_of,
)
from tests.samples.stories import Item
from tests.samples.times import NOON

DAY = timedelta(days=1)


def profile(title: str, lead: str = "", source: str = "", days: int = 0) -> Profile:
    """The profile of an article in a window of its own, so many days before noon."""
    item = Item("1", title, lead, source=source, published_at=NOON - days * DAY)
    parsed = parse_article(title, lead)
    return profile_of(item, lead, parsed, WindowKeys(names_in([parsed])))


def test_a_source_may_leave_its_own_name_out_of_one_of_two_tellings() -> None:
    first = profile("Harbour office spared in Tilden cuts", "Tilden Harbour", "Harbour Post")
    second = profile("Office spared in Tilden cuts after all", "", "Harbour Post", days=1)
    assert not are_apart(first, second)


def test_numbers_of_a_series_are_apart_and_so_are_reports_of_two_holes() -> None:
    assert are_apart(profile("The week in links #12"), profile("A ferry sinks"))
    one_hole, other_hole = "Hole CVE-2026-1234 in mail", "Hole CVE-2026-1299 in mail"
    assert are_apart(profile(one_hole), profile(other_hole))
    assert not are_apart(profile(one_hole), profile("Mail has a hole"))


def test_a_copy_on_the_same_day_is_not_apart_even_of_a_series() -> None:
    links = profile("The week in links", source="A")
    assert not are_apart(links, profile("The week in links", source="B", days=1))
    assert are_apart(links, profile("The week in links", source="A", days=7))


def test_two_articles_of_one_source_with_names_of_their_own_are_apart() -> None:
    oslo, bergen = "Quay talks reach Oslo", "Quay talks reach Bergen"
    assert are_apart(profile(oslo, source="A"), profile(bergen, source="A"))
    assert not are_apart(profile(oslo, source="A"), profile(bergen, source="B"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("How to sail a ferry", "A ferry sails"),
        ("A tutorial for ferries", "A ferry sails"),
        ("Ferry Lines Merge, Harbours Close Again, Whales Sing at Night", "Ferry lines merge"),
        ("Orrery 4 is here", "Orrery 5 is here"),
    ],
)
def test_a_guide_a_list_of_stories_and_another_version_are_told_apart(
    first: str, second: str
) -> None:
    assert are_apart(profile(first, source="A"), profile(second, source="B"))
    assert are_apart(profile(second, source="B"), profile(first, source="A"))
