"""Batches: as large as time allows, each address once, and who was stored is passed over."""

from newsletter.lists.lanes import (
    FEWEST_PEOPLE,
    FIRST_PEOPLE,
    HOLD_S,
    MOST_PEOPLE,
    BatchSize,
    add_account,
    group_people,
)
from newsletter.lists.storing import ImportAccount
from subscribers.models import Import
from tests.samples.times import NOON


def line(address: str, standing: int = 1) -> str:
    return f"{address}\t{standing}\t\n"


def test_a_batch_is_as_large_as_the_last_ones_time_allows_and_grows_by_steps() -> None:
    size = BatchSize(HOLD_S)
    assert size.people == FIRST_PEOPLE
    size.learn(FIRST_PEOPLE, 2 * HOLD_S)
    assert size.people == FIRST_PEOPLE // 2
    size.learn(size.people, 0.0)
    assert size.people == FIRST_PEOPLE, "one quick batch may be chance"
    size.learn(10, 60.0)
    assert size.people == FEWEST_PEOPLE
    for _ in range(20):
        size.learn(MOST_PEOPLE, 0.001)
    assert size.people == MOST_PEOPLE


def test_the_last_row_for_an_address_counts_and_the_others_are_counted() -> None:
    size = BatchSize()
    size.people = 2
    people = [line("a"), line("a", 2), line("b"), line("b"), line("b", 5), line("c")]
    assert list(group_people(people, "", size)) == [
        ([line("a", 2), line("b", 5)], 3),
        ([line("c")], 0),
    ]


def test_who_was_stored_before_a_crash_is_passed_over() -> None:
    people = [line("a"), line("b"), line("b", 2), line("c")]
    assert list(group_people(people, "b", BatchSize())) == [([line("c")], 0)]
    assert list(group_people(people, "c", BatchSize())) == []


def test_the_account_of_batches_adds_up_and_the_rows_of_the_file_are_counted_once() -> None:
    record = Import(
        publication_id=1,
        file_name="in.csv",
        sha256="0" * 64,
        columns=[],
        targets=[],
        by="ada",
        status="running",
        started_at=NOON,
    )
    for _ in range(2):
        add_account(record, ImportAccount(read=9, rejected=1, added=3, known=1))
    assert (record.read, record.rejected, record.added, record.known) == (9, 1, 6, 2)
