"""Typos: what was probably meant is offered, and nobody's real domain is called a mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.addresses import normalise
from subscribers.joining.typos import FAMILIAR, REAL, suggest


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada@gmial.com", "ada@gmail.com"),
        ("ada@gmai.com", "ada@gmail.com"),
        ("ada@gmail.con", "ada@gmail.com"),
        ("ada@gmial.con", "ada@gmail.com"),
        ("ada@gnail.com", "ada@gmail.com"),
        ("ada@hotmial.com", "ada@hotmail.com"),
        ("ada@outloook.com", "ada@outlook.com"),
        ("ada+tag@yahooo.com", "ada+tag@yahoo.com"),
        ("ada@t-onlin.de", "ada@t-online.de"),
        ("ada@readers.con", "ada@readers.com"),
    ],
)
def test_a_slip_is_noticed(typed: str, meant: str) -> None:
    assert suggest(typed) == meant


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "mail.com",
        "ymail.com",
        "email.com",
        "gmx.de",
        "web.de",
        "readers.example",
        "aon.com",
        "mail.yahoo.com",
    ],
)
def test_a_domain_that_people_have_is_no_slip(domain: str) -> None:
    assert suggest(f"ada@{domain}") == ""


@given(
    st.sampled_from(sorted({*FAMILIAR, *REAL})),
    st.from_regex(r"[a-z]{1,8}(\+[a-z]{1,4})?", fullmatch=True),
)
def test_no_familiar_domain_is_called_wrong(domain: str, local: str) -> None:
    assert suggest(f"{local}@{domain}") == ""


@given(st.from_regex(r"[a-z]{1,8}@([a-z](-?[a-z]){0,9}\.){1,2}[a-z]{2,4}", fullmatch=True))
def test_what_is_offered_is_an_address_with_the_same_local_part(address: str) -> None:
    offered = suggest(address)
    if offered:
        assert normalise(offered) == offered
        assert offered.rpartition("@")[0] == address.rpartition("@")[0]
        assert suggest(offered) == ""
