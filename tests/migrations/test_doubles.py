"""Doubles of the time when case told readers apart become one reader, and nobody's no is lost."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.delivery.letter_links import (
    reader_by_leave_token,
    reader_by_letter_token,
    reader_by_preferences_token,
)
from newsletter.delivery.models import Message, Vote
from newsletter.delivery.planning import freeze
from newsletter.migrations.head import read_revision
from newsletter.migrations.running import upgrade
from newsletter.publications.models import Publication
from newsletter.tokens import pair
from subscribers.address_change import ask_change, carry_out_change, take_back
from subscribers.finding import by_address
from subscribers.joining import signup
from subscribers.joining.signup import NoSubscription
from subscribers.leaving.unsubscribing import end_subscription
from subscribers.merging import JoinedCount, count_joined, joined_readers
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression
from subscribers.suppressing import KeptOut, forget_address, is_suppressed
from tests.delivery.rig import Rig, planned, receiving, subscribe
from tests.migrations.former import BEFORE, respell
from tests.samples.times import NOON

ADA, OTHER, THIRD = "ada@readers.example", "b@readers.example", "c@readers.example"
SPELLED = {OTHER: "ADA@readers.example", THIRD: "Ada@readers.example"}


def _statuses(session: Session) -> list[tuple[str, str]]:
    query = select(Subscriber.address, Subscription.status)
    query = query.join(Subscription, col(Subscription.subscriber_id) == col(Subscriber.id))
    return list(session.exec(query.order_by(col(Subscription.id))))


def _ask(session: Session, publication_id: int, address: str) -> int:
    return signup.sign_up(session, publication_id, address, now=NOON).subscription_id


@pytest.mark.parametrize(
    ("ada", "other", "kept"),
    [
        ("active", "unsubscribed", ("ada@readers.example", "unsubscribed")),
        ("unsubscribed", "active", ("ADA@readers.example", "unsubscribed")),
        ("unconfirmed", "active", ("ADA@readers.example", "active")),
        ("active", "unconfirmed", ("ada@readers.example", "active")),
        ("unconfirmed", "unsubscribed", ("ADA@readers.example", "unsubscribed")),
    ],
)
def test_the_stricter_status_wins_and_the_proven_spelling_is_written_to(
    database: Database, publication: Publication, ada: str, other: str, kept: tuple[str, str]
) -> None:
    with database.writing() as session:
        for address, status in ((ADA, ada), (OTHER, other)):
            key = _ask(session, publication.key, address)
            if status != "unconfirmed":
                signup.confirm(session, key, now=NOON)
            if status == "unsubscribed":
                end_subscription(session, key, by="link", now=NOON)
    respell(database, SPELLED)
    assert database.read(_statuses) == [kept]
    (report,) = database.read(count_joined)
    assert report == JoinedCount(publication.key, other, ada, kept[1], 1)
    ((address, line),) = database.read(joined_readers, 10)
    assert (address, line.gone_id) == (kept[0], 2)


def test_who_is_suppressed_in_one_spelling_is_suppressed_in_all(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        subscribe(session, publication.key, ADA)
        subscribe(session, publication.key, OTHER)
        forget_address(session, "gone@readers.example", NOON)
    suppressed = {"Ada@READERS.example": "bounce", "aDA@readers.example": "complaint"}
    respell(database, SPELLED, suppressed)
    with database.reading() as session:
        assert is_suppressed(session, "adA@readers.example")
        named = select(Suppression.mailbox, Suppression.reason).where(
            col(Suppression.mailbox).is_not(None)
        )
        assert session.exec(named).all() == [(ADA, "complaint")]
        assert "GONE@readers.example" in KeptOut(session), "old hashes are heard"
        reports = [(line.publication_id, line.won) for line in count_joined(session)]
        assert sorted(reports) == [(0, "complaint"), (publication.key, "complaint")]


def test_of_each_publication_the_stricter_wins_by_itself(
    database: Database, publication: Publication
) -> None:
    second = Publication(
        slug="second",
        name="The Second",
        sender_name="The Second",
        sender_address="editor@second.example",
        postal_address="1 Sample Street",
    )
    with database.writing() as session:
        session.add(second)
        session.flush()
        for address in (ADA, OTHER, THIRD):
            subscribe(session, publication.key, address)
        left = subscribe(session, second.key, THIRD)
        end_subscription(session, left, by="link", now=NOON)
    respell(database, SPELLED)
    assert sorted(database.read(_statuses)) == [(ADA, "active"), (ADA, "unsubscribed")]
    with database.reading() as session:
        assert by_address(session, second.key, "aDa@Readers.example").id == 1
    assert sum(line.doubles for line in database.read(count_joined)) == 3


def _set_statuses(session: Session, statuses: tuple[str, ...]) -> None:
    messages = session.exec(select(Message).order_by(col(Message.id))).all()
    for message, status in zip(messages, statuses, strict=True):
        message.status = status
        message.claimed_by = "test" if status == "claimed" else ""


@pytest.mark.parametrize(
    ("statuses", "letters"),
    [
        (("planned", "planned", "planned"), 1),
        (("planned", "accepted", "deferred"), 0),
        (("planned", "planned", "uncertain"), 0),
        (("accepted", "planned", "planned"), 0),
        (("cancelled", "planned", "accepted"), 0),
    ],
)
def test_an_issue_under_way_reaches_a_mailbox_once(
    database: Database, statuses: tuple[str, ...], letters: int
) -> None:
    rig = planned(database, ADA, OTHER, THIRD)
    assert freeze(database, rig.delivery_id)
    database.write(_set_statuses, statuses)
    respell(database, SPELLED)
    with receiving() as inbox:
        ledger = rig.send(inbox)
    assert [letter.rcpt_to for letter in inbox.letters] == [ADA] * letters
    assert ledger.recipients == 3, "the account still has everyone who was considered"
    assert not ledger.messages.keys() & {"planned", "deferred", "claimed"}


def test_a_delivery_that_is_not_planned_yet_finds_one_reader(database: Database) -> None:
    rig = planned(database, ADA, OTHER, "later@readers.example")
    respell(database, SPELLED)
    with receiving() as inbox:
        rig.send(inbox)
    assert sorted(letter.rcpt_to for letter in inbox.letters) == [ADA, "later@readers.example"]


def _links_of(session: Session, rig: Rig) -> list[tuple[int, str]]:
    """Whom the links of both letters are for: their issue's, the preferences', the first ones."""
    messages = session.exec(select(Message).order_by(col(Message.id))).all()
    issue = messages[0].issue_id
    readers = [reader_by_letter_token(session, pair(issue, key)) for key in (1, 2)]
    readers += [
        reader_by_preferences_token(session, pair(rig.publication.key, key)) for key in (1, 2)
    ]
    readers += [reader_by_preferences_token(session, key) for key in (1, 2)]
    readers += [reader_by_leave_token(session, message.key) for message in messages]
    return [(reader.subscription_id, reader.address) for reader in readers]


def test_votes_evidence_and_all_links_of_both_act_on_who_remains(database: Database) -> None:
    rig = planned(database, ADA, OTHER)
    assert freeze(database, rig.delivery_id)
    with database.writing() as session:
        issue = session.exec(select(Message.issue_id)).first()
        for key, answer, at in ((1, "yes", NOON), (2, "no", NOON + timedelta(hours=1))):
            session.add(Vote(issue_id=issue, subscriber_id=key, answer=answer, at=at))
        change = ask_change(session, 2, "new@readers.example", NOON)
    respell(database, SPELLED)
    with database.writing() as session:
        assert set(_links_of(session, rig)) == {(1, ADA)}
        vote = session.exec(select(Vote)).one()
        assert (vote.subscriber_id, vote.answer) == (1, "no"), "the later one"
        assert len(session.exec(select(ConsentRecord).filter_by(subscription_id=1)).all()) == 4
        assert not signup.confirm(session, 2, now=NOON), "active already"
        carry_out_change(session, change.key, now=NOON)
        assert session.get_one(Subscriber, 1).mailbox == "new@readers.example"
        assert take_back(session, change.key, NOON)


def test_a_confirm_link_of_one_spelling_does_not_undo_the_leave_of_another(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        end_subscription(session, subscribe(session, publication.key, ADA), by="link", now=NOON)
        asked = _ask(session, publication.key, OTHER)
    respell(database, SPELLED)
    with database.writing() as session, pytest.raises(NoSubscription):
        signup.confirm(session, asked, now=NOON)


def test_the_log_counts_doubles_and_names_nobody(
    database: Database, publication: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    with database.writing() as session:
        subscribe(session, publication.key, ADA)
        subscribe(session, publication.key, OTHER)
    with caplog.at_level(logging.INFO, "newsletter.migrations.doubles"):
        respell(database, SPELLED)
    (record,) = [found for found in caplog.records if found.name.endswith(".doubles")]
    logged = vars(record)
    assert (logged["subscribers"], logged["won"]) == (1, {"active": 1})
    assert "@" not in str(logged)


class Killed(Exception):
    """The process ends here."""


def _die_at_the_end(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
    if statement.casefold().startswith("insert into joined_double"):
        raise Killed


def test_who_is_killed_in_it_has_joined_nobody_and_begins_again(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        subscribe(session, publication.key, ADA)
        subscribe(session, publication.key, OTHER)
    event.listen(Engine, "before_cursor_execute", _die_at_the_end)
    try:
        with pytest.raises(Killed):
            respell(database, SPELLED)
    finally:
        event.remove(Engine, "before_cursor_execute", _die_at_the_end)
    with database.reading() as session:
        assert read_revision(session) == BEFORE
        addresses = session.connection().scalars(text("select address from subscriber")).all()
    assert sorted(addresses) == ["ADA@readers.example", "ada@readers.example"]
    database.engine.dispose()
    upgrade(database.url)
    assert database.read(_statuses) == [(ADA, "active")]


def test_an_id_that_was_given_is_not_given_again(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        for address in (ADA, OTHER, THIRD):
            subscribe(session, publication.key, address)
    respell(database, SPELLED)
    with database.writing() as session:
        subscribe(session, publication.key, "new@readers.example")
        assert by_address(session, publication.key, "new@readers.example").id == 4
