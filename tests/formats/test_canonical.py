"""Canonical addresses: what counts or wraps goes, what a server may tell apart stays."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.formats.canonical import canonical
from tests.samples.addresses import ADDRESS, GOOGLE_TOKEN, token

BEGINNINGS = st.sampled_from(
    [
        "HTTPS://News.Example:443/",
        "http://amp.news.example/",
        "https://www.google.com/url?q=",
        "https://l.facebook.com/l.php?u=",
        "https://",
        "https://a.cdn.ampproject.org/c/s/",
        "https://www.google.com/amp/s/",
        "https://news.example/amp/amp?",
        "",
    ]
)


@example([], "\x1b\x850")
@given(st.lists(BEGINNINGS, max_size=4), st.text(max_size=60))
def test_twice_is_as_once_whatever_the_address(beginnings: list[str], rest: str) -> None:
    once = canonical("".join(beginnings) + rest)
    assert canonical(once) == once


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://News.Example:443/a#top",
        "https://news.example./a",
        "https://user:secret@news.example/a",
        "https://news.example/a?utm_source=x&utm_medium=y&fbclid=z",
        "https://news.example/a?&mc_cid=1&mc_eid=2&gclid=3&_hsenc=4&mkt_tok=5&ref=feed",
        "https://news.example/a#:~:text=first%20words",
        "https://news.example/%61",
        "https://news.example/a/amp",
        "https://news.example/a?amp=1",
        "https://news-example.cdn.ampproject.org/c/s/news.example/a",
        "https://www.google.com/amp/s/news.example/a",
        "https://www.google.co.uk/url?sa=t"
        "&url=https%3A%2F%2Fnews.example%2Fa%3Futm_source%3Dx&usg=1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fa&h=AT0",
        "https://t.umblr.com/redirect?z=https%3A%2F%2Fnews.example%2Fa&t=1",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.example%2Fa&data=1",
        "https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fnews.example%2Fa",
        f"https://news.google.com/rss/articles/{GOOGLE_TOKEN}?oc=5",
        "https://substack.com/redirect/2/" + token('{"e":"https://news.example/a","p":1}'),
        f"https://www.bing.com/ck/a?u=a1{token(ADDRESS)}&ntb=1",
        "https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php"
        "%3Fu%3Dhttps%253A%252F%252Fnews.example%252Fa",
    ],
)
def test_what_counts_or_wraps_goes(url: str) -> None:
    assert canonical(url) == ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/a",
        "https://www.news.example/a",
        "https://news.example/a/",
        "https://news.example/a/index.html",
        "https://news.example/a?b=2&a=1",
        "https://news.example/?p=123",
        "https://news.example/a?flag",
        "https://news.example/a%2Fb?q=a%26b",
        "https://news.example:8443/a",
        "https://news.example/#!/route",
        "https://news.example/watch?si=1",
        "https://amp.dev/a",
        "https://news.example/amplifiers",
        "https://evil.example/url?q=https://news.example/a",
        "https://notfacebook.com/l.php?u=https://news.example/a",
        "https://news.google.com/rss/articles/opaque-token-of-today",
        "mailto:ada@news.example",
        "https://[broken",
    ],
)
def test_what_a_server_may_tell_apart_stays(url: str) -> None:
    assert canonical(url) == url


def test_hosts_and_escapes_have_one_form() -> None:
    assert (
        canonical("https://bücher.example/straße?q=ü b")
        == "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC%20b"
    )
    assert canonical("https://faß.example/") == "https://xn--fa-hia.example/", (
        "as browsers have it, not as another house"
    )
    assert canonical("https://news.example/a%2fb%7e%zz") == "https://news.example/a%2Fb~%25zz"
    assert canonical("http://[::1]:80") == "http://[::1]/"
