"""Each attack that a feed may carry has a filter of ours that stops it, in each field: the
Content-Security-Policy has nothing to do."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from bench.hostile import FILTERS, NOW, Row, lives, run
from tests.samples.hostile import FIELDS, HOSTILE, Shape, found_in
from tests.web.asking import site

EXPECTED = {  # field: how many attacks each filter stops there
    "title": {"words": 4, "plain": 21, "escaped": 5},
    "twice": {"words": 4, "plain": 1, "escaped": 25},
    "dek": {"words": 4, "plain": 21, "escaped": 5},
    "content": {"words": 4, "plain": 21, "escaped": 5},
    "beside": {"words": 4, "unread": 26},
    "author": {"words": 4, "plain": 23, "escaped": 3},  # an address is no name
    "category": {"words": 4, "plain": 21, "unshown": 5},
    "link": {"address": 20, "escaped": 10},
    "query": {"words": 4, "address": 16, "escaped": 10},
    "picture": {"address": 5, "picture": 25},
    "loaded": {"address": 5, "escaped": 25},
    "body": {"words": 8, "sanitiser": 22},
}


@pytest.fixture(scope="module")
def table(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Row, ...]:
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("hostile"))
    with site(f"sqlite:///{path}", NOW) as one:
        return run(one)


def test_every_attack_is_stopped_by_a_filter_and_none_is_left_to_the_policy(
    table: tuple[Row, ...],
) -> None:
    assert [(row.attack, row.field) for row in table] == [
        (attack, field) for attack in HOSTILE for field in FIELDS
    ]
    assert not [row for row in table if row.filter == "POLICY" or row.filter not in FILTERS]
    assert {
        field: Counter(row.filter for row in table if row.field == field) for field in FIELDS
    } == EXPECTED


@pytest.mark.parametrize("attack", [attack for attack in HOSTILE if found_in(attack)])
def test_what_judges_the_pages_sees_an_attack_that_is_written_into_one(attack: str) -> None:
    assert lives(attack)
    assert Shape(f"<p>{attack}</p>").parts - Shape("<p>words</p>").parts
