"""Reading deliveries: those that are under way, and what became of messages."""

import pytest

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.ledger import NoDelivery
from newsletter.delivery.reading import (
    acceptance_times,
    delivery_of_issue,
    latest_delivery,
    messages_of_subscriber,
    read_delivery,
    sending_deliveries,
    subscribers_of_messages,
    uncertain_messages,
    unfinished_deliveries,
)
from newsletter.delivery.settling import settle
from newsletter.mail.outcomes import Outcome
from tests.delivery.rig import planned
from tests.samples.times import NOON

READERS = tuple(f"reader{n}@readers.example" for n in range(3))


def test_a_delivery_is_found_by_its_issue_and_its_publication(database: Database) -> None:
    rig = planned(database, READERS[0])
    issue_id = rig.messages()[0].issue_id
    found = database.read(delivery_of_issue, issue_id)
    latest = database.read(latest_delivery, rig.publication.key)
    assert found is not None
    assert latest is not None
    assert found.key == latest.key == rig.delivery_id
    assert database.read(delivery_of_issue, issue_id + 1) is None
    with pytest.raises(NoDelivery):
        database.read(read_delivery, rig.delivery_id + 1)


def test_a_paused_delivery_is_unfinished_and_does_not_send(database: Database) -> None:
    rig = planned(database, READERS[0])
    for status, sending, unfinished in (("sending", 1, 1), ("paused", 0, 1)):
        if status == "paused":
            database.write(control.pause, rig.delivery_id)
        assert len(database.read(sending_deliveries)) == sending
        assert len(database.read(unfinished_deliveries, rig.publication.key)) == unfinished
    database.write(control.stop, rig.delivery_id, NOON)
    assert database.read(unfinished_deliveries, rig.publication.key) == []


def test_messages_are_found_by_what_became_of_them_and_by_their_reader(database: Database) -> None:
    rig = planned(database, *READERS)
    taken = database.write(claim, rig.delivery_id, 2, by="test", now=NOON)
    outcomes = {taken[0].id: Outcome("accepted", 250), taken[1].id: Outcome("uncertain")}
    database.write(settle, outcomes, NOON)
    by_status = {message.status: message for message in rig.messages()}
    accepted = by_status["accepted"]
    uncertain = by_status["uncertain"]
    waiting = by_status["planned"]
    keys = [accepted.key, uncertain.key, waiting.key]
    assert database.read(acceptance_times, keys) == {accepted.key: NOON}
    [found] = database.read(uncertain_messages, rig.delivery_id, 5)
    assert found.key == uncertain.key
    assert database.read(subscribers_of_messages, keys[:1]) == {
        accepted.key: accepted.subscriber_id
    }
    sent = database.read(messages_of_subscriber, waiting.subscriber_id, [waiting.issue_id, 999])
    assert {issue: message.key for issue, message in sent.items()} == {
        waiting.issue_id: waiting.key
    }
