"""Judging: people pass, with scripts and without; robots are doubted in words."""

from datetime import timedelta

import pytest

from newsletter.intake.judging import (
    DAY,
    DOMAIN,
    FORM,
    HOUR,
    UNPROVEN,
    UNPROVEN_OF_NETWORK,
    UNPROVEN_OF_OWNER,
    Limit,
    Signs,
    doubts,
)
from tests.samples.times import NOON

BY_PERSON = (
    Signs(trapped=False, proven=True, age_s=None),
    Signs(trapped=False, proven=True, age_s=0.2),
    Signs(trapped=False, proven=False, age_s=12.0, form=1, unproven_of_network=3, unproven=40),
    Signs(
        trapped=False,
        proven=False,
        age_s=None,
        unproven_of_network=UNPROVEN_OF_NETWORK.most,
        unproven=UNPROVEN.most,
    ),
)
BY_ROBOT = (
    (Signs(trapped=True, proven=True, age_s=60.0), "people do not see"),
    (Signs(trapped=False, proven=False, age_s=0.2), "faster than anybody types"),
    (
        Signs(trapped=False, proven=False, age_s=60.0, form=FORM.most + 1),
        "one page sent many forms",
    ),
    (
        Signs(
            trapped=False,
            proven=False,
            age_s=None,
            unproven_of_network=UNPROVEN_OF_NETWORK.most + 1,
        ),
        "from this network",
    ),
    (
        Signs(
            trapped=False,
            proven=False,
            age_s=None,
            unproven_of_owner=UNPROVEN_OF_OWNER.most + 1,
        ),
        "networks of one owner",
    ),
    (Signs(trapped=False, proven=False, age_s=None, unproven=UNPROVEN.most + 1), "storm"),
    (Signs(trapped=False, proven=True, age_s=None, domain=DOMAIN.most + 1), "this domain"),
)


@pytest.mark.parametrize("signs", BY_PERSON)
def test_a_person_is_not_doubted(signs: Signs) -> None:
    assert doubts(signs) == []


@pytest.mark.parametrize(("signs", "words"), BY_ROBOT)
def test_what_a_robot_does_is_doubted(signs: Signs, words: str) -> None:
    assert len(doubts(signs)) == 1
    assert words in doubts(signs)[0]


def test_windows_follow_one_another_without_a_gap() -> None:
    for per in (HOUR, DAY):
        limit = Limit(1, per)
        end = limit.until(NOON)
        assert NOON < end <= NOON + per
        assert limit.until(end - timedelta(seconds=1)) == end
        assert limit.until(end) == end + per
