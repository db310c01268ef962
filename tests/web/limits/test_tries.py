"""An editor tries the relay a few times in ten minutes, whatever the others do."""

from datetime import timedelta

import pytest

from newsletter.web.limits.tries import MOST, SPAN, RelayTries, TooManyTries
from tests.samples.times import NOON


def test_each_editor_has_some_tries_that_come_back() -> None:
    tries = RelayTries()
    for _ in range(MOST):
        tries.take(1, NOON)
    with pytest.raises(TooManyTries):
        tries.take(1, NOON)
    tries.take(2, NOON)
    tries.take(1, NOON + SPAN + timedelta(seconds=1))
