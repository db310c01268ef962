"""Hostile documents: the same seed makes the same ones, and each is read soon."""

from random import Random

import pytest

from bench.documents import MOST_S, fuzz
from bench.documents_making import KINDS, make

DOCUMENTS = 60  # of `python -m bench.documents`, which reads ten thousand


def test_hostile_documents_are_read_in_less_than_a_second() -> None:
    # Ten times a second is allowed: this machine may have other things to do.
    slow = [reading for reading in fuzz(DOCUMENTS, 16, KINDS) if reading.seconds > 10 * MOST_S]
    assert not slow, slow


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_the_same_each_time_and_differs_by_its_number(kind: str) -> None:
    assert make(kind, Random("15 3")) == make(kind, Random("15 3"))
    assert len({make(kind, Random(f"15 {n}")).content for n in range(5)}) > 1
