"""Heads of files: what is written is read back, and an error names its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.pages.front_matter import BadFile, Head, read_head, unquoted, write_head

KEYS = ("title", "url")
LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
    max_size=40,
).map(lambda text: " ".join(text.split()))


def test_a_head_gives_its_values_the_text_and_where_each_begins() -> None:
    file = "\ufeff---\r\nTitle: A: title\r\n\r\nurl:\r\n---\r\n\r\nA text.\r\n"
    head = read_head(file, KEYS)
    assert head == Head(
        {"title": "A: title", "url": ""},
        "A text.",
        {"title": 2, "url": 4, "body": 6},
    )


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("", "line 1: A file in Markdown begins with a line ---"),
        ("---\ntitle: x", "line 2: the head has no end"),
        ("---\nwords\n---\n", "line 2: no colon in 'words'"),
        ("---\n\ndate: x\n---\n", "line 3: there is no key 'date'. The keys are title, url."),
        ("---\ntitle: x\ntitle: y\n---\n", "line 3: title stands in line 2 already."),
    ],
)
def test_an_error_names_its_line(file: str, says: str) -> None:
    with pytest.raises(BadFile) as caught:
        read_head(file, KEYS)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(
    ("value", "bare"),
    [
        ('"A title"', "A title"),
        ('"One" and "two"', '"One" and "two"'),
        ('""One" and "two""', '"One" and "two"'),
        ('"', '"'),
        ("", ""),
        ("A title", "A title"),
    ],
)
def test_one_pair_of_quotes_around_all_of_a_value_comes_off(value: str, bare: str) -> None:
    assert unquoted(value) == bare


@given(st.fixed_dictionaries(dict.fromkeys(KEYS, LINE)))
def test_a_head_that_was_written_is_read_back_the_same(values: dict[str, str]) -> None:
    head = read_head(f"{write_head(values)}\n\nA text.", KEYS)
    assert head.values == {key: value for key, value in values.items() if value}
    assert head.body == "A text."
