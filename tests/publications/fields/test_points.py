"""Each weight of ranking has a row on the page of ranking, with its usual value."""

import pytest

from newsletter.choosing.weights import Weights
from newsletter.errors import Refused
from newsletter.publications import weights
from newsletter.publications.fields import points


def test_each_weight_has_a_row() -> None:
    assert tuple(points.LABELS) == weights.NAMES
    values = points.weight_values(Weights(topics={"policy": 1.5}))
    assert values.keys() == {row.name for row in points.WEIGHTS}
    assert all(row.read(row.show(values[row.name])) == values[row.name] for row in points.WEIGHTS)


@pytest.mark.parametrize("typed", ["policy", "policy 3", "policy nan", "1.5", "t" * 71 + " 1"])
def test_a_topic_that_cannot_weigh_so_much_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        points.WEIGHTS[-1].read(typed)


def test_a_topic_may_have_several_words() -> None:
    assert points.WEIGHTS[-1].read("Open  models 1,5\n\nPolicy 0") == {
        "open models": 1.5,
        "policy": 0.0,
    }
