"""Profiles: an article's words, names, codes and counted things."""

from datetime import timedelta

import pytest

from newsletter.choosing.folds.profiles import (
    Profile,
    WindowKeys,
    counted_in,
    keys_of,
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


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Orrery raises money for ferries", {"orrery"}),
        ("Ferries of Tilden are late", {"ferries", "tilden"}),
        ("Regulator meets Orrery", {"orrery"}),  # news is told with "regulator"
        ("The port of Oslo adopts GPT5 for its quay", {"oslo", "gpt5"}),
        ("Ferry Fares Rise Again In Every Port", {"ferry"}),  # a headline in capitals
        ("Der Hafen von Oslo und die Kräne der Stadt", set()),  # German nouns have capitals
    ],
)
def test_a_capital_means_a_name_where_nothing_else_demands_it(title: str, names: set[str]) -> None:
    assert names_in([parse_article(title, "")]) == names


def test_a_plain_word_with_a_capital_in_mid_sentence_is_a_name() -> None:
    """A headline may write any word so; and a sentence begins with one."""
    asks = parse_article("A letter", "It asks Commerce for a list. Commerce said no.")
    assert "commerce" in names_in([asks])
    assert "commerce" not in names_in([parse_article("What Commerce Asks", "Commerce is slow.")])
    assert "commerce" not in names_in([asks, parse_article("A word on commerce", "No commerce.")])


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Eight pigs, 12-lab study", {(8, "pig"), (12, "lab")}),
        ("A dozen labs", {(12, "lab")}),
        ("In 2026 it costs $400m, 5 million more in ² 3 ways", set()),
    ],
)
def test_a_counted_thing_is_a_small_number_and_a_noun(text: str, counted: set[object]) -> None:
    assert counted_in(text) == counted


def test_a_word_that_is_written_small_anywhere_is_no_name() -> None:
    articles = [parse_article("A day with Orrery", ""), parse_article("See an orrery turn", "")]
    assert "orrery" not in names_in(articles)


def test_names_are_kept_whole_and_other_words_by_their_stems() -> None:
    parsed = parse_article("Ferries of Tildenville carry 300 letters", "")
    keys = keys_of(parsed, WindowKeys(frozenset({"tildenville"})))
    assert {"tildenville", "letter", 300.0} <= keys
    assert parse_article("Orrery raises money", "A judge is asked.").kinds == {"funding", "ruling"}


def test_a_date_without_a_zone_is_taken_for_utc() -> None:
    item = Item("1", "A ferry", published_at=NOON.replace(tzinfo=None))
    parsed = parse_article("A ferry", "")
    assert profile_of(item, "", parsed, WindowKeys(frozenset())).day == profile("A ferry").day
