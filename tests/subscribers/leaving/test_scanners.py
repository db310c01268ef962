"""A reader or a scanner: who presses as no person can is asked once more, and a person who is asked is always obeyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.leaving.scanners import (
    AT_ONCE_S,
    FRESH_S,
    LOOK_S,
    TOGETHER,
    ButtonPress,
    is_doubtful,
)

SECONDS = st.none() | st.floats(0, 10**7)


@pytest.mark.parametrize(
    ("press", "doubted"),
    [
        (ButtonPress(after_s=2, looked_s=0.1), True),  # a scanner, at once
        (
            ButtonPress(after_s=5, looked_s=30),
            True,
        ),  # the page was open before the letter came: no person
        (ButtonPress(after_s=120, looked_s=0.2), True),  # a slow scanner that submits what it opens
        (ButtonPress(after_s=120, looked_s=None), True),  # a form that was never shown
        (
            ButtonPress(after_s=120, looked_s=20, others=TOGETHER),
            True,
        ),  # the third mailbox of a company within a minute
        (ButtonPress(after_s=120, looked_s=4), False),  # a quick reader
        (ButtonPress(after_s=120, looked_s=4, others=1), False),  # two of one household
        (
            ButtonPress(after_s=86_400, looked_s=0.1, others=9),
            False,
        ),  # long after the letter nobody is doubted
        (
            ButtonPress(after_s=None, looked_s=None, others=9),
            False,
        ),  # the letter is long forgotten: its link works
        (
            ButtonPress(after_s=3, looked_s=2, others=50, is_second=True),
            False,
        ),  # asked, and pressed again
        (
            ButtonPress(after_s=3, looked_s=0.1, is_second=True),
            True,
        ),  # a scanner submits the second page as fast as the first
    ],
)
def test_who_is_doubted(press: ButtonPress, doubted: bool) -> None:
    assert is_doubtful(press) is doubted


@given(SECONDS, st.floats(LOOK_S, 10**6), st.integers(0, 10**6))
def test_who_is_asked_once_more_and_looks_is_always_obeyed(
    after_s: float | None, looked_s: float, others: int
) -> None:
    assert not is_doubtful(ButtonPress(after_s, looked_s, others, is_second=True))


@given(st.floats(FRESH_S, 10**8), SECONDS, st.integers(0, 10**6))
def test_nobody_is_doubted_long_after_the_letter(
    after_s: float, looked_s: float | None, others: int
) -> None:
    assert not is_doubtful(ButtonPress(after_s, looked_s, others))


@given(st.floats(0, AT_ONCE_S, exclude_max=True), SECONDS)
def test_whoever_comes_at_once_is_asked(after_s: float, looked_s: float | None) -> None:
    assert is_doubtful(ButtonPress(after_s, looked_s))
