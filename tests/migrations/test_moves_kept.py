"""An upgrade from the time before moves had a day, or asked the mailbox before."""

from datetime import timedelta

from alembic import command
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.migrations.running import run, upgrade
from newsletter.publications.models import Publication
from subscribers.address_change import ask_change, carry_out_change, take_back
from subscribers.models import AddressChange, Subscriber
from tests.samples.times import NOON
from tests.subscribers.people import join

BEFORE = "0034"
DAY = timedelta(days=1)


def move(session: Session, publication: Publication, name: str, *days: int) -> int:
    """Let a new reader move on each of these days; returns the last change."""
    reader = join(session, publication, f"{name}@readers.example").subscriber_id
    key = 0
    for day in days:
        key = ask_change(session, reader, f"{name}{day}@readers.example", NOON).key
        carry_out_change(session, key, now=NOON + day * DAY)
    return key


def moved_at(session: Session) -> dict[str, object]:
    query = select(Subscriber.address, Subscriber.moved_at).order_by(col(Subscriber.id))
    return dict(session.exec(query).all())


def back_and_forth(database: Database) -> None:
    """Take the database back to what it was, and bring it here again."""
    database.engine.dispose()
    run(database.url, lambda config: command.downgrade(config, BEFORE))
    upgrade(database.url)


def test_a_letter_s_foot_knows_since_when_a_reader_is_at_an_address(
    database: Database, publication: Publication
) -> None:
    """By the evidence: of several moves the last counts, and being taken back is one."""
    with database.writing() as session:
        join(session, publication, "stays@readers.example")
        move(session, publication, "once", 1)
        move(session, publication, "twice", 1, 3)
        take_back(session, move(session, publication, "back", 2), NOON + 5 * DAY)
        session.flush()
        before = moved_at(session)
    assert before == {
        "stays@readers.example": None,
        "once1@readers.example": NOON + DAY,
        "twice3@readers.example": NOON + 3 * DAY,
        "back@readers.example": NOON + 5 * DAY,
    }
    back_and_forth(database)
    assert database.read(moved_at) == before


def test_a_wish_of_that_time_is_asked_of_the_present_mailbox_and_a_move_was_confirmed(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        move(session, publication, "once", 1)
        reader = join(session, publication, "asks@readers.example").subscriber_id
        ask_change(session, reader, "wanted@readers.example", NOON)
    back_and_forth(database)
    with database.reading() as session:
        moved, asked = session.exec(select(AddressChange).order_by(col(AddressChange.id))).all()
    assert (moved.confirmed_at, asked.confirmed_at) == (NOON + DAY, None)
    assert (asked.former, asked.is_open) == ("asks@readers.example", True)
