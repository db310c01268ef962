"""Claiming: each waiting message once, by one sender, while its delivery is sending."""

from datetime import timedelta

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.settling import settle
from newsletter.mail.outcomes import Outcome
from subscribers.suppressing import suppress
from tests.delivery.rig import leave_by_letter, planned, receiving

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_who_leaves_or_is_suppressed_while_a_delivery_waits_is_cancelled(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:3])
    first = rig.messages()[0]
    with database.writing() as session:
        left = leave_by_letter(session, first, rig)
        suppress(session, READERS[1], "bounced", rig.clock.now())
    assert left
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"cancelled": 2, "accepted": 1}
    assert [letter.rcpt_to for letter in inbox.letters] == [READERS[2]]


def test_a_message_is_claimed_once_and_no_more_than_asked_for(database: Database) -> None:
    rig = planned(database, *READERS)
    now = rig.clock.now()
    first = database.write(claim, rig.delivery_id, 5, by="first", now=now)
    second = database.write(claim, rig.delivery_id, 100, by="second", now=now)
    assert (len(first), len(second)) == (5, 7)
    assert not {taken.id for taken in first} & {taken.id for taken in second}
    assert database.write(claim, rig.delivery_id, 100, by="third", now=now) == []
    assert sorted({message.claimed_by for message in rig.messages()}) == ["first", "second"]


def test_nothing_is_claimed_before_its_time_or_of_a_delivery_that_does_not_send(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:2])
    now = rig.clock.now()
    taken = database.write(claim, rig.delivery_id, 2, by="test", now=now)
    later = {message.id: Outcome("deferred", 451) for message in taken}
    database.write(settle, later, now)
    due_at = rig.messages()[0].due_at
    before = due_at - timedelta(seconds=1)
    assert database.write(claim, rig.delivery_id, 2, by="test", now=before) == []
    database.write(control.pause, rig.delivery_id)
    assert database.write(claim, rig.delivery_id, 2, by="test", now=due_at) == []
    assert rig.ledger().messages == {"deferred": 2}
