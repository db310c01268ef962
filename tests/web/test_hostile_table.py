"""Each attack that a feed may carry has a filter of ours that stops it, in each field: the Content-Security-Policy has nothing to do."""

import pytest

from bench.hostile import FILTERS, Row, lives, run
from newsletter.migrations.running import upgrade
from tests.samples.hostile import FIELDS, HOSTILE, Shape, found_in
from tests.web.asking import site
from tests.web.test_hostile_feed import FIRST

TEXT = {"words", "plain", "escaped"}
EXPECTED = {  # field: the filters that have something to do there
    "title": TEXT,
    "twice": TEXT,
    "dek": TEXT,
    "content": TEXT,
    "beside": {"words", "unread"},
    "author": TEXT,
    "category": {"words", "plain", "unshown"},
    "link": {"address", "escaped"},
    "query": {"words", "address", "escaped"},
    "picture": {"address", "picture"},
    "loaded": {"address", "escaped"},
    "body": {"words", "sanitiser"},
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> tuple[Row, ...]:
    url = f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'h.sqlite3'}"
    upgrade(url)
    with site(url, FIRST) as one:
        return run(one)


def test_every_attack_is_stopped_by_a_filter_and_none_is_left_to_the_policy(table: tuple[Row, ...]) -> None:
    assert [(row.attack, row.field) for row in table] == [(attack, field) for attack in HOSTILE for field in FIELDS]
    assert not [row for row in table if row.filter == "POLICY" or row.filter not in FILTERS]
    assert {field: {row.filter for row in table if row.field == field} for field in FIELDS} == EXPECTED


@pytest.mark.parametrize("attack", [attack for attack in HOSTILE if found_in(attack)])
def test_what_judges_the_pages_sees_an_attack_that_is_written_into_one(attack: str) -> None:
    assert lives(attack)
    assert Shape(f"<p>{attack}</p>").parts - Shape("<p>words</p>").parts
