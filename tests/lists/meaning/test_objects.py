"""Objects in cells are read key by key, whatever a cell holds."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.lists.meaning.objects import MOST_PAIRS, read_pairs

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("cell", "pairs"),
    [
        ('{"a": {"b": false}, "c": [1, "x"]}', [("a.b", "false"), ("c", "1"), ("c", "x")]),
        ('{"a": null, "b": [], "c": {}}', [("a", ""), ("b", ""), ("c", "")]),
        ('["x", "y"]', [("", "x"), ("", "y")]),
        ('{"a": "{\\"b\\": 1}"}', [("a.b", "1")]),
        ("[deleted]", []),
        ("{", []),
        ("Ada", []),
        ("[" * 100_000, []),
        (json.dumps(dict.fromkeys(map(str, range(900)), 1)), [(str(n), "1") for n in range(200)]),
    ],
)
def test_an_object_is_its_keys_with_their_values(cell: str, pairs: list[tuple[str, str]]) -> None:
    assert list(read_pairs(cell)) == pairs


@given(VALUES | st.text().map(lambda text: "{" + text))
def test_no_value_breaks_the_reading(value: object) -> None:
    for cell in (json.dumps(value), str(value)):
        assert len(read_pairs(cell)) <= MOST_PAIRS
