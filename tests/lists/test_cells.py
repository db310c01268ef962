"""Cells: what a row says of a person, in the words of whatever program wrote it."""

import json

import pytest

from newsletter.lists.cells import (
    MOST_ATTRIBUTES_CHARS,
    BadRow,
    attributes_reader,
    name_reader,
    standing_reader,
    time_reader,
)
from newsletter.lists.columns import Columns, check_columns, guess_columns
from newsletter.lists.meaning.asking import begin_survey
from newsletter.lists.presets import STANDINGS

LATEST = "2026-06-01 00:00:00.000000"


def columns(*targets: str) -> Columns:
    names = [target or f"column {n}" for n, target in enumerate(targets)]
    return check_columns(["address", *names], ["address", *targets])


def test_a_time_is_read_from_the_column_that_has_it() -> None:
    wide = columns("left_at", "joined_at")
    notes = begin_survey(wide).dates
    read_time = time_reader(wide, "joined_at", LATEST, {2: "month"}, notes)
    assert read_time is not None
    assert read_time(["ada@x.example", "", "5/12/2024"]) == "2024-05-12 00:00:00.000000"
    assert (notes[1].either, notes[2].either) == (0, 1)


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (["Ada", "Low"], "Ada Low"),
        ([" Ada\n", ""], "Ada"),
        (["'=1+1", ""], "=1+1"),
        (["Zoë\x00", "\ud800"], "Zoë"),
        (["x" * 300, ""], "x" * 200),
    ],
)
def test_a_name_is_one_line_of_both_names(cells: list[str], name: str) -> None:
    read_name = name_reader(columns("first_name", "last_name"))
    assert read_name is not None
    assert read_name(["ada@x.example", *cells]) == name


@pytest.mark.parametrize(
    ("cells", "standing"),
    [
        (["", "yes", "no", "", ""], "active"),
        (["Subscribed", "yes", "no", "", ""], "active"),
        (["pending", "yes", "no", "", ""], "unconfirmed"),
        (["active", "no", "no", "", ""], "unsubscribed"),
        (["active", "yes", "1", "", ""], "unsubscribed"),
        (["active", "yes", "no", "2024-01-01", ""], "unsubscribed"),
        (["blocked", "no", "no", "", ""], "manual"),
        (["active", "no", "no", "2024-01-01", "2024-01-02"], "bounce"),
    ],
)
def test_of_all_that_columns_say_the_last_standing_counts(cells: list[str], standing: str) -> None:
    wide = columns("status", "gets_letters", "gets_none", "left_at", "bounced_at")
    read_standing = standing_reader(wide)
    assert read_standing is not None
    assert STANDINGS[read_standing(["ada@x.example", *cells])] == standing


@pytest.mark.parametrize(
    ("cells", "standing"),
    [
        (["no", "no"], "unsubscribed"),
        (["yes", "yes"], "unsubscribed"),
        (["yes", "no"], "active"),
        (["", ""], "unsubscribed"),
        (["no", "perhaps"], "unsubscribed"),
    ],
)
def test_who_declines_in_one_of_two_columns_has_declined(cells: list[str], standing: str) -> None:
    read_standing = standing_reader(columns("gets_letters", "gets_none"))
    assert read_standing is not None
    assert STANDINGS[read_standing(["ada@x.example", *cells])] == standing


@pytest.mark.parametrize("cells", [["perhaps", "no"], ["perhaps", "yes"], ["yes", "perhaps"]])
def test_a_slip_costs_the_row_where_nobody_has_declined_before_it(cells: list[str]) -> None:
    read_standing = standing_reader(columns("gets_letters", "gets_none"))
    assert read_standing is not None
    with pytest.raises(BadRow, match="'perhaps' is neither yes nor no"):
        read_standing(["ada@x.example", *cells])


def test_a_word_that_is_no_status_and_a_cell_that_is_neither_yes_nor_no_cost_the_row() -> None:
    read_status = standing_reader(columns("status"))
    read_flag = standing_reader(columns("gets_none"))
    assert read_status is not None
    assert read_flag is not None
    with pytest.raises(BadRow, match="'vip' is no status"):
        read_status(["ada@x.example", "VIP"])
    with pytest.raises(BadRow, match="'perhaps' is neither yes nor no"):
        read_flag(["ada@x.example", "Perhaps"])


def test_attributes_are_texts_of_a_json_cell_and_of_columns_of_their_own() -> None:
    read_attributes = attributes_reader(guess_columns(["email", "attributes", "City"]))
    assert read_attributes is not None
    cell = '{"n": 3, "none": null, "empty": "", "City": "Ulm"}'
    assert read_attributes(["a@x.example", cell, ""]) == '{"n": "3", "City": "Ulm"}'
    assert read_attributes(["a@x.example", "", "'=Bonn"]) == '{"City": "=Bonn"}'
    assert read_attributes(["a@x.example", " ", ""]) == "{}"
    large = {str(n): "x" * 490 for n in range(MOST_ATTRIBUTES_CHARS // 490 + 1)}
    for bad in ("[1]", "{", "x", json.dumps(large)):
        with pytest.raises(BadRow, match="attributes"):
            read_attributes(["a@x.example", bad, ""])


def test_nothing_is_read_where_no_column_says_anything() -> None:
    bare = columns()
    assert time_reader(bare, "joined_at", LATEST, {}, {}) is None
    assert name_reader(bare) is None
    assert standing_reader(bare) is None
    assert attributes_reader(bare) is None
