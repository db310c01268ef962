"""One tool as it is found: plain text, whole addresses, prices in words."""

import pytest

from newsletter.formats.tools.found import FIELD_CHARS, make_tool, price_in_words


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("pen.example", "https://pen.example"),
        ("www.pen.example/app?x=1", "https://www.pen.example/app?x=1"),
        (" https://pen.example ", "https://pen.example"),
        ("/tools/pen", "https://lists.example/tools/pen"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("data:text/html,x", "data:text/html,x"),
        ("me@pen.example", "https://lists.example/me@pen.example"),
        ("", ""),
    ],
)
def test_a_link_is_whole_or_stays_as_it_was_written(written: str, url: str) -> None:
    assert make_tool({"name": "Pen", "url": written}, (), "https://lists.example/", 1).url == url


def test_a_field_of_any_length_is_cut_before_it_is_read() -> None:
    tool = make_tool({"name": "<" * 3_000_000, "url": "a." * 1_000_000}, ("x" * 10**6,), "", 1)
    assert max(len(tool.name), len(tool.url), *map(len, tool.tags)) <= FIELD_CHARS


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0", "USD", "Free"),
        ("0.00", "", "Free"),
        ("9", "USD", "$9"),
        ("9.50", "eur", "€9.50"),
        ("900", "JPY", "900 JPY"),
        ("From $9", "", "From $9"),
        ("", "USD", ""),
    ],
)
def test_a_price_is_what_a_pill_shows(amount: str, currency: str, words: str) -> None:
    assert price_in_words(amount, currency) == words
