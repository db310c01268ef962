"""Tokens: bound to one purpose, not to be forged, and those for leaving never expire."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.tokens import BadToken, OldToken, Signer
from tests.samples.times import NOON

SIGNER = Signer("a secret that is long enough")


@given(st.integers(0, 2**63))
def test_a_token_gives_back_its_number(number: int) -> None:
    assert SIGNER.read("leave", SIGNER.sign("leave", number), NOON + timedelta(days=36500)) == number


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text: str) -> None:
    with pytest.raises(BadToken):
        SIGNER.read("leave", text, NOON)


def test_a_token_serves_one_purpose_only() -> None:
    with pytest.raises(BadToken):
        SIGNER.read("confirm", SIGNER.sign("leave", 7), NOON)


def test_another_secret_does_not_read_it() -> None:
    with pytest.raises(BadToken):
        Signer("another secret of some length").read("leave", SIGNER.sign("leave", 7), NOON)


def test_an_expired_token_says_so() -> None:
    token = SIGNER.sign("confirm", 7, NOON)
    assert SIGNER.read("confirm", token, NOON) == 7
    with pytest.raises(OldToken):
        SIGNER.read("confirm", token, NOON + timedelta(seconds=1))
