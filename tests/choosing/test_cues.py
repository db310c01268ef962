"""Cues: words and phrases are found anywhere, with stars, numbers and openings as written."""

import pytest

from newsletter.choosing.cues import Cues, words_of

CUES = Cues([("law", "sue, regulat*, in court"), ("work", "cut # jobs"), ("how", "^how to")])


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Riders sue", {"law"}),
        ("Riders pursue", set()),
        ("A regulator’s view", {"law"}),
        ("Seen in court", {"law"}),
        ("In a court", set()),
        ("Bank to cut 3,200 jobs", {"work"}),
        ("Bank to cut nine jobs", {"work"}),
        ("How to sue", {"how", "law"}),
        ("Learn how to swim", set()),
        ("", set()),
    ],
)
def test_a_cue_is_found_as_it_is_written(text: str, means: set[str]) -> None:
    assert CUES.found_in(words_of(text)) == means


def test_numbers_in_figures_and_in_words_are_one_word() -> None:
    assert words_of("Three ferries, 3,200 jobs, 40%") == ("#", "ferries", "#", "jobs", "#")


def test_of_two_cues_with_one_beginning_the_longer_is_found_too() -> None:
    cues = Cues([("bill", "bill"), ("law", "bill passed, bill pass* at night")])
    assert cues.found_in(words_of("Bill passed")) == {"bill", "law"}
    assert cues.found_in(words_of("A bill passes at night")) == {"bill", "law"}
    assert cues.found_in(words_of("A bill is passed")) == {"bill"}
