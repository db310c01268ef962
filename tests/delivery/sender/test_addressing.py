"""One message as a letter."""

import asyncio
from email import message_from_bytes

import pytest

from newsletter.database import Database
from newsletter.delivery.models import Delivery
from newsletter.editions.marked import OtherFormat
from newsletter.editions.models import Edition
from newsletter.mail.dkim import make_key, read_key
from newsletter.tokens import pair
from tests.delivery.rig import SIGNER, planned, receiving
from tests.samples.times import NOON

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_an_edition_of_another_format_is_refused_clearly_and_nothing_of_it_goes(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:2])
    with database.writing() as session:
        session.get_one(Edition, session.get_one(Delivery, rig.delivery_id).edition_id).format = 99
    with receiving() as inbox, pytest.raises(OtherFormat, match="format 99"):
        rig.send(inbox)
    assert rig.ledger().messages == {"planned": 2}


def test_a_letter_is_signed_by_the_keys_of_its_own_domain_only(database: Database) -> None:
    """An installation of two publications has keys of both; each letter has those of its From."""
    rig = planned(database, READERS[0])
    own, other = (
        read_key(domain, "s1", make_key("ed25519"))
        for domain in ("inference.example", "other.example")
    )
    with receiving() as inbox, rig.sender(inbox, keys=[other, own]) as sender:
        asyncio.run(sender.deliver(rig.delivery_id))
    [received] = inbox.letters
    [signature] = message_from_bytes(received.content).get_all("DKIM-Signature")
    assert "d=inference.example;" in signature


def test_a_letter_says_how_to_leave_by_one_click_and_which_list_it_is_of(
    database: Database,
) -> None:
    rig = planned(database, READERS[0])
    with receiving() as inbox:
        rig.send(inbox)
    [received] = inbox.letters
    letter = message_from_bytes(received.content)
    message = rig.messages()[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = letter["List-Unsubscribe"].strip("<>").rsplit("/", 1)[-1]
    number = SIGNER.read("letter", token, NOON)
    assert number == pair(message.issue_id, message.subscriber_id)
    slug = rig.publication.slug
    assert letter["List-Id"] == f"The Inference <{slug}.inference.example>"
    assert letter["Message-ID"] == f"<{slug}.1.{message.id}@inference.example>"
