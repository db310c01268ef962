"""A page finds the same lines as a look at each of its readers."""

from hypothesis import given
from hypothesis import strategies as st

from subscribers.kept.pages import (
    PAGE,
    Reader,
    has_any,
    ids_of,
    ids_with,
    page_of,
    page_text,
    searchable,
)

TEXTS = st.text("abß@. ", max_size=4)


@given(
    st.lists(st.tuples(st.integers(1, 99), TEXTS, TEXTS), max_size=6),
    st.lists(st.text("absß@.", min_size=1, max_size=2), min_size=1, max_size=2),
)
def test_a_page_finds_the_lines_of_its_readers(readers: list[Reader], typed: list[str]) -> None:
    needles = [needle.casefold() for needle in typed]
    ids = [key for key, _, _ in readers]
    expected = [key for key, *text in readers if has_any(searchable(*text), needles)]
    assert ids_with(page_text(readers), ids, needles) == expected[::-1]


def test_a_page_has_a_thousand_ids_and_begins_above_the_page_before() -> None:
    assert [page_of(key) for key in (1, PAGE, PAGE + 1)] == [0, 0, 1]
    assert ids_of(1, 3) == (PAGE, 3 * PAGE)
