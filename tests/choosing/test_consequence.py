"""Consequence: a headline shows that something happened which changes something."""

import pytest

from newsletter.choosing.consequence import STRENGTHS, consequences_of, share_of_talk


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


def test_each_kind_has_its_strength_and_a_plain_headline_has_none() -> None:
    assert consequences_of("Riders sue a ferry firm") == {"law": STRENGTHS["law"]}
    assert consequences_of("An evening by the harbour") == {}


def test_a_number_that_is_no_amount_is_left_out() -> None:
    assert "money" not in consequences_of("Harbour bell of $1.2.3 million is back")
