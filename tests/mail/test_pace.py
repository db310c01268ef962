"""How fast letters go, and what makes them go slower."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mail.outcomes import Outcome, blames_the_address, read_reply
from newsletter.mail.pace import LONGEST_REST_S, TIRED, WORST, Domains, FirstLook, Pace

ACCEPTED, DEFERRED, REFUSED = (
    Outcome("accepted", 250),
    Outcome("deferred", 451),
    Outcome("refused", 550, "5.1.1", "nobody"),
)


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


def test_a_deferral_halves_the_rate_once_a_second_and_it_comes_back() -> None:
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


@pytest.mark.parametrize(
    ("bad", "stops"), [(int(500 * WORST) - 1, False), (int(500 * WORST), True)]
)
def test_the_first_letters_are_looked_at_before_the_rest_goes(bad: int, stops: bool) -> None:
    first = FirstLook(500)
    assert sum(first.may_go() for _ in range(600)) == 500
    for number in range(500):
        assert not first.is_over
        first.heard(REFUSED if number < bad else ACCEPTED)
    assert first.may_go(), "once they are all heard, the delivery may go on"
    assert bool(first.trouble) == stops
    assert not stops or "150" in first.trouble


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
