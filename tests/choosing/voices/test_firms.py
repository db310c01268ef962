"""Firms: one firm's feeds are one voice, and a host where everybody may write is no firm."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.voices.firms import firm_names, firm_of, firm_of_source, host_of


@pytest.mark.parametrize(
    ("url", "firm"),
    [
        ("https://www.orrery.com/news/1", "orrery.com"),
        ("https://research.orrery.com/papers/1", "orrery.com"),
        ("https://blog.tidewater.co.uk/a", "tidewater.co.uk"),
        ("https://blog.tidewater.co.uk./a", "tidewater.co.uk"),
        ("https://one.github.io/a", "one.github.io"),
        ("https://two.github.io/a", "two.github.io"),
        ("https://GitHub.com/Orrery/lamp/releases/tag/v1", "github.com/orrery"),
        ("https://mara.substack.com/p/a", "mara.substack.com"),
        ("https://medium.com/@mara/a", "medium.com/@mara"),
        ("https://mara.medium.com/a", "mara.medium.com"),
        ("https://deep.news.firm.example/a", "firm.example"),
        # nobody's: the address names no account, or is none
        ("https://www.youtube.com/watch?v=1", ""),
        ("https://news.ycombinator.com/item?id=1", ""),
        ("https://github.com/", ""),
        ("http://127.0.0.1:8000/feed/1", ""),
        ("http://[::1]/1", ""),
        ("http://[", ""),
        ("http://localhost/1", ""),
        ("hand:links", ""),
        ("", ""),
    ],
)
def test_a_firm_is_the_domain_that_somebody_registered(url: str, firm: str) -> None:
    assert firm_of(url) == firm


def test_a_source_speaks_for_the_firm_of_nearly_all_of_its_articles() -> None:
    own = [f"https://blog.orrery.com/{n}" for n in range(9)]
    assert firm_of_source([*own, "https://elsewhere.com/a"]) == "orrery.com"
    assert firm_of_source([*own[:2], "https://elsewhere.com/a"]) == ""
    assert firm_of_source(f"https://www.youtube.com/watch?v={n}" for n in range(9)) == ""
    assert firm_of_source([]) == ""


def test_a_name_covers_the_domain_it_was_given_for_and_the_domain_that_is_called_so() -> None:
    """An editor names one source of a firm, not each of them."""
    sources = [("Orrery", "lampblog.com"), ("", "orrery.co.uk"), ("", "wire.com"), ("", "")]
    assert firm_names(sources) == {"lampblog.com": "orrery", "orrery.co.uk": "orrery"}
    assert firm_names([("", "orrery.com"), ("Own Name", "")]) == {}


@given(st.text(max_size=40))
def test_whatever_an_address_says_a_firm_is_text(text: str) -> None:
    assert isinstance(firm_of(f"https://{text}"), str)
    assert isinstance(firm_of(text), str)


@given(st.text("htps:/?#@[].\t\naé１", max_size=30) | st.text(max_size=30).map("https://{}".format))
def test_the_host_of_any_address_is_the_one_that_the_standard_library_reads(url: str) -> None:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    assert host_of(url) == host
