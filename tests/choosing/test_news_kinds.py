"""Kinds of news: the words that news is told with, in several languages."""

import pytest

from newsletter.choosing.news_kinds import BEGINNINGS, KINDS, SHORTEST_BEGINNING, kind_of


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("acquires", "purchase"),
        ("buys", "purchase"),
        ("gerichtshof", "ruling"),
        ("sciopero", "strike"),
        ("introduces", "launch"),
        ("introduction", "listing"),
        ("harbour", ""),
        ("", ""),
    ],
)
def test_a_word_has_the_kind_of_its_longest_known_beginning(word: str, kind: str) -> None:
    assert kind_of(word) == kind


def test_no_beginning_is_too_short_to_be_found() -> None:
    assert all(len(beginning) >= SHORTEST_BEGINNING for beginning in BEGINNINGS)


def test_no_word_is_of_two_kinds_save_the_bill_that_is_a_law_or_a_price() -> None:
    words = " ".join(KINDS.values()).split()
    assert {word for word in words if words.count(word) > 1} == {"bill"}
