"""Letters that a relay cannot carry are refused before a connection is spent on them."""

import pytest

from newsletter.mail.letter import Letter
from newsletter.mail.offers import Ability, refuse_unfit

ABLE = Ability(pipelining=True, smtputf8=True, size=1000)


def letter(to: str, *, length: int = 10) -> Letter:
    return Letter("editor@inference.example", to, b"x" * length)


@pytest.mark.parametrize(
    "to", ["ada@readers.example", '"ada b"@readers.example', r'"a>b\"@c"@readers.example']
)
def test_a_letter_that_the_relay_can_carry_is_offered(to: str) -> None:
    assert refuse_unfit(letter(to, length=1000), ABLE) is None


@pytest.mark.parametrize(
    ("to", "ability", "length", "enhanced"),
    [
        ("jürgen@readers.example", Ability(), 10, "5.6.7"),
        ("ada@readers.example", ABLE, 1001, "5.3.4"),
        ("a b@readers.example", ABLE, 10, "5.1.3"),
        ("ada@readers.example>\r\nDATA\r\n", ABLE, 10, "5.1.3"),
    ],
    ids=["outside ASCII", "too large", "no address", "a command of its own"],
)
def test_a_letter_that_the_relay_cannot_carry_is_refused(
    to: str, ability: Ability, length: int, enhanced: str
) -> None:
    refusal = refuse_unfit(letter(to, length=length), ability)
    assert refusal is not None
    assert (refusal.kind, refusal.enhanced) == ("refused", enhanced)


def test_without_a_known_size_no_letter_is_too_large() -> None:
    assert refuse_unfit(letter("ada@readers.example", length=10**7), Ability()) is None
