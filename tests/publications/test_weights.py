"""Weights: what a publication cares for is a row, checked when it is set."""

import pytest
from sqlmodel import Session

from newsletter.choosing.weights import Weights
from newsletter.publications.models import Publication
from newsletter.publications.weights import (
    NAMES,
    BadWeight,
    NoSuchWeight,
    read_weights,
    reset_weight,
    set_weight,
)


def test_what_is_not_set_has_its_usual_value(session: Session, publication: Publication) -> None:
    assert read_weights(session, publication.key) == Weights()


def test_a_weight_is_set_set_again_and_reset(session: Session, publication: Publication) -> None:
    key = publication.key
    for value in (30, 40):
        set_weight(session, key, "Coverage", value)
    set_weight(session, key, "topic:Open source", 1.5)
    assert read_weights(session, key).coverage == 40
    assert read_weights(session, key).topics == {"open source": 1.5}
    reset_weight(session, key, "COVERAGE")
    assert read_weights(session, key).coverage == Weights().coverage


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("charm", 1, NoSuchWeight),
        ("topic:", 1, NoSuchWeight),
        ("topics", 1, NoSuchWeight),
        ("coverage", -1, BadWeight),
        ("coverage", 101, BadWeight),
        ("coverage", float("nan"), BadWeight),
        ("topic:law", 2.5, BadWeight),
    ],
)
def test_a_wrong_one_is_refused(
    session: Session, publication: Publication, name: str, value: float, error: type[Exception]
) -> None:
    with pytest.raises(error):
        set_weight(session, publication.key, name, value)


def test_every_name_can_be_set(session: Session, publication: Publication) -> None:
    for name in NAMES:
        set_weight(session, publication.key, name, 7)
    weights = read_weights(session, publication.key)
    assert [getattr(weights, name) for name in NAMES] == [7] * len(NAMES)
