"""A person's messages: a copy of them, and what is left when the person is forgotten."""

from newsletter.database import Database
from newsletter.delivery.forgetting import forget_messages, messages_of
from newsletter.text import rfc3339
from tests.delivery.rig import planned, receiving
from tests.samples.times import NOON

ADA, BOB = "ada@readers.example", "bob@readers.example"


def test_a_person_gets_a_copy_of_their_messages_and_no_other(database: Database) -> None:
    rig = planned(database, ADA, BOB)
    [copied] = database.read(messages_of, rig.messages()[0].subscriber_id)
    assert (copied["to"], copied["status"], copied["issue"]) == (ADA, "planned", 1)
    assert copied["at"] == rfc3339(NOON), "when the issue was sent, until its letter is answered"


def test_a_forgotten_persons_message_is_nameless_and_the_account_still_adds_up(
    database: Database,
) -> None:
    rig = planned(database, ADA, BOB)
    with receiving(refusing={ADA: f"550 5.7.1 {ADA} is blocked here"}) as inbox:
        rig.send(inbox)
    ada, bob = rig.messages()
    database.write(forget_messages, ada.subscriber_id, rig.clock.now())
    ada, bob = rig.messages()
    assert (ada.address, ada.name, ada.reply, ada.code) == ("", "", "", 550)
    assert bob.address == BOB
    assert rig.ledger().recipients == 2


def test_what_waits_for_a_forgotten_person_is_cancelled(database: Database) -> None:
    rig = planned(database, ADA, BOB)
    database.write(forget_messages, rig.messages()[0].subscriber_id, rig.clock.now())
    assert rig.ledger().messages == {"cancelled": 1, "planned": 1}
