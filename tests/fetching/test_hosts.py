"""Hosts: only public addresses, in every form that an address has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.fetching.hosts import (
    host_of,
    is_host_name,
    is_plain_address,
    is_public,
    is_this_machine,
)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
def test_a_public_address_is_let_through(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"],
)
def test_a_private_address_is_none_however_it_is_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://news.example/feed", True),
        ("http://news.example:8080", True),
        ("ftp://news.example/", False),
        ("https://ada:secret@news.example/", False),
        ("https:///feed", False),
        ("https://news.example:0/", False),
        ("https://news.example:99999/", False),
        ("https://[broken", False),
    ],
)
def test_an_address_is_plain_without_login_and_with_a_host(url: str, plain: bool) -> None:
    assert is_plain_address(url) is plain


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("news.example", True),
        ("münchen.example", True),
        ("a_b.example", True),
        ("192.0.2.1", True),
        ("2001:db8::1", True),
        ("+1", False),
        ("..", False),
        ("", False),
        ("a b", False),
        ("a." * 130 + "example", False),
    ],
)
def test_a_host_has_a_name_of_letters_and_digits_or_an_address(host: str, named: bool) -> None:
    assert is_host_name(host) is named


def test_a_loopback_address_is_this_machine() -> None:
    assert all(map(is_this_machine, ("127.0.0.1", "::1", "localhost")))
    assert not is_this_machine("news.example")


@given(st.text(max_size=40))
def test_no_address_breaks_the_reader(url: str) -> None:
    assert isinstance(host_of(url), str)
    assert is_plain_address(url) in (True, False)
