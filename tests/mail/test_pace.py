"""How fast letters go, and what makes them go slower."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mail.outcomes import Outcome, blames_the_address, read_reply
from newsletter.mail.pace import (
    FORGIVEN_BY,
    LONGEST_REST_S,
    TIRED,
    Domains,
    FirstLook,
    Pace,
    Silence,
)

ACCEPTED, DEFERRED, REFUSED = (
    Outcome("accepted", 250),
    Outcome("deferred", 451),
    Outcome("refused", 550, "5.1.1", "nobody"),
)
OURS = Outcome("deferred", 550, "5.7.1", "blocked")


def gone(pace: Pace, seconds: float, start: float = 100.0, step: float = 0.01) -> int:
    """How many letters go when somebody asks at every step."""
    return sum(
        pace.may_go(start + n * step) for n in range(round(seconds / step)) for _ in range(50)
    )


@given(st.floats(1, 2000), st.floats(0.5, 5))
def test_no_more_letters_go_than_the_limit_allows_and_hardly_fewer(
    limit: float, seconds: float
) -> None:
    count = gone(Pace(limit), seconds)
    assert count <= limit * seconds + max(1, limit * 0.05) + 1
    assert count >= min(limit, 5000) * seconds * 0.8 - 2


def test_without_a_limit_every_letter_goes() -> None:
    assert gone(Pace(), 1) == 100 * 50


def test_the_brake_halves_the_rate_once_a_second_and_it_comes_back() -> None:
    pace = Pace(100)
    pace.brake(10.0)
    pace.brake(10.5)
    assert pace.rate == 50
    pace.brake(11.5)
    assert pace.rate == 25
    for _ in range(60):
        pace.recover(1)
    assert pace.rate == 100


@given(st.lists(st.floats(0, 10), max_size=200))
def test_the_brake_never_stops_the_delivery_for_good(waits: list[float]) -> None:
    pace, now = Pace(), 5.0
    for wait in waits:
        now += wait
        pace.brake(now)
        assert pace.rate >= 1


def test_a_domain_that_defers_letter_after_letter_rests_longer_each_time_and_others_do_not() -> (
    None
):
    domains, now, rests = Domains(), 0.0, []
    for _ in range(12):
        for _ in range(TIRED):
            domains.heard("ada@slow.example", DEFERRED, now)
        rests.append(domains.wait_s("bob@SLOW.example", now))
        now += rests[-1] + 1
    assert rests[:3] == [60, 120, 240]
    assert rests[-1] == LONGEST_REST_S
    assert domains.wait_s("ada@quick.example", 1) == 0
    domains.heard("ada@slow.example", ACCEPTED, now)
    assert domains.wait_s("ada@slow.example", now) == 0


def look(outcomes: Sequence[Outcome]) -> FirstLook:
    """A first look that heard these, asked for as many as may go each time."""
    first = FirstLook(500)
    waiting = list(outcomes)
    while waiting and not first.trouble:
        going = sum(first.may_go() for _ in range(600))
        for outcome in waiting[:going]:
            first.heard(outcome)
        del waiting[:going]
    return first


def test_the_first_letters_go_by_steps_and_each_step_is_answered_before_the_next() -> None:
    first = FirstLook(500)
    for step in (10, 40, 450):
        assert sum(first.may_go() for _ in range(600)) == step
        assert not first.is_over
        for _ in range(step):
            first.heard(ACCEPTED)
    assert first.is_over
    assert first.may_go(), "once they are all heard, the delivery may go on"
    assert first.trouble == ""


@pytest.mark.parametrize(
    ("failure", "letters", "bad"),
    [(OURS, 10, 3), (OURS, 50, 15), (REFUSED, 50, 15), (REFUSED, 500, 150), (DEFERRED, 500, 150)],
)
def test_a_share_of_failures_among_the_first_letters_is_for_a_person(
    failure: Outcome, letters: int, bad: int
) -> None:
    good = [ACCEPTED] * (letters - bad)
    assert f"Of the first {letters} letters {bad}" in look([*good, *[failure] * bad]).trouble
    assert not look([*good, ACCEPTED, *[failure] * (bad - 1)]).trouble


def test_dead_addresses_and_deferrals_among_the_first_ten_say_nothing_about_us() -> None:
    assert not look([REFUSED] * 10).trouble
    assert not look([DEFERRED] * 50).trouble


@pytest.mark.parametrize(("bad", "good", "stops"), [(3, 5, True), (2, 0, False), (2, 5, False)])
def test_a_list_of_a_few_readers_is_looked_at_when_all_have_their_letter(
    bad: int, good: int, stops: bool
) -> None:
    first = look([OURS] * bad + [ACCEPTED] * good)
    first.end()
    assert bool(first.trouble) == stops


def test_who_is_stopped_for_a_person_says_why_unless_the_look_is_over() -> None:
    first = FirstLook(500)
    first.stop("The sender is refused.")
    assert (first.is_over, first.trouble) == (True, "The sender is refused.")
    over = FirstLook(0)
    over.stop("The sender is refused.")
    assert over.trouble == ""


def test_one_round_of_connections_may_end_without_a_reply_and_answers_outweigh_it() -> None:
    silence = Silence(letters=4)
    assert not silence.is_too_long(4)
    silence.letters += 1
    assert silence.is_too_long(4)
    for _ in range(FORGIVEN_BY):
        silence.heard()
    assert not silence.is_too_long(4)


@pytest.mark.parametrize(
    ("answers", "deferrals", "brakes"), [(1000, 10, False), (100, 20, True), (19, 19, False)]
)
def test_a_share_of_deferrals_brakes_and_a_few_do_not(
    answers: int, deferrals: int, brakes: bool
) -> None:
    pace = Pace(100)
    pace.answers = answers
    pace.deferrals = deferrals
    pace.judge(0.5, 10.0)
    assert pace.rate == 100, "it is judged once a second"
    pace.judge(0.6, 11.0)
    assert pace.rate == (50 if brakes else 100)


def test_a_letter_that_was_not_offered_does_not_count_among_the_first() -> None:
    first = FirstLook(2)
    assert first.may_go()
    assert first.may_go()
    assert not first.may_go()
    first.came_back()
    assert first.may_go()


@pytest.mark.parametrize(
    ("code", "text", "blamed"),
    [
        (550, "5.1.1 The email account that you tried to reach does not exist", True),
        (550, "5.1.10 null MX", True),
        (550, "No such user here", True),
        (550, "5.2.1 mailbox disabled", True),
        (552, "5.2.2 mailbox full", False),
        (550, "5.7.1 message refused for policy reasons", False),
        (554, "5.7.26 unauthenticated, DMARC", False),
        (550, "5.1.1 blocked by our reputation list", False),
        (550, "rate limit exceeded: user unknown to us", False),
        (550, "not today", False),
        (451, "4.1.1 user unknown", False),
    ],
)
def test_only_a_refusal_that_says_nobody_is_there_stops_us_from_writing_again(
    code: int, text: str, blamed: bool
) -> None:
    assert blames_the_address(read_reply(code, text)) is blamed
