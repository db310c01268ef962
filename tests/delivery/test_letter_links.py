"""Who a letter's links are for: by each kind of token, also the first version's, and for ever."""

import pytest
from sqlmodel import Session, select

from newsletter.database import Database
from newsletter.delivery.letter_links import (
    NoLetter,
    reader_by_leave_token,
    reader_by_letter_token,
    reader_by_preferences_token,
)
from newsletter.delivery.models import Message
from newsletter.tokens import pair
from subscribers.forgetting import erase_subscriber
from subscribers.models import Subscription
from tests.delivery.rig import planned
from tests.samples.times import NOON

ADA = "ada@readers.example"


def test_each_kind_of_token_leads_to_the_same_reader(database: Database) -> None:
    rig = planned(database, ADA)
    message = rig.messages()[0]
    by_issue = pair(message.issue_id, message.subscriber_id)
    by_publication = pair(rig.publication.key, message.subscriber_id)
    with database.reading() as session:
        subscription = session.exec(select(Subscription)).one()
        readers = [
            reader_by_letter_token(session, by_issue),
            reader_by_leave_token(session, message.key),
            reader_by_preferences_token(session, by_publication),
            reader_by_preferences_token(session, subscription.key),
        ]
    assert {reader.subscription_id for reader in readers} == {subscription.key}
    assert {reader.address for reader in readers} == {ADA}
    assert [reader.issue_id for reader in readers] == [message.issue_id] * 2 + [None] * 2


def test_a_link_of_no_letter_of_ours_leads_nowhere(session: Session) -> None:
    for read in (reader_by_letter_token, reader_by_preferences_token, reader_by_leave_token):
        with pytest.raises(NoLetter):
            read(session, 999)


def test_somebody_who_was_forgotten_has_no_address_and_their_link_still_works(
    database: Database,
) -> None:
    rig = planned(database, ADA)
    message = rig.messages()[0]
    with database.writing() as session:
        erase_subscriber(session, message.subscriber_id, NOON)
        session.delete(session.get_one(Message, message.key))
    number = pair(message.issue_id, message.subscriber_id)
    reader = database.read(reader_by_letter_token, number)
    assert (reader.subscription_id, reader.address, reader.status) == (0, "", "unsubscribed")
