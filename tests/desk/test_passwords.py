"""Passwords: what others would try first is refused, and a check gives nothing away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.desk import passwords
from newsletter.desk.passwords import LONGEST, CommonPassword, WeakPassword

ABOUT = ("mara@inference.example", "mara", "inference", "newsletter")


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "Password1234!",
        "P@ssw0rd2024",
        "iloveyou123",
        "1q2w3e4r5t",
        "letmein12345",
        "passwordpassword",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijkl",
        "Football2024",
        "inference2026",
        "newsletter2026",
        "mara@inference.example",
        "aramaramaramaram",
    ],
)
def test_a_common_password_is_refused_also_one_about_the_editor(password: str) -> None:
    with pytest.raises(CommonPassword):
        passwords.check_password(password, ABOUT)


@pytest.mark.parametrize("password", ["", "nine long", "x" * (LONGEST + 1)])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.check_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "four words of an editor",
        "dGq7#mZp0!Lw",
        "приходите завтра",
        "🐎 🔋 📎 clip",
        "a whole page of a notebook, for somebody who likes to type " * 4,
    ],
)
def test_a_sentence_and_random_signs_are_taken(password: str) -> None:
    passwords.check_password(password, ABOUT)


def test_any_text_is_a_password_that_can_be_checked() -> None:
    kept = passwords.hash_password("half a character \udcff")
    assert passwords.fits("half a character \udcff", kept)
    assert not passwords.fits("half a character", kept)
    assert not passwords.fits("x" * 100_000, kept)
    assert not passwords.fits("", "no hash at all")
    assert not passwords.fits("nobody has this password", None), "nobody is nobody"


@settings(max_examples=100)
@given(st.text(max_size=LONGEST + 20))
def test_every_text_is_judged(password: str) -> None:
    try:
        passwords.check_password(password, ABOUT)
    except WeakPassword as error:
        assert password == "" or password not in str(error) or len(password) < 10
