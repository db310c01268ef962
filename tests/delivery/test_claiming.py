"""Claiming: each waiting message once, by one sender, while its delivery is sending."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.models import Message
from newsletter.delivery.settling import settle
from newsletter.mail.outcomes import Outcome
from subscribers.address_change import ask_change, carry_out_change, take_back
from subscribers.preferences import Preferences, set_preferences
from subscribers.suppressing import suppress
from tests.delivery.rig import Rig, leave_by_letter, planned, receiving, sending, until

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


def test_a_claim_looks_its_own_readers_up_and_reads_no_table_whole(database: Database) -> None:
    rig = planned(database, *READERS)
    if database.is_sqlite:
        return  # it has no choice
    with database.writing() as session:
        before = _reads(session)
        assert len(claim(session, rig.delivery_id, 5, by="first", now=rig.clock.now())) == 5
        more = _reads(session) - before
    tables = ("message", "subscriber", "subscription", "suppression")
    assert {table: more[table, "whole"] for table in tables} == dict.fromkeys(tables, 0)
    assert more["subscription", "rows"] == 5


def _reads(session: Session) -> Counter[tuple[str, str]]:
    """Return how often PostgreSQL read each table whole lately, and how many rows by an index."""
    query = text("select relname, seq_scan, idx_tup_fetch from pg_stat_xact_user_tables")
    reads: Counter[tuple[str, str]] = Counter()
    for table, whole, rows in session.connection().execute(query):
        reads[table, "whole"] = whole
        reads[table, "rows"] = rows or 0
    return reads


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


def test_who_snoozes_or_moves_while_a_delivery_waits_is_heard_at_the_claim(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:4])
    _snooze(rig, 1)
    _move(rig, 2, "new@readers.example")
    _move(rig, 3, "wrong@readers.example", is_taken_back=True)
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"cancelled": 1, "accepted": 3}
    sent_to = sorted(letter.rcpt_to for letter in inbox.letters)
    assert sent_to == ["new@readers.example", READERS[2], READERS[3]]
    assert {message.address for message in rig.messages()} == {READERS[0], *sent_to}


def test_who_snoozes_or_moves_is_heard_up_to_the_dot_of_their_own_letter(
    database: Database,
) -> None:
    rig = planned(database, *READERS)
    with receiving(delay_s=0.6) as inbox, sending(rig, inbox):
        # Two are in hand; those behind them are claimed, and made already.
        until(lambda: len(_claimed(rig)) >= 4)
        *_, moving, resting = _claimed(rig)
        _snooze(rig, resting.subscriber_id)
        _move(rig, moving.subscriber_id, "new@readers.example")
        until(lambda: "cancelled" in rig.ledger().messages)
        inbox.delay_s = 0.0
        until(lambda: rig.ledger().messages == {"accepted": 11, "cancelled": 1})
    sent_to = [letter.rcpt_to for letter in inbox.letters]
    others = [reader for reader in READERS if reader not in (moving.address, resting.address)]
    assert sorted(sent_to) == sorted([*others, "new@readers.example"])


def _claimed(rig: Rig) -> list[Message]:
    return [message for message in rig.messages() if message.status == "claimed"]


def _snooze(rig: Rig, subscription_id: int) -> None:
    wanted = Preferences("every", snooze_weeks=2)
    now = rig.clock.now()
    rig.database.write(set_preferences, subscription_id, wanted, offered=(), now=now)


def _move(rig: Rig, subscriber_id: int, address: str, *, is_taken_back: bool = False) -> None:
    now = rig.clock.now()
    with rig.database.writing() as session:
        change = ask_change(session, subscriber_id, address, now)
        carry_out_change(session, change.key, now=now)
        if is_taken_back:
            take_back(session, change.key, now)
