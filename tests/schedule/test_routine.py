"""What is due: an approval sends, a hold waits, the rule decides at the deadline, and too late is
held."""

from datetime import timedelta

import pytest

from newsletter.schedule.routine import Deadline, step
from tests.samples.times import NOON


@pytest.mark.parametrize(
    ("status", "rule", "hours", "expected"),
    [
        ("approved", "hold", -1, "wait"),
        ("approved", "hold", 0, "send"),
        ("approved", "hold", 13, "hold late"),
        ("proposed", "send", 0, "send"),
        ("proposed", "hold", 0, "hold"),
        ("proposed", "skip", 0, "skip"),
        ("proposed", "send", 13, "hold late"),
        ("held", "send", 1, "wait"),
        ("sent", "send", 1, "wait"),
        ("skipped", "send", 1, "wait"),
    ],
)
def test_what_is_done_at_the_deadline(status: str, rule: str, hours: int, expected: str) -> None:
    assert step(Deadline(status, NOON, rule, 12), NOON + timedelta(hours=hours)) == expected
