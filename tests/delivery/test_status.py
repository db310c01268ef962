"""The statuses of messages and deliveries: every one can be reached, and ends are ends."""

import pytest

from newsletter.delivery.status import DELIVERY, MESSAGE, OPEN, UNDER_WAY, WAITING
from newsletter.moves import BrokenMove, Moves, WrongMove


@pytest.mark.parametrize(("moves", "first"), [(MESSAGE, "planned"), (DELIVERY, "sending")])
def test_every_status_can_be_reached(moves: Moves, first: str) -> None:
    reached = {first}
    for _ in moves.table:
        for status in list(reached):
            reached |= moves.table[status]
    assert reached == moves.table.keys()


def test_what_was_accepted_or_refused_stays_so() -> None:
    for end in ("accepted", "refused", "expired", "cancelled"):
        assert not MESSAGE.table[end]
        with pytest.raises(BrokenMove):
            MESSAGE.to(end, "planned")
    with pytest.raises(WrongMove):
        DELIVERY.to("stopped", "sending")


def test_only_what_waits_may_be_claimed_and_an_uncertain_message_holds_nothing_up() -> None:
    claimable = {status for status, targets in MESSAGE.table.items() if "claimed" in targets}
    assert claimable == set(WAITING)
    assert set(WAITING) | {"claimed"} == set(OPEN)
    assert set(UNDER_WAY) == {"sending", "paused"}
