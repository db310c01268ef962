"""The gate: what a letter must pass before a lane takes it."""

from newsletter.delivery.sender.bookkeeping import Orders
from newsletter.delivery.sender.gate import Gate
from newsletter.delivery.sender.speed_limits import SpeedLimits
from newsletter.mail.letter import Letter
from newsletter.mail.offers import Offer
from newsletter.mail.outcomes import Outcome
from newsletter.mail.pace import TIRED, FirstLook

ADA = Offer(1, Letter("e@inference.example", "ada@readers.example", [b""]))
DEFERRED = Outcome("deferred", 451)
OURS = Outcome("deferred", 550, "5.7.1", "blocked")


def test_who_left_gets_no_letter_and_their_message_is_due_at_once() -> None:
    gate = Gate(FirstLook(0))
    assert gate.holds_back(ADA, 1.0) is None
    gate.heed(Orders(True, SpeedLimits(0, {}), frozenset({ADA.key})))
    assert gate.holds_back(ADA, 1.0) == ("The reader left, rests or moved.", 0.0)


def test_a_limit_is_kept_over_all_lanes() -> None:
    gate = Gate(FirstLook(0))
    gate.heed(Orders(True, SpeedLimits(1, {}), frozenset()))
    assert [gate.may_go(1.0), gate.may_go(1.0), gate.may_go(2.5)] == [True, False, True]


def test_a_domain_rests_after_deferrals_and_during_the_look_not_for_refusals_that_blame_us() -> (
    None
):
    for outcome, first, rests in (
        (DEFERRED, FirstLook(), True),
        (OURS, FirstLook(), False),
        (OURS, FirstLook(0), True),
    ):
        gate = Gate(first)
        for _ in range(TIRED):
            gate.heard(ADA, outcome, 1.0)
        assert (gate.holds_back(ADA, 1.0) is not None) == rests


def test_the_first_letters_are_judged_when_all_are_answered_or_no_more_come() -> None:
    gate = Gate(FirstLook())
    for _ in range(3):
        gate.heard(ADA, OURS, 1.0)
    assert gate.judgement(is_dry=False) is None
    assert "blocked" in (gate.judgement(is_dry=True) or "")
