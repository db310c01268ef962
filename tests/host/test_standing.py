"""A host and its database agree, or the host says why not, in numbers."""

from dataclasses import dataclass

import pytest

from newsletter.host.standing import Remembered, Standing, judge


@dataclass(frozen=True)
class Row:
    name: str
    counter: int = 5
    disagrees: str = ""
    remembered: int = 0


OURS, OTHER = Row("us"), Row("other")
HERE, THERE = "here", "there"


def judged(memory: Remembered | None, *hosts: Row, others_live: bool = False) -> Standing:
    return judge("us", HERE, memory, hosts, others_live=others_live)


def test_a_first_installation_asks_nothing() -> None:
    standing = judged(None)
    assert standing.agrees
    assert standing.is_new
    assert standing.why == ""


def test_a_new_workers_host_joins_a_database_in_use_without_a_word() -> None:
    assert judged(None, OTHER, others_live=True).is_new


def test_a_host_that_died_while_it_joined_joins_again() -> None:
    standing = judged(Remembered(0, HERE))
    assert standing.agrees
    assert standing.is_new


@pytest.mark.parametrize("counted", [5, 4])
def test_a_database_that_counted_as_far_as_the_folder_is_known(counted: int) -> None:
    # further, too: a power cut takes the folder's last count, never the database's alone
    standing = judged(Remembered(counted, HERE), OURS, OTHER)
    assert standing.agrees
    assert not standing.is_new


@pytest.mark.parametrize(
    ("memory", "hosts", "reason", "says"),
    [
        (Remembered(1206, HERE), (OURS,), "older", "it counts 5, the host counted 1,206"),
        (Remembered(6, HERE), (), "older", "it counts 0"),
        (Remembered(5, THERE), (OURS,), "copied", "count of 5 was made elsewhere"),
        (None, (OTHER, Row("third")), "unknown", "worked on it: 2."),
        (
            Remembered(5, HERE),
            (OURS, Row("other", disagrees="older", remembered=70)),
            "elsewhere",
            "it counted 70",
        ),
    ],
)
def test_who_disagrees_says_why_in_numbers(
    memory: Remembered | None, hosts: tuple[Row, ...], reason: str, says: str
) -> None:
    standing = judged(memory, *hosts)
    assert standing.reason == reason
    assert not standing.agrees
    assert not standing.is_new
    assert says in standing.why
    assert "until a person adopts it" in standing.why


def test_a_host_that_only_waits_to_join_stops_nobody() -> None:
    assert judged(Remembered(5, HERE), OURS, Row("new", 0, disagrees="unknown")).agrees
