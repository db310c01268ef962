"""Statements that the two databases spell differently do the same on both."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.delivery.models import Message
from newsletter.publications.models import Publication, Weight
from newsletter.statements import (
    Overtaken,
    add_and_flush,
    add_or_find,
    add_row,
    among,
    copy_in,
    insert_new,
    new_ids,
    take_id,
    utc_text,
)
from subscribers.models import Subscriber
from tests.samples.times import NOON

# Of a table without foreign keys; `confirmed_at` may be null.
COLUMNS = (
    "id",
    "delivery_id",
    "issue_id",
    "subscriber_id",
    "address",
    "name",
    "confirmed_at",
    "status",
    "attempts",
    "due_at",
    "claimed_by",
    "enhanced",
    "reply",
)


def row(publication: Publication, name: str, value: float = 1.0) -> dict[str, object]:
    return {"publication_id": publication.key, "name": name, "value": value}


def weights(session: Session) -> dict[str, float]:
    return {weight.name: weight.value for weight in session.exec(select(Weight)).all()}


def message(subscriber_id: int, confirmed_at: str = "") -> list[str]:
    """A message as `copy_in` takes it: a text for each of COLUMNS."""
    number = str(subscriber_id)
    head = [number, "1", "1", number, f"r{number}@readers.example", "Ada "]
    return [*head, confirmed_at, "planned", "0", "2026-05-12 12:00:00.000000", "", "", ""]


def test_rows_that_are_there_stay_and_new_ones_come(
    session: Session, publication: Publication
) -> None:
    add_row(session, Weight, row(publication, "coverage", 1))
    insert_new(session, Weight, [row(publication, "coverage", 2), row(publication, "novelty", 3)])
    assert weights(session) == {"coverage": 1, "novelty": 3}


def test_a_row_that_is_flushed_has_its_number(session: Session, publication: Publication) -> None:
    weight = Weight(publication_id=publication.key, name="recency", value=1.0)
    assert add_and_flush(session, weight) is weight
    assert weight.key


def test_a_row_is_added_once_and_found_after_that(
    session: Session, publication: Publication
) -> None:
    same = col(Weight.name) == "coverage"
    first = add_or_find(session, Weight, row(publication, "coverage", 1), same)
    again = add_or_find(session, Weight, row(publication, "coverage", 2), same)
    assert (first.value, again.key, again.value) == (1, first.key, 1)
    assert len(weights(session)) == 1


def test_new_ids_ascend_and_are_given_to_nobody_else(session: Session) -> None:
    session.add(Subscriber(address="ada@readers.example", created_at=NOON))
    session.flush()
    taken = session.exec(select(Subscriber)).one().key
    ids = list(new_ids(session, Subscriber, 3))
    assert len(ids) == 3
    assert ids == sorted(set(ids))
    assert ids[0] > taken


def test_many_values_are_looked_for_at_once_numbers_and_texts(
    session: Session, publication: Publication
) -> None:
    for name in ("coverage", "novelty", "topic:open source"):
        add_row(session, Weight, row(publication, name))
    texts = ["novelty", "topic:open source", *(f"none {number}" for number in range(2000))]
    by_name = select(Weight.name).where(among(session, col(Weight.name), texts))
    assert sorted(session.exec(by_name).all()) == ["novelty", "topic:open source"]
    numbers = [publication.key, *range(9000, 11_000)]
    by_number = select(Weight).where(among(session, col(Weight.publication_id), numbers))
    assert len(session.exec(by_number).all()) == 3
    nothing: list[str] = []
    assert not session.exec(select(Weight).where(among(session, col(Weight.name), nothing))).all()


def test_a_time_is_text_in_utc(session: Session) -> None:
    session.add(Subscriber(address="ada@readers.example", created_at=NOON))
    session.flush()
    column = utc_text(session, col(Subscriber.created_at))
    assert session.exec(select(column)).one() == "2026-05-12T12:00:00Z"


def test_rows_are_copied_with_their_times_nulls_and_empty_texts(session: Session) -> None:
    confirmed = "2026-05-01 10:30:00.000000"
    more = [message(number) for number in range(2, 450)]
    copy_in(session, Message, COLUMNS, [message(1, confirmed), *more])
    rows = session.exec(select(Message).order_by(col(Message.id))).all()
    assert [row.subscriber_id for row in rows] == list(range(1, 450))
    assert rows[0].confirmed_at == datetime(2026, 5, 1, 10, 30, tzinfo=UTC)
    assert (rows[1].confirmed_at, rows[1].claimed_by, rows[1].name) == (None, "", "Ada ")
    assert {row.due_at for row in rows} == {NOON}


def test_a_row_that_another_process_wrote_first_takes_the_transaction_back(
    database: Database,
) -> None:
    database.write(copy_in, Message, COLUMNS, [message(1)])
    with pytest.raises(Overtaken):
        database.write(copy_in, Message, COLUMNS, [message(2), message(1)])
    with database.reading() as session:
        assert [row.subscriber_id for row in session.exec(select(Message)).all()] == [1]


def test_an_id_that_is_taken_is_no_rows(session: Session) -> None:
    """On either database a program may know a reader by it: no later subscriber may have it."""
    session.add(Subscriber(address="ada@readers.example", created_at=NOON))
    session.flush()
    taken = [take_id(session, Subscriber), take_id(session, Subscriber)]
    later = Subscriber(address="bob@readers.example", created_at=NOON)
    session.add(later)
    session.flush()
    assert len({*taken, later.key}) == 3
    assert later.key > max(taken)
