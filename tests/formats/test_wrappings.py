"""Wrappings: the address inside comes out where it can be seen; what cannot be seen stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.canonical import canonical
from newsletter.formats.wrappings import unwrap
from tests.samples.addresses import ADDRESS, GOOGLE_TOKEN, token


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fnews.example%2Fa",
        "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fnews.example%2Fa&rut=1",
        f"https://news.google.com/rss/articles/{GOOGLE_TOKEN}",
        f"https://www.bing.com/ck/a?u=a1{token(ADDRESS)}",
        "https://news-example.cdn.ampproject.org/c/s/news.example/a",
        "https://www.google.de/amp/s/news.example/a",
        "https://news.example/a/amp",
    ],
)
def test_one_wrapping_comes_off_at_a_time(url: str) -> None:
    assert unwrap(url) == ADDRESS
    assert unwrap(ADDRESS) == ADDRESS


def test_of_two_parameters_of_one_name_the_first_counts() -> None:
    url = "https://www.google.com/url?q=https%3A%2F%2Fnews.example%2Fa&q=https%3A%2F%2Fevil.example"
    assert unwrap(url) == ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?q=no-address",
        "https://www.google.com/search?q=https%3A%2F%2Fnews.example%2Fa",
        "https://news.google.com/rss/articles/opaque-token-of-today",
        "https://notgoogle.com/url?q=https%3A%2F%2Fnews.example%2Fa",
        "https://example.cdn.ampproject.org/other/s/news.example/a",
        "https://amp.dev/a",
    ],
)
def test_an_address_that_shows_no_other_stays(url: str) -> None:
    assert unwrap(url) == url


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
def test_no_redirector_breaks_the_reader(rest: str) -> None:
    for start in ("https://www.google.com/url?q=", "https://www.bing.com/ck/a?u=a1"):
        assert unwrap(start + rest).startswith("http")


def test_an_amp_host_with_no_name_before_it_is_answered_at_www() -> None:
    assert canonical("https://amp.news.example/a") == "https://www.news.example/a"
    assert canonical("https://amp.blog.news.example/a") == "https://blog.news.example/a"
