"""Letters that a relay cannot carry are refused before a connection is spent on them."""

import pytest

from newsletter.mail.letter import Letter
from newsletter.mail.offers import Ability, Patience, ReplyWait, refuse_unfit

ABLE = Ability(pipelining=True, smtputf8=True, size=1000)


def letter(to: str, *, length: int = 10) -> Letter:
    return Letter("editor@inference.example", to, [b"x" * length])


@pytest.mark.parametrize(
    "to", ["ada@readers.example", '"ada b"@readers.example', r'"a>b\"@c"@readers.example']
)
def test_a_letter_that_the_relay_can_carry_is_offered(to: str) -> None:
    assert refuse_unfit(letter(to, length=1000), ABLE) is None


@pytest.mark.parametrize(
    ("to", "ability", "length", "kind", "enhanced"),
    [
        ("jürgen@readers.example", Ability(), 10, "refused", "5.6.7"),
        ("ada@readers.example", ABLE, 1001, "deferred", "5.3.4"),  # ours to mend
        ("a b@readers.example", ABLE, 10, "refused", "5.1.3"),
        ("ada@readers.example>\r\nDATA\r\n", ABLE, 10, "refused", "5.1.3"),
    ],
    ids=["outside ASCII", "too large", "no address", "a command of its own"],
)
def test_a_letter_that_the_relay_cannot_carry_is_refused(
    to: str, ability: Ability, length: int, kind: str, enhanced: str
) -> None:
    refusal = refuse_unfit(letter(to, length=length), ability)
    assert refusal is not None
    assert (refusal.kind, refusal.enhanced) == (kind, enhanced)


def test_without_a_known_size_no_letter_is_too_large() -> None:
    assert refuse_unfit(letter("ada@readers.example", length=10**7), Ability()) is None


def test_a_reply_is_waited_for_as_long_as_its_kind_needs() -> None:
    wait = ReplyWait(Patience(command_s=5, data_s=2, dot_s=60))
    for heard, (command, wait_s) in enumerate((("RCPT", 5), ("DATA", 2), ("DOT", 60))):
        assert not wait.is_over(command, heard, now=100), "it begins"
        assert not wait.is_over(command, heard, now=100 + wait_s)
        assert wait.is_over(command, heard, now=100.1 + wait_s)
    assert not wait.is_over("DOT", heard + 1, now=10**9), "the relay has said something"
    assert not wait.is_over("", heard + 1, now=10**9)
    assert not wait.is_over("", heard + 1, now=2 * 10**9), "nothing is awaited"
