"""Leaving by a letter's link: the subscription ends, what waits is cancelled; scanners stay."""

from datetime import timedelta

from sqlmodel import Session, select

from newsletter.database import Database
from newsletter.delivery.leaving import cancel_waiting, leave, press_leave
from newsletter.delivery.letter_links import LetterReader, reader_by_letter_token
from newsletter.tokens import pair
from subscribers.models import Leave, Subscription
from tests.delivery.rig import Rig, planned, receiving

ADA, BOB = "ada@readers.example", "bob@readers.example"


def reader_of(rig: Rig, session: Session) -> LetterReader:
    message = rig.messages()[0]
    return reader_by_letter_token(session, pair(message.issue_id, message.subscriber_id))


def press(rig: Rig, *, looked_s: float | None, is_second: bool = False) -> bool:
    with rig.database.writing() as session:
        return press_leave(
            session,
            reader_of(rig, session),
            by="link",
            looked_s=looked_s,
            is_second=is_second,
            network="192.0.2.1",
            now=rig.clock.now(),
        )


def statuses(rig: Rig) -> list[str]:
    with rig.database.reading() as session:
        return [row.status for row in session.exec(select(Subscription).order_by("id"))]


def test_a_leave_is_noted_with_its_issue_and_the_time_since_its_letter(database: Database) -> None:
    rig = planned(database, ADA, BOB)
    with receiving() as inbox:
        rig.send(inbox)
    rig.clock.move_by(timedelta(hours=2))
    with database.writing() as session:
        reader = reader_of(rig, session)
        assert leave(session, reader, by="one-click", now=rig.clock.now())
        assert not leave(session, reader, by="one-click", now=rig.clock.now()), "twice is once"
        noted = session.exec(select(Leave)).one()
        assert (noted.by, noted.issue_id, noted.after_s) == ("one-click", reader.issue_id, 7200)
    assert statuses(rig) == ["unsubscribed", "active"]


def test_what_waits_for_somebody_who_left_is_cancelled_and_nobody_elses(database: Database) -> None:
    rig = planned(database, ADA, BOB)
    with database.writing() as session:
        assert leave(session, reader_of(rig, session), by="one-click", now=rig.clock.now())
    assert [message.status for message in rig.messages()] == ["cancelled", "planned"]


def test_somebody_who_snoozes_gets_nothing_of_what_is_on_its_way(database: Database) -> None:
    rig = planned(database, ADA, BOB)
    with database.writing() as session:
        reader = reader_of(rig, session)
        cancel_waiting(session, reader.publication_id, reader.subscriber_id, rig.clock.now())
    assert rig.ledger().messages == {"cancelled": 1, "planned": 1}
    assert statuses(rig) == ["active", "active"]


def test_a_button_that_is_pressed_at_once_is_doubtful_and_a_second_press_is_a_persons(
    database: Database,
) -> None:
    rig = planned(database, ADA)
    with receiving() as inbox:
        rig.send(inbox)
    assert not press(rig, looked_s=0.1), "a scanner follows each link of a letter"
    assert statuses(rig) == ["active"]
    assert press(rig, looked_s=20.0, is_second=True)
    assert statuses(rig) == ["unsubscribed"]
    assert press(rig, looked_s=None), "who has left is not asked again"
