"""Cues: words and phrases are found wherever they stand, with stars, numbers and openings as written."""

import pytest

from newsletter.choosing.consequence import consequences_of, share_of_talk
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


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Ferry firm raises $120 million", "a large sum"),
        ("Ferry firm raises €3m", "money"),
        ("Orrery Planner 4", "a new version"),
        ("CVE-2026-11111 in ferries", "security"),
        ("Fares are now 40% less", "prices"),
    ],
)
def test_sums_versions_and_numbers_of_flaws_are_seen(title: str, kind: str) -> None:
    assert kind in consequences_of(title)


def test_a_small_sum_is_not_large_and_a_date_is_no_version() -> None:
    assert "a large sum" not in consequences_of("Ferry firm raises €3m")
    assert "a new version" not in consequences_of("Forty boats and 3 bells")


def test_talk_is_the_share_of_titles_that_only_say_what_may_be() -> None:
    assert share_of_talk(["Bank may sue", "Bank sues"]) == 0.5
