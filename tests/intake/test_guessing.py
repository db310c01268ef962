"""Guessing: who guesses waits, longer each time, and nobody else waits for long."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from newsletter.intake import guessing
from newsletter.intake.guessing import (
    OF_ADDRESS,
    OF_BROWSER,
    OF_NETWORK,
    Guess,
    Leniency,
    TooManyGuesses,
)
from tests.samples.times import NOON

SECRET = "a secret of the tests"
MARA = "mara@inference.example"
MIDNIGHT = NOON.replace(hour=0)


def guess_all_day(session: Session, guess: Guess) -> int:
    """Guess as often as it is let through a whole day; returns how often that was."""
    count, now = 0, MIDNIGHT
    while now < MIDNIGHT + timedelta(days=1):
        try:
            guessing.refuse_waiting(session, SECRET, guess, now)
            guessing.count_guess(session, SECRET, guess, now)
            count += 1
        except TooManyGuesses as error:
            now += timedelta(seconds=error.wait_s)
    return count


def wait_of(session: Session, guess: Guess, now: datetime = NOON) -> int:
    try:
        guessing.refuse_waiting(session, SECRET, guess, now)
    except TooManyGuesses as error:
        return error.wait_s
    return 0


@given(st.integers(0, 5_000), st.sampled_from([OF_NETWORK, OF_BROWSER, OF_ADDRESS]))
def test_waits_grow_up_to_the_longest(wrong: int, leniency: Leniency) -> None:
    waits = [leniency.wait_s(wrong), leniency.wait_s(wrong + 1)]
    assert waits == sorted(waits)
    assert waits[1] <= leniency.longest_s
    assert (waits[0] == 0) == (wrong < leniency.free)


def test_one_network_has_few_guesses_a_day_and_never_makes_an_address_wait(
    session: Session,
) -> None:
    assert guess_all_day(session, Guess(MARA, "198.51.100.0/24")) < OF_ADDRESS.free
    evening = MIDNIGHT + timedelta(hours=23, minutes=59)
    assert wait_of(session, Guess(MARA, "192.0.2.0/24"), evening) == 0


def test_an_address_waits_for_guesses_of_many_networks_a_quarter_of_an_hour_at_most(
    session: Session,
) -> None:
    for number in range(OF_ADDRESS.free):
        guessing.count_guess(session, SECRET, Guess(MARA, f"198.51.{number}.0/24"), NOON)
    other = Guess(MARA, "192.0.2.0/24")
    assert wait_of(session, other) == 60
    assert wait_of(session, Guess("bob@inference.example", "192.0.2.0/24")) == 0
    assert wait_of(session, Guess(MARA, "192.0.2.0/24", browser="1 77")) == 0
    assert wait_of(session, Guess(MARA, "192.0.2.0/24", is_at_home=True)) == 0
    assert OF_ADDRESS.longest_s == 900
    with pytest.raises(TooManyGuesses, match="Wait 1 minute"):
        guessing.count_guess(session, SECRET, other, NOON)


def test_a_right_password_ends_the_wait_and_is_not_counted(session: Session) -> None:
    guess = Guess(MARA, "198.51.100.0/24")
    for _ in range(OF_NETWORK.free):
        guessing.count_guess(session, SECRET, guess, NOON)
    assert wait_of(session, guess) == 60
    guessing.take_back(session, SECRET, guess, NOON)
    assert wait_of(session, guess) == 0
    assert guessing.count_guess(session, SECRET, guess, NOON) == OF_NETWORK.free


def test_a_new_day_begins_anew(session: Session) -> None:
    guess = Guess(MARA, "198.51.100.0/24")
    guess_all_day(session, guess)
    tomorrow = NOON + timedelta(days=1)
    assert guessing.count_guess(session, SECRET, guess, tomorrow) == 1
    assert wait_of(session, guess, tomorrow) == 0
