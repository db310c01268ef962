"""A change of address while an issue goes out: one letter, to the new address."""

import pytest
from sqlmodel import Session, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.forgetting import is_message_of
from newsletter.delivery.leaving import leave
from newsletter.delivery.letter_links import reader_by_letter_token, reader_by_preferences_token
from newsletter.delivery.models import Message
from newsletter.delivery.planning import freeze
from newsletter.delivery.settling import Released, settle
from newsletter.privacy.agreeing import confirm_new_address
from newsletter.privacy.moving import move_person
from newsletter.publications.models import Publication
from newsletter.tokens import pair
from subscribers.address_change import ask_change
from subscribers.forgetting import erase_subscriber
from subscribers.models import Merger, Subscriber, Subscription
from tests.delivery.rig import SIGNER, URLS, Rig, planned, planned_in, receiving, subscribe
from tests.samples.times import NOON

ADA, BOB = "ada@readers.example", "bob@readers.example"


def _become(rig: Rig, subscriber_id: int, address: str) -> None:
    with rig.database.writing() as session:
        change = ask_change(session, subscriber_id, address, NOON)
        assert confirm_new_address(session, change.key, NOON)
        assert move_person(session, change.key, URLS, SIGNER, now=NOON)
        assert not move_person(session, change.key, URLS, SIGNER, now=NOON), "twice is harmless"


def _set_statuses(session: Session, ada: str, bob: str) -> None:
    for message in session.exec(select(Message)):
        message.status = ada if message.address == ADA else bob
        message.claimed_by = "test" if message.status == "claimed" else ""


def _release_claimed(session: Session) -> None:
    """As the sender does with letters that must not go."""
    claimed = session.exec(select(Message).filter_by(status="claimed")).all()
    settle(session, {message.key: Released("moved") for message in claimed}, NOON)


@pytest.mark.parametrize(
    ("ada", "bob", "letters"),
    [
        ("planned", "planned", [BOB]),
        ("deferred", "planned", [BOB]),
        ("accepted", "planned", []),
        ("planned", "accepted", []),
        ("claimed", "accepted", []),
        ("planned", "uncertain", []),
        ("claimed", "planned", [BOB]),
    ],
)
def test_two_addresses_that_become_one_get_the_issue_once(
    database: Database, ada: str, bob: str, letters: list[str]
) -> None:
    rig = planned(database, ADA, BOB)
    database.write(_set_statuses, ada, bob)
    _become(rig, 1, BOB)
    database.write(_release_claimed)
    with receiving() as inbox:
        ledger = rig.send(inbox)
    assert [letter.rcpt_to for letter in inbox.letters] == letters
    assert ledger.recipients == 2
    assert not ledger.messages.keys() & {"planned", "claimed", "deferred"}
    with database.reading() as session:
        gone = session.exec(select(Message).where(is_message_of(2))).all()
    assert {(message.address, message.name) for message in gone} <= {("", "")}


def test_a_letter_goes_on_to_who_takes_over_an_address_and_its_subscription(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        delivery = planned_in(session, publication.key, BOB)
        subscribe(session, publication.key + 1, ADA)
        ada = session.exec(select(Subscriber.id).filter_by(address=ADA)).one()
    assert freeze(database, delivery.key)
    rig = planned_rig(database, delivery.key, publication)
    _become(rig, ada or 0, BOB)
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"accepted": 1}
    assert [letter.rcpt_to for letter in inbox.letters] == [BOB]
    assert [message.subscriber_id for message in rig.messages()] == [ada]


def planned_rig(database: Database, delivery_id: int, publication: Publication) -> Rig:
    return Rig(database, SetClock(NOON), delivery_id, publication)


EVE = "eve@readers.example"


def _press_leave(rig: Rig, issue_id: int, subscriber_id: int) -> bool:
    """The one-click button of the letter that an address got (RFC 8058)."""
    with rig.database.writing() as session:
        reader = reader_by_letter_token(session, pair(issue_id, subscriber_id))
        return leave(session, reader, by="one-click", now=NOON)


@pytest.mark.parametrize("letter_of", [ADA, BOB, EVE])
def test_the_letters_of_two_who_became_one_act_on_the_reader_who_remains(
    database: Database, letter_of: str
) -> None:
    """Ada takes Bob's address, then Eve takes Ada's: a letter of any of them lets her leave."""
    rig = planned(database, ADA, BOB, EVE)
    with receiving() as inbox:
        rig.send(inbox)
    sent = {message.address: message for message in rig.messages()}
    readers = {address: message.subscriber_id for address, message in sent.items()}
    _become(rig, readers[ADA], BOB)
    _become(rig, readers[EVE], BOB)
    letter = sent[letter_of]
    reader = database.read(reader_by_letter_token, pair(letter.issue_id, readers[letter_of]))
    assert (reader.subscriber_id, reader.address) == (readers[EVE], BOB)
    assert reader.status == "active"
    assert _press_leave(rig, letter.issue_id, readers[letter_of])
    with database.reading() as session:
        [subscription] = session.exec(select(Subscription)).all()
    assert subscription.status == "unsubscribed"


def test_the_preferences_link_of_a_letter_to_a_former_address_is_the_readers_own(
    database: Database,
) -> None:
    rig = planned(database, ADA, BOB)
    _become(rig, 1, BOB)
    number = pair(rig.publication.key, 2)
    assert database.read(reader_by_preferences_token, number).subscriber_id == 1


def test_of_two_who_became_one_nothing_is_left_when_they_are_erased(database: Database) -> None:
    rig = planned(database, ADA, BOB)
    _become(rig, 1, BOB)
    with database.writing() as session:
        erase_subscriber(session, 1, NOON)
    with database.reading() as session:
        assert session.exec(select(Merger)).all() == []
    reader = database.read(reader_by_letter_token, pair(rig.messages()[0].issue_id, 2))
    assert (reader.subscription_id, reader.address, reader.status) == (0, "", "unsubscribed")
