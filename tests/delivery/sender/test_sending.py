"""A delivery from its plan to its account, over real SMTP."""

import asyncio
import errno
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from newsletter.database import Database
from newsletter.delivery.reading import delivery_of_issue, read_delivery
from newsletter.delivery.sender.journal import BadHome, Journal
from newsletter.demo.inbox import Inbox, free_port
from newsletter.errors import NewsletterError
from newsletter.host.guard import NoGuard
from newsletter.host.issue_log import NoLog
from newsletter.mail.failures import NotOffered
from newsletter.publications.models import Publication
from tests.delivery.rig import planned, receiving

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_each_reader_gets_one_letter_and_the_delivery_finishes(database: Database) -> None:
    rig = planned(database, *READERS)
    with receiving() as inbox:
        ledger = rig.send(inbox)
        rig.send(inbox)  # again: nothing is due, nothing is sent
    assert ledger.messages == {"accepted": len(READERS)}
    assert sorted(letter.rcpt_to for letter in inbox.letters) == sorted(READERS)


def test_a_relay_that_is_down_leaves_every_message_in_place_and_the_delivery_says_what_to_do(
    database: Database,
) -> None:
    rig = planned(database, *READERS)
    nobody = Inbox(port=free_port())
    with pytest.raises(NotOffered, match="relay_url"):
        rig.send(nobody)
    assert rig.ledger().messages == {"planned": len(READERS)}
    assert all(message.attempts == 0 for message in rig.messages())
    delivery = database.read(delivery_of_issue, rig.messages()[0].issue_id)
    assert delivery is not None
    assert "relay_url" in delivery.trouble
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"accepted": len(READERS)}


def test_a_sender_address_that_is_changed_in_mid_delivery_holds_for_the_next_issue(
    database: Database,
) -> None:
    """All letters of an issue are from whom it was when it was sent, and keep their Message-IDs."""
    rig = planned(database, *READERS[:3])
    with database.writing() as session:
        kept = session.get_one(Publication, rig.publication.id)
        kept.sender_address = "new@other.example"
        kept.sender_name = kept.name = "Another Name"
        kept.reply_to = "answers@other.example"
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"accepted": 3}
    for letter in inbox.letters:
        headers = message_from_bytes(letter.content)
        assert headers["From"] == "The Inference <editor@inference.example>"
        assert headers["Reply-To"] is None
        assert headers["Message-ID"].endswith("@inference.example>")
        assert headers["List-Id"] == "The Inference <the-inference.inference.example>"
        assert letter.mail_from == "editor@inference.example"


def _read_only() -> Journal:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def _nameless() -> Journal:
    raise BadHome


@pytest.mark.parametrize(
    ("new_journal", "words"), [(_read_only, "Read-only"), (_nameless, "lost its name")]
)
def test_a_delivery_says_why_no_journal_can_be_begun(
    database: Database, new_journal: Callable[[], Journal], words: str
) -> None:
    rig = planned(database, *READERS)
    with receiving() as inbox, rig.sender(inbox) as sender:
        sender.new_journal = new_journal
        with pytest.raises(NewsletterError, match=words):
            asyncio.run(sender.deliver(rig.delivery_id))
        trouble = database.read(read_delivery, rig.delivery_id).trouble
        assert "journal" in trouble
        assert words in trouble
        assert not inbox.letters


class BrokenGuard(NoGuard):
    """A guard whose log breaks when the first letters are about to leave, as nobody foresaw."""

    def issue_log(self, issue_id: int) -> NoLog:
        return BrokenLog()


class BrokenLog(NoLog):
    def leave(self, messages: Iterable[int], now: datetime) -> None:
        raise KeyError(7)


def test_an_unforeseen_error_before_the_dots_ends_the_slice_and_loses_nobody(
    database: Database, tmp_path: Path
) -> None:
    """The sessions have their 354 and would wait for ever: no relay ends that."""
    rig = planned(database, *READERS)
    with receiving() as inbox:
        sender = rig.sender_in(tmp_path, inbox)
        sender.guard = BrokenGuard()

        async def deliver() -> None:
            await asyncio.wait_for(sender.deliver(rig.delivery_id), 20)

        with pytest.raises(KeyError):
            asyncio.run(deliver())
        assert "nobody foresaw" in database.read(read_delivery, rig.delivery_id).trouble
        assert not inbox.letters
        rig.settle_dead(tmp_path)
        assert rig.send(inbox).messages == {"accepted": len(READERS)}
    assert sorted(letter.rcpt_to for letter in inbox.letters) == sorted(READERS)
