"""What one of the two databases cannot hold, neither takes; and no error has a row's values."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.database.storable import MOST, Unstorable, is_storable, json_text
from newsletter.statements import add_row, insert_new
from subscribers.models import ConsentRecord, Subscriber, Subscription
from tests.samples.times import NOON

DAYS = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
ODD = (
    {"name": "a\0b"},
    {"name": "a\ud800"},
    {"name": "x" * 201},
    {"attributes": {"plan": "\0"}},
    {"attributes": {"\udc00": "plan"}},
    {"attributes": {"plan": float("nan")}},
    {"id": MOST + 1},
    {"id": 2**70},
)


def subscriber(**odd: object) -> Subscriber:
    usual = {"address": "ada@readers.example", "created_at": NOON}
    return Subscriber(**(usual | odd))


def subscription(**odd: object) -> Subscription:
    usual = {"subscriber_id": 1, "publication_id": 1, "status": "active", "joined_at": NOON}
    return Subscription(**(usual | odd))


@pytest.mark.parametrize("odd", ODD, ids=[repr(odd)[:20] for odd in ODD])
def test_both_databases_refuse_what_one_of_them_cannot_hold(
    odd: dict[str, object], database: Database
) -> None:
    with pytest.raises(Unstorable), database.writing() as session:
        session.add(subscription(**odd))
    with database.reading() as session:
        assert not session.exec(select(Subscription)).all()


@pytest.mark.parametrize("words", ["a\0", "\ud83d", "x" * 501])
def test_one_bad_row_among_many_refuses_them_all(words: str, session: Session) -> None:
    """Rows are looked through together: two halves of a sign in two rows make no whole one."""
    texts = ("fine", words, "\ude00", "good") if words == "\ud83d" else ("fine", words, "good")
    with pytest.raises(Unstorable):
        insert_new(
            session,
            Subscriber,
            [{"address": text, "created_at": NOON} for text in texts],
        )


def test_an_update_is_refused_like_an_insert(database: Database) -> None:
    database.write(lambda session: session.add(subscription()))
    with pytest.raises(Unstorable), database.writing() as session:
        session.exec(select(Subscription)).one().name = "a\0b"


def test_a_row_beside_the_unit_of_work_is_refused_too(session: Session) -> None:
    row = {"subscription_id": 1, "at": NOON, "act": "ask", "words": "\0", "source": ""}
    with pytest.raises(Unstorable):
        add_row(session, ConsentRecord, {**row, "network": ""})


@pytest.mark.parametrize("at", DAYS)
def test_the_ends_of_the_calendar_are_held(at: datetime, database: Database) -> None:
    database.write(lambda session: session.add(subscriber(created_at=at)))
    with database.reading() as session:
        assert session.exec(select(Subscriber.created_at)).one() == at


def test_a_question_for_what_no_row_can_have_has_no_answer_or_the_same_error(
    session: Session,
) -> None:
    query = select(Subscriber).where(col(Subscriber.id) == 2**70)
    with pytest.raises(Unstorable):
        session.exec(query).all()


def test_an_error_of_a_database_names_no_value_of_a_row(database: Database) -> None:
    """PostgreSQL repeats the key that was there already, and logs have whole errors."""
    database.write(lambda session: session.add(subscriber()))
    with pytest.raises(IntegrityError) as caught:
        database.write(lambda session: session.add(subscriber()))
    error: BaseException | None = caught.value
    while error is not None:
        assert "ada@" not in f"{error} {error.args!r}"
        error = error.__cause__ or error.__context__


@given(st.dictionaries(st.text(), st.text(st.characters(codec=None, exclude_categories=()))))
def test_json_is_written_exactly_if_all_its_texts_can_be_held(value: dict[str, str]) -> None:
    if all(map(is_storable, [*value, *value.values()])):
        assert json.loads(json_text(value)) == value
    else:
        with pytest.raises(Unstorable):
            json_text(value)


def test_a_backslash_before_u0000_is_no_nul() -> None:
    assert json_text("\\u0000") == '"\\\\u0000"'
